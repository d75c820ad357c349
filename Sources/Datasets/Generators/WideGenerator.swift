import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Few rows and very many columns, such as genotypes, written straight to a column store.
///
///     x_j           = the byte nearest to 128 + 24 z,           z ~ N(0, 1)
///     informative   = the byte nearest to 128 + 24 (z ± s / 2), + in class 1 and - in class 0
///
/// Both classes have as many rows, up to one. A cell is a quantile of the distribution at one of
/// 65,536 equal steps, so that four cells come from one random number and the whole is made one
/// column at a time.
public struct WideGenerator: Sendable {
  /// The name on the command line.
  public static let name = "wide"

  /// The number of rows, n.
  public var rowCount: Int
  /// The number of columns, p.
  public var columnCount: Int
  /// The number of informative columns.
  public var informativeCount: Int
  /// How far apart the class means of an informative column are, in standard deviations, s.
  public var separation: Double

  /// Creates a generator.
  ///
  /// - Parameters:
  ///   - rowCount: The number of rows, at least 4.
  ///   - columnCount: The number of columns, at least `informativeCount`.
  ///   - informativeCount: The number of informative columns, at least 1.
  ///   - separation: How far apart the class means are, in 0...4 standard deviations.
  public init(
    rowCount: Int = 200, columnCount: Int = 1_000_000, informativeCount: Int = 10,
    separation: Double = 1.5
  ) {
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.informativeCount = informativeCount
    self.separation = separation
  }

  /// The settings by name, as they are written beside the data.
  public var settings: [String: Double] {
    [
      "rowCount": Double(rowCount), "columnCount": Double(columnCount),
      "informativeCount": Double(informativeCount), "separation": separation,
    ]
  }

  /// Says what is wrong with the settings.
  ///
  /// - Throws: `DatasetError.impossibleRecipe`.
  public func validate() throws(DatasetError) {
    try demand(rowCount >= 4, "\(rowCount) rows; at least 4 are needed")
    try demand(informativeCount >= 1, "\(informativeCount) informative columns")
    try demand(
      informativeCount <= columnCount,
      "\(columnCount) columns for \(informativeCount) informative ones")
    try demand(columnCount <= 1 << 27, "\(columnCount) columns; at most 2^27 are made")
    try demand(
      Double(rowCount) * Double(columnCount) <= 0x1p40, "rows times columns must be at most 2^40")
    try demand(separation >= 0 && separation <= 4, "separation \(separation) is not in 0...4")
  }

  private func demand(_ condition: Bool, _ reason: String) throws(DatasetError) {
    if !condition { throw .impossibleRecipe(generator: Self.name, reason: reason) }
  }

  /// Writes the data as a column store and the truth as JSON beside it.
  ///
  /// - Parameters:
  ///   - path: The column store; its last column, `target`, is the class.
  ///   - seed: Equal seeds make equal data.
  /// - Returns: The truth.
  /// - Throws: `DatasetError.impossibleRecipe` or `DatasetError.cannotWrite`.
  public func write(to path: String, seed: UInt64) throws(DatasetError) -> PlantedTruth {
    try validate()
    let source = RandomSource(seed: seed).substream(Self.name)
    var draw = source.substream("places")
    var places = Array(0..<columnCount)
    draw.shuffleFirst(informativeCount, of: &places)
    let informative = Array(places[..<informativeCount])
    var isInformative = [Bool](repeating: false, count: columnCount)
    for column in informative { isInformative[column] = true }
    let classes = classes(using: source)
    let quantiles = [0, -separation / 2, separation / 2].map(Self.quantiles)

    var writer = try StoreColumnWriter(path: path, rowCount: rowCount)
    var cells = source.substream("cells")
    for column in 0..<columnCount {
      try writer.append { target in
        var bits: UInt64 = 0
        for row in target.indices {
          bits = row % 4 == 0 ? cells.next() : bits >> 16
          let table = isInformative[column] ? 1 + Int(classes[row]) : 0
          target[row] = quantiles[table][Int(bits & 0xffff)]
        }
      }
    }
    try writer.append { _ = $0.update(fromContentsOf: classes) }
    let names = (0..<columnCount).map { "x\($0)" } + ["target"]
    var schema = StoreSchema(
      rowCount: rowCount, names: names,
      kinds: [ColumnKind](repeating: .numeric, count: names.count))
    schema.labelColumns = ["target"]
    try writer.finish(schema)
    let truth = PlantedTruth(
      name: Self.name, seed: seed, rowCount: rowCount, columnCount: columnCount,
      settings: settings, informative: informative, redundant: [], repeated: [],
      recipe: "Every column is normal with mean 128 and deviation 24, rounded to bytes. In "
        + "informative columns the means of the two classes are the stated separation apart, in "
        + "deviations. Both classes have as many rows.")
    try AtomicFile.write(truth.json(), to: GeneratedDataset.truthPath(for: path))
    return truth
  }

  /// As many rows of class 0 as of class 1, in random order.
  private func classes(using source: RandomSource) -> [UInt8] {
    var order = Array(0..<rowCount)
    var draw = source.substream("classes")
    draw.shuffle(&order)
    return order.map { UInt8($0 % 2) }
  }

  /// The byte at each of 65,536 equal steps of the distribution function, its mean moved by some
  /// standard deviations.
  private static func quantiles(movedBy shift: Double) -> [UInt8] {
    var table: [UInt8] = []
    table.reserveCapacity(1 << 16)
    for byte in 0...255 {
      let edge = (Double(byte) + 0.5 - 128) / 24 - shift
      let share = byte == 255 ? 1 : 0.5 * erfc(-edge / 2.0.squareRoot())
      let end = Int((share * 65_536).rounded())
      while table.count < end { table.append(UInt8(byte)) }
    }
    return table
  }
}
