/// How a column store lies in its file, version 1; all numbers are little-endian.
///
///     0      magic, 8 bytes: 89 45 53 50 4c 52 0d 0a
///     8      version, UInt32; 4 bytes of zeros
///     16     length of the file, UInt64
///     24     where the schema begins, UInt64
///     32     length of the schema, UInt64
///     40     checksum of the schema, UInt64
///     48     zeros, UInt64
///     56     checksum of bytes 0..<56, UInt64
///     4096   blocks, each at a multiple of 4096
///     ...    the schema, behind the last block, as `StoreSchema` writes it
///
/// A dense block holds columns of one type in panels: all rows of the first panel's columns, row by
/// row, then all rows of the second panel's. All panels of a block are equally wide; what the last
/// one has too much is zero. A sparse block holds the starts of the rows (UInt64, one more than
/// there are rows), then the positions of the cells that are not zero (UInt32, ascending in a row),
/// then their values.
///
/// A checksum is that of `ContentHash`; the schema has one for every column, that of its values
/// (`ColumnHashes`), so that the fingerprint of the data is known without reading a cell, and
/// damage is told by column.
///
/// Opening checks the two checksums and every offset and length against the length of the file. It
/// reads nothing else but the cells of categorical columns, whose codes must be those of levels.
enum StoreLayout {
  static let magic: [UInt8] = [0x89, 0x45, 0x53, 0x50, 0x4c, 0x52, 0x0d, 0x0a]
  static let version: UInt32 = 1
  static let preambleByteCount = 64
  static let alignment = 4096

  /// The columns of a panel.
  ///
  /// A batch reads random rows of some columns. Where there are more rows than columns, a panel
  /// holds the columns of a cache line: a row of it is read at once. Where there are more columns
  /// than rows, a panel holds one column: few of very many are read, and those from end to end.
  static func panelWidth(_ element: ElementType, rowCount: Int, width: Int) -> Int {
    if width > rowCount || width == 0 { return 1 }
    let largest = 64 / element.byteCount
    // Equally wide, so that little is left over at the end.
    let panelCount = (width + largest - 1) / largest
    return (width + panelCount - 1) / panelCount
  }

  /// The next multiple of the alignment; nil beyond the largest number.
  static func aligned(_ offset: Int) -> Int? {
    let (sum, isTooLarge) = offset.addingReportingOverflow(alignment - 1)
    return isTooLarge ? nil : sum / alignment * alignment
  }
}

/// A block of a column store.
struct StorePart: Sendable, Equatable {
  /// How the cells lie.
  enum Layout: Sendable, Equatable {
    case dense(hasMissing: Bool, panelWidth: Int)
    /// With the number of cells that are not zero.
    case sparse(count: Int)
  }

  var element: ElementType
  /// The number of columns.
  var width: Int
  var layout: Layout
  /// Where in the file it begins.
  var offset = 0

  /// The bytes of the block; nil beyond the largest number.
  func byteCount(rowCount: Int) -> Int? {
    switch layout {
    case .dense(_, let panelWidth):
      let panelCount = width / panelWidth + (width % panelWidth == 0 ? 0 : 1)
      return product([panelCount, panelWidth, rowCount, element.byteCount])
    case .sparse(let count):
      guard let starts = product([rowCount, 8]),
        let cells = product([count, 4 + element.byteCount])
      else { return nil }
      let (sum, isTooLarge) = starts.addingReportingOverflow(cells)
      let (total, isStillTooLarge) = sum.addingReportingOverflow(8)
      return isTooLarge || isStillTooLarge ? nil : total
    }
  }

  private func product(_ factors: [Int]) -> Int? {
    factors.reduce(1) { result, factor in
      let product = result?.multipliedReportingOverflow(by: factor)
      return product.flatMap { $0.overflow ? nil : $0.partialValue }
    }
  }
}
