import Tensors

/// The columns of a table as numbers, n rows x p columns, each in its narrowest exact type.
///
/// Columns of one type lie together in a block, row by row: nearly every access is a batch of
/// random rows with some of their columns, which then touches neighbouring cache lines of each
/// row; column by column it would touch another line for every cell. Columns that are nearly all
/// zero may lie in compressed sparse rows. The cells lie in memory or in a file mapped into it.
///
/// A store may have missing cells. Until it knows what they count as (`fills`) they read as NaN.
public struct FeatureStore: Sendable {
  /// The number of rows, n.
  public let rowCount: Int
  /// The name of each column, p.
  public var columnNames: [String]
  /// The extents of the image that a row is, in pixels, if the file says so.
  public var imageShape: (height: Int, width: Int)?

  /// The extents of the image that a row is, channel after channel; nil where the columns are not
  /// those of an image.
  public var imageExtents: (height: Int, width: Int, channels: Int)? {
    guard let (height, width) = imageShape, height > 0, width > 0,
      columnCount.isMultiple(of: height * width)
    else { return nil }
    let channels = columnCount / (height * width)
    return (1...4).contains(channels) ? (height, width, channels) : nil
  }
  /// What a missing cell of each column counts as, p; nil where missing cells read as NaN.
  public var fills: [Float]?

  /// The fingerprint of each column, where a file had it.
  var storedHashes: [UInt64]?
  /// Whether nobody has compared the cells with the fingerprints that the file has of them.
  var isUnchecked = false
  /// The columns of numbers that computing cannot hold.
  var losses = NumberLosses()

  let parts: [FeaturePart]
  /// Where each column lies, p.
  let places: [ColumnPlace]

  /// The number of columns, p.
  public var columnCount: Int { places.count }

  /// Creates a store of bytes.
  ///
  /// - Parameters:
  ///   - bytes: The elements in row-major order, n x p.
  ///   - rowCount: The number of rows, n.
  ///   - columnNames: The name of each column, p.
  public init(bytes: [UInt8], rowCount: Int, columnNames: [String]) {
    require(
      bytes.count == rowCount * columnNames.count,
      "FeatureStore: \(bytes.count) elements for \(rowCount) rows x \(columnNames.count) columns")
    let block = ColumnBlock(
      .uint8, hasMissing: false, rowCount: rowCount, width: columnNames.count,
      memory: StoreMemory(bytes))
    self.init(parts: [.dense(block)], rowCount: rowCount, columnNames: columnNames)
  }

  /// Creates a store of numbers, each column in its narrowest type.
  ///
  /// - Parameters:
  ///   - values: The elements in row-major order, n x p; NaN is a missing cell.
  ///   - rowCount: The number of rows, n.
  ///   - columnNames: The name of each column, p.
  public init(values: [Float], rowCount: Int, columnNames: [String]) {
    let width = columnNames.count
    require(
      values.count == rowCount * width,
      "FeatureStore: \(values.count) elements for \(rowCount) rows x \(width) columns")
    var builder = TableBuilder(names: columnNames)
    for row in 0..<rowCount {
      for column in 0..<width { builder.row[column] = Double(values[row * width + column]) }
      builder.endRow()
    }
    self = builder.finished().features
  }

  /// Creates a store of blocks.
  ///
  /// - Parameters:
  ///   - parts: The blocks, each of `rowCount` rows.
  ///   - rowCount: The number of rows, n.
  ///   - columnNames: The name of each column, p.
  ///   - places: Where each column lies; nil for one block after the other.
  init(
    parts: [FeaturePart], rowCount: Int, columnNames: [String], places: [ColumnPlace]? = nil
  ) {
    let places =
      places
      ?? parts.indices.flatMap { part in
        (0..<parts[part].width).map { ColumnPlace(part: part, position: $0) }
      }
    require(
      places.count == columnNames.count && parts.allSatisfy { $0.rowCount == rowCount },
      "FeatureStore: \(places.count) columns with \(columnNames.count) names")
    self.parts = parts
    self.rowCount = rowCount
    self.columnNames = columnNames
    self.places = places
  }

  /// Gathers rows x columns, scaled, into a row-major block.
  ///
  /// A loop that gathers the same columns again and again makes a `ColumnGatherer` once.
  ///
  /// - Parameters:
  ///   - rows: The rows, in any order, each in `0..<rowCount`.
  ///   - columns: The columns, in any order, each in `0..<columnCount`.
  ///   - scaler: How to scale, or nil for the values as they are.
  ///   - block: Where to; at least `rows.count` x `columns.count` elements.
  public func gather(
    rows: [Int], columns: [Int], scaler: Scaler?, into block: UnsafeMutableBufferPointer<Float>
  ) {
    ColumnGatherer(self, columns: columns, scaler: scaler).gather(rows: rows, into: block)
  }

  /// Gathers rows x columns, scaled, as an array.
  ///
  /// - Parameters:
  ///   - rows: The rows, in any order, each in `0..<rowCount`.
  ///   - columns: The columns, in any order, each in `0..<columnCount`.
  ///   - scaler: How to scale, or nil for the values as they are.
  /// - Returns: The block in row-major order, `rows.count` x `columns.count`.
  public func gathered(rows: [Int], columns: [Int], scaler: Scaler? = nil) -> [Float] {
    let count = rows.count * columns.count
    return [Float](unsafeUninitializedCapacity: count) { block, initialized in
      gather(rows: rows, columns: columns, scaler: scaler, into: block)
      initialized = count
    }
  }

  /// Returns one column of some rows, unscaled.
  ///
  /// - Parameters:
  ///   - index: The column, in `0..<columnCount`.
  ///   - rows: The rows, in any order, each in `0..<rowCount`.
  /// - Returns: The values, `rows.count`.
  public func column(_ index: Int, rows: [Int]) -> [Float] {
    gathered(rows: rows, columns: [index])
  }
}

/// A block of columns.
enum FeaturePart: Sendable {
  case dense(ColumnBlock)
  case sparse(SparseBlock)

  var width: Int {
    switch self {
    case .dense(let block): block.width
    case .sparse(let block): block.width
    }
  }

  var rowCount: Int {
    switch self {
    case .dense(let block): block.rowCount
    case .sparse(let block): block.rowCount
    }
  }

  var element: ElementType {
    switch self {
    case .dense(let block): block.element
    case .sparse(let block): block.element
    }
  }

  var hasMissing: Bool {
    if case .dense(let block) = self { block.hasMissing } else { false }
  }

  var byteCount: Int {
    switch self {
    case .dense(let block): block.byteCount
    case .sparse(let block): block.byteCount
    }
  }
}

/// Where a column lies: which part of a store, and which of its columns.
struct ColumnPlace: Sendable, Equatable {
  private let partIndex: Int32
  private let positionIndex: Int32

  init(part: Int, position: Int) {
    partIndex = Int32(part)
    positionIndex = Int32(position)
  }

  var part: Int { Int(partIndex) }
  var position: Int { Int(positionIndex) }
}
