import Tensors

/// The features of a table, n rows x p columns, in one narrow type.
///
/// The elements lie row by row. Nearly every access is a batch of random rows with some of their
/// columns: row by row, such a batch touches neighbouring cache lines of each row, column by
/// column it would touch another line for every element (1024 x 197 of MNIST: 0.4 ms).
///
/// If every value is an integer in 0...255 the elements are bytes, otherwise `Float`. The choice
/// follows from the values alone, so equal tables are stored equally wherever they came from.
public struct FeatureStore: Sendable {
  /// The elements in row-major order.
  public enum Storage: Sendable, Equatable {
    /// Integers in 0...255.
    case uint8([UInt8])
    /// Any finite numbers.
    case float([Float])
  }

  /// The elements in row-major order, n x p.
  public let storage: Storage
  /// The number of rows, n.
  public let rowCount: Int
  /// The name of each column, p.
  public let columnNames: [String]
  /// The extents of the image that a row is, in pixels, if the file says so.
  public var imageShape: (height: Int, width: Int)?

  /// The number of columns, p.
  public var columnCount: Int { columnNames.count }

  /// Creates a store of bytes.
  ///
  /// - Parameters:
  ///   - bytes: The elements in row-major order, n x p.
  ///   - rowCount: The number of rows, n.
  ///   - columnNames: The name of each column, p.
  public init(bytes: [UInt8], rowCount: Int, columnNames: [String]) {
    self.init(.uint8(bytes), count: bytes.count, rowCount: rowCount, columnNames: columnNames)
  }

  /// Creates a store of numbers, kept as bytes if all are integers in 0...255.
  ///
  /// - Parameters:
  ///   - values: The elements in row-major order, n x p, all finite.
  ///   - rowCount: The number of rows, n.
  ///   - columnNames: The name of each column, p.
  public init(values: [Float], rowCount: Int, columnNames: [String]) {
    let areBytes = values.allSatisfy {
      $0 >= 0 && $0 <= 255 && Float(Int32($0)) == $0
    }
    self.init(
      areBytes ? .uint8(values.map { UInt8($0) }) : .float(values),
      count: values.count, rowCount: rowCount, columnNames: columnNames)
  }

  private init(_ storage: Storage, count: Int, rowCount: Int, columnNames: [String]) {
    require(
      count == rowCount * columnNames.count,
      "FeatureStore: \(count) elements for \(rowCount) rows x \(columnNames.count) columns")
    self.storage = storage
    self.rowCount = rowCount
    self.columnNames = columnNames
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

  /// Returns the store of some columns only.
  ///
  /// - Parameter columns: The columns, in the order wanted, each in `0..<columnCount`.
  /// - Returns: A store of its own, which is no image any more.
  /// - Complexity: O(n x `columns.count`).
  public func selecting(columns: [Int]) -> FeatureStore {
    let values = gathered(rows: Array(0..<rowCount), columns: columns)
    return FeatureStore(
      values: values, rowCount: rowCount, columnNames: columns.map { columnNames[$0] })
  }

  /// Returns the rows of several stores below each other.
  ///
  /// - Parameter parts: Stores with the same columns, at least one.
  /// - Returns: All rows, with the names and the image shape of the first part.
  public static func concatenating(_ parts: [FeatureStore]) -> FeatureStore {
    require(!parts.isEmpty, "FeatureStore: nothing to concatenate")
    let first = parts[0]
    require(
      parts.allSatisfy { $0.columnCount == first.columnCount },
      "FeatureStore: parts of \(parts.map(\.columnCount)) columns")
    guard parts.count > 1 else { return first }
    let rowCount = parts.reduce(0) { $0 + $1.rowCount }
    var bytes: [UInt8] = []
    var values: [Float] = []
    let areBytes = parts.allSatisfy { if case .uint8 = $0.storage { true } else { false } }
    for part in parts {
      switch part.storage {
      case .uint8(let more) where areBytes: bytes += more
      case .uint8(let more): values += more.lazy.map(Float.init)
      case .float(let more): values += more
      }
    }
    var whole = FeatureStore(
      areBytes ? .uint8(bytes) : .float(values), count: areBytes ? bytes.count : values.count,
      rowCount: rowCount, columnNames: first.columnNames)
    whole.imageShape = first.imageShape
    return whole
  }
}
