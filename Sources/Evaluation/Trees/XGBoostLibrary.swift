#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// XGBoost's C interface, opened when it is first needed.
///
/// The library is no part of the build, so that the package builds and starts as fast without it;
/// whoever asks for trees on a machine that has none is told what to install. The functions have
/// been there, with these arguments, since version 1.6.
struct XGBoostLibrary: Sendable {
  /// A matrix or a booster.
  typealias Handle = UnsafeMutableRawPointer
  typealias Place<Value> = UnsafeMutablePointer<Value>
  typealias Text = UnsafePointer<CChar>
  typealias Numbers = UnsafePointer<Float>

  typealias LastError = @convention(c) @Sendable () -> Text?
  /// Numbers row by row, rows, columns, what is missing, the matrix, threads.
  typealias CreateMatrix =
    @convention(c) @Sendable (Numbers?, UInt64, UInt64, Float, Place<Handle?>?, Int32) -> Int32
  /// A matrix, what the numbers are, the numbers, how many.
  typealias SetNumbers = @convention(c) @Sendable (Handle?, Text?, Numbers?, UInt64) -> Int32
  typealias Free = @convention(c) @Sendable (Handle?) -> Int32
  /// Matrices, how many, the booster.
  typealias CreateBooster =
    @convention(c) @Sendable (Place<Handle?>?, UInt64, Place<Handle?>?) -> Int32
  /// A booster, name, value.
  typealias SetParameter = @convention(c) @Sendable (Handle?, Text?, Text?) -> Int32
  /// A booster, the round, the matrix.
  typealias Update = @convention(c) @Sendable (Handle?, Int32, Handle?) -> Int32
  /// A booster, settings as JSON, how many features, their names, how many extents, the extents,
  /// the scores.
  typealias FeatureScores =
    @convention(c) @Sendable (
      Handle?, Text?, Place<UInt64>?, Place<Place<Text?>?>?, Place<UInt64>?,
      Place<UnsafePointer<UInt64>?>?, Place<Numbers?>?
    ) -> Int32
  /// A booster, a matrix, what is wanted, trees, whether it is for training, how many numbers,
  /// the numbers.
  typealias Predict =
    @convention(c) @Sendable (
      Handle?, Handle?, Int32, UInt32, Int32, Place<UInt64>?, Place<Numbers?>?
    ) -> Int32

  let lastError: LastError
  let createMatrix: CreateMatrix
  let setNumbers: SetNumbers
  let freeMatrix: Free
  let createBooster: CreateBooster
  let setParameter: SetParameter
  let update: Update
  let freeBooster: Free
  let featureScores: FeatureScores
  let predict: Predict

  /// The library; nil on a machine that has none.
  static let shared = XGBoostLibrary()

  /// Where the library may be: on the loader's paths, or where Homebrew keeps it.
  private static let names = [
    "libxgboost.so", "libxgboost.so.0", "libxgboost.dylib", "/opt/homebrew/lib/libxgboost.dylib",
    "/usr/local/lib/libxgboost.dylib",
  ]

  private init?() {
    var opened: UnsafeMutableRawPointer?
    for name in Self.names where opened == nil { opened = dlopen(name, RTLD_NOW | RTLD_LOCAL) }
    guard let library = opened else { return nil }
    func function<Function>(_ name: String, _ type: Function.Type) -> Function? {
      // The address of a C function is all that a value of its type holds.
      dlsym(library, name).map { unsafeBitCast($0, to: type) }
    }
    guard let lastError = function("XGBGetLastError", LastError.self),
      let createMatrix = function("XGDMatrixCreateFromMat_omp", CreateMatrix.self),
      let setNumbers = function("XGDMatrixSetFloatInfo", SetNumbers.self),
      let freeMatrix = function("XGDMatrixFree", Free.self),
      let createBooster = function("XGBoosterCreate", CreateBooster.self),
      let setParameter = function("XGBoosterSetParam", SetParameter.self),
      let update = function("XGBoosterUpdateOneIter", Update.self),
      let freeBooster = function("XGBoosterFree", Free.self),
      let featureScores = function("XGBoosterFeatureScore", FeatureScores.self),
      let predict = function("XGBoosterPredict", Predict.self)
    else { return nil }
    self.lastError = lastError
    self.createMatrix = createMatrix
    self.setNumbers = setNumbers
    self.freeMatrix = freeMatrix
    self.createBooster = createBooster
    self.setParameter = setParameter
    self.update = update
    self.freeBooster = freeBooster
    self.featureScores = featureScores
    self.predict = predict
  }
}
