/// Writes a column store of bytes, one column after the other.
struct StoreColumnWriter: ~Copyable {
  private var file: AtomicFile?
  private let rowCount: Int
  private var pending: [UInt8] = []
  private var columnCount = 0
  private var words: [UInt64] = []

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - path: The name that it will have when it is complete.
  ///   - rowCount: The number of rows, at least 1.
  /// - Throws: `DatasetError.cannotWrite`.
  init(path: String, rowCount: Int) throws(DatasetError) {
    file = try AtomicFile(path: path)
    self.rowCount = rowCount
  }

  /// Adds a column.
  ///
  /// - Parameter fill: Writes its cells.
  /// - Throws: `DatasetError.cannotWrite`.
  mutating func append(
    _ fill: (UnsafeMutableBufferPointer<UInt8>) -> Void
  ) throws(DatasetError) {
    let start = pending.count
    pending.append(contentsOf: repeatElement(0, count: rowCount))
    pending.withUnsafeMutableBufferPointer {
      fill(UnsafeMutableBufferPointer(rebasing: $0[start...]))
    }
    if pending.count >= 4 << 20 { try flush() }
  }

  private mutating func flush() throws(DatasetError) {
    let count = pending.count / rowCount
    let offsets = (0..<count).map { $0 * rowCount }
    var hashes = ColumnHashes(columnCount: count)
    var failure: DatasetError?
    pending.withUnsafeBufferPointer { cells in
      guard let start = cells.baseAddress else { return }
      offsets.withUnsafeBufferPointer { offsets in
        for first in stride(from: 0, to: count, by: 256) {
          let columns = first..<min(first + 256, count)
          hashes.add(
            start, stride: 1, rowCount: rowCount,
            offsets: UnsafeBufferPointer(rebasing: offsets[columns]), columns: columns,
            hasMissing: false)
        }
      }
      do throws(DatasetError) {
        try file?.write(
          UnsafeRawBufferPointer(cells), at: StoreLayout.alignment + columnCount * rowCount)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    words += hashes.words
    columnCount += count
    pending.removeAll(keepingCapacity: true)
  }

  /// Completes the file.
  ///
  /// - Parameter schema: What it says of its columns.
  /// - Throws: `DatasetError.cannotWrite`.
  consuming func finish(_ schema: consuming StoreSchema) throws(DatasetError) {
    try flush()
    var part = StorePart(
      element: .uint8, width: columnCount, layout: .dense(hasMissing: false, panelWidth: 1))
    part.offset = StoreLayout.alignment
    schema.parts = [part]
    schema.places = (0..<columnCount).map { ColumnPlace(part: 0, position: $0) }
    schema.hashes = words
    let end = StoreLayout.aligned(part.offset + columnCount * rowCount) ?? .max
    guard let file = file.take() else { return }
    try StoreSink.complete(file, schema, at: end)
  }
}
