import COneDNN

/// A pointer to the first of a known number of floats.
///
/// Kernels take pointers rather than spans: the buffers belong to a plan and outlive every call,
/// and a span would be rebuilt from the same pointer each time.
package typealias Floats = UnsafeMutablePointer<Float>

/// A dense primitive of oneDNN, created once for fixed shapes and then run on any buffers.
///
/// Measured on one AVX-512 core (Zen 4) against OpenBLAS's and oneDNN's own `sgemm`, median of 60
/// runs, Gflop/s, for X W^T / Y^T X: 1024x197x100 96 / 106 (OpenBLAS 99 / 96), 1024x23x100 91 / 72
/// (85 / 62), 128x10000x100 89 / 98 (84 / 93); the core reaches 105 on 1024x1024x1024. oneDNN loses
/// nowhere by more than 10 %, so it serves every shape.
package final class DensePrimitive {
  private let primitive: OpaquePointer
  private let buffers: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>
  private static let bufferLimit = 9

  init(_ primitive: OpaquePointer?, _ what: @autoclosure () -> String) {
    guard let primitive else {
      fatalError("oneDNN \(espalier_onednn_version()) cannot run \(what())")
    }
    self.primitive = primitive
    buffers = .allocate(capacity: Self.bufferLimit)
    buffers.initialize(repeating: nil, count: Self.bufferLimit)
  }

  deinit {
    espalier_destroy(primitive)
    buffers.deallocate()
  }

  /// C = A B, with C [rows x columns], for one pair of matrices or many that lie one behind the
  /// other.
  ///
  /// - Parameters:
  ///   - count: The number of pairs.
  ///   - rows: The rows of C.
  ///   - columns: The columns of C.
  ///   - inner: The length of the sums.
  ///   - transposingA: Whether A is stored [inner x rows] instead of [rows x inner].
  ///   - transposingB: Whether B is stored [columns x inner] instead of [inner x columns].
  ///   - addingBias: Whether a bias [columns] is added to every row.
  ///   - followUp: What is done to C before it is written.
  /// - Returns: The primitive; its buffers are A, B, the bias if there is one, what the follow-up
  ///   adds if it does, and C.
  package static func matmul(
    count: Int = 1, rows: Int, columns: Int, inner: Int, transposingA: Bool = false,
    transposingB: Bool = false, addingBias: Bool = false, followUp: FollowUp = FollowUp()
  ) -> DensePrimitive {
    var followUp = followUp.value
    return DensePrimitive(
      espalier_matmul(
        Int64(count), Int64(rows), Int64(columns), Int64(inner), transposingA, transposingB,
        addingBias, &followUp),
      "matmul \(count) x \(rows)x\(inner)x\(columns)")
  }

  /// y = f(x), elementwise.
  package static func activation(_ activation: ElementwiseFunction, count: Int) -> DensePrimitive {
    DensePrimitive(
      espalier_activation(activation.kind, activation.alpha, activation.beta, Int64(count)),
      "\(activation)")
  }

  /// dx = f'(x) dy, elementwise.
  package static func activationGradient(
    _ activation: ElementwiseFunction, count: Int
  ) -> DensePrimitive {
    DensePrimitive(
      espalier_activation_gradient(
        activation.kind, activation.alpha, activation.beta, Int64(count)),
      "the gradient of \(activation)")
  }

  /// y = softmax(x) along each row.
  package static func softmax(rows: Int, columns: Int) -> DensePrimitive {
    DensePrimitive(espalier_softmax(Int64(rows), Int64(columns)), "softmax \(rows)x\(columns)")
  }

  /// dx from y = softmax(x) and dy.
  package static func softmaxGradient(rows: Int, columns: Int) -> DensePrimitive {
    DensePrimitive(
      espalier_softmax_gradient(Int64(rows), Int64(columns)),
      "the gradient of softmax \(rows)x\(columns)")
  }

  /// Sets the buffers for ``run()``.
  ///
  /// - Parameter buffers: The buffers, in the order that the primitive's maker names.
  /// - Returns: The primitive.
  package func on(_ buffers: Floats...) -> DensePrimitive {
    set(buffers)
    return self
  }

  /// Sets the buffers for ``run()``.
  ///
  /// - Parameter buffers: The buffers, in the order that the primitive's maker names.
  package func set(_ buffers: [Floats]) {
    for (position, buffer) in buffers.enumerated() { self.buffers[position] = buffer }
  }

  /// Keeps a buffer set before, whose values stay the same, as the primitive likes it best.
  ///
  /// - Parameter index: The place of the buffer.
  package func keep(_ index: Int) {
    guard let buffer = buffers[index] else { return }
    let status = espalier_keep(primitive, Int32(index), buffer)
    if status != 0 { fatalError("oneDNN failed with status \(status)") }
  }

  /// The size of a buffer whose layout is the primitive's own, in floats.
  package func floatCount(ofBuffer index: Int) -> Int {
    (espalier_buffer_bytes(primitive, Int32(index)) + 3) / 4
  }

  /// Runs the primitive on two buffers.
  package func callAsFunction(_ first: Floats, _ second: Floats) {
    buffers[0] = first
    buffers[1] = second
    run()
  }

  /// Runs the primitive on three buffers.
  package func callAsFunction(_ first: Floats, _ second: Floats, _ third: Floats) {
    buffers[2] = third
    callAsFunction(first, second)
  }

  /// Runs the primitive on four buffers.
  package func callAsFunction(
    _ first: Floats, _ second: Floats, _ third: Floats, _ fourth: Floats
  ) {
    buffers[3] = fourth
    callAsFunction(first, second, third)
  }

  /// Runs the primitive on the buffers that were set.
  package func run() {
    // The two layouts are the same; C's array of non-null pointers is Swift's of optional ones.
    let status = espalier_execute(primitive, buffers)
    if status != 0 { fatalError("oneDNN failed with status \(status)") }
  }
}

/// What a product or a convolution does to its result before it writes it.
package struct FollowUp: Sendable {
  /// Whether it adds values that lie like the result.
  package var adds = false
  /// The function that it applies then.
  package var activation: ElementwiseFunction?

  package init(adds: Bool = false, activation: ElementwiseFunction? = nil) {
    self.adds = adds
    self.activation = activation
  }

  var value: EspalierFollowUp {
    EspalierFollowUp(
      adds: adds, activates: activation != nil, activation: (activation ?? .sigmoid).kind,
      alpha: activation?.alpha ?? 0, beta: activation?.beta ?? 0)
  }
}

/// The elementwise functions that oneDNN provides forward and backward.
package enum ElementwiseFunction: Hashable, Sendable {
  case relu(slope: Float)
  case sigmoid
  case tanh
  case gelu
  case geluTanh
  /// The nearest number between two bounds.
  case clip(low: Float, high: Float)
  /// x / (1 + exp(-x)).
  case swish
  /// x min(max(x + 3, 0), 6) / 6.
  case hardSwish
  /// x above zero, alpha (exp(x) - 1) below.
  case elu(alpha: Float)

  fileprivate var kind: EspalierActivation {
    switch self {
    case .relu: ESPALIER_RELU
    case .sigmoid: ESPALIER_LOGISTIC
    case .tanh: ESPALIER_TANH
    case .gelu: ESPALIER_GELU_ERF
    case .geluTanh: ESPALIER_GELU_TANH
    case .clip: ESPALIER_CLIP
    case .swish: ESPALIER_SWISH
    case .hardSwish: ESPALIER_HARDSWISH
    case .elu: ESPALIER_ELU
    }
  }

  fileprivate var alpha: Float {
    switch self {
    case .relu(let slope): slope
    case .elu(let alpha): alpha
    case .clip(let low, _): low
    case .swish: 1
    default: 0
    }
  }

  fileprivate var beta: Float {
    if case .clip(_, let high) = self { high } else { 0 }
  }
}

/// Sets how many threads the dense primitives use when the calling thread runs them.
///
/// The setting belongs to the calling thread alone, so every thread that computes sets its own.
///
/// - Parameter count: The number of threads, at least 1.
package func setThreadCount(_ count: Int) {
  espalier_set_thread_count(Int32(count))
}
