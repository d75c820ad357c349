/// What a column store says of its columns.
///
/// In the file, in this order: rows, columns, height and width of the image or zeros (UInt64 each);
/// the number of blocks (UInt64) and 32 bytes for each: sparse or not, element type, whether cells
/// are missing (UInt8 each), 5 zeros, columns, columns of a panel or cells, offset (UInt64 each);
/// for each column its block and its position there (UInt32 each); for each column its checksum
/// (UInt64); for each name its length (UInt32), then all names; the number of columns that are not
/// numeric (UInt64) and for each the column (UInt64), 1 for categorical or 2 for text (UInt8) and
/// its levels; the label columns; the customary target, as a list of none or one, or of the label columns
/// where all of several are to be predicted; the notes; and, unless there is neither, the column of
/// the weights and that of the subjects, each as a list of none or one. A list of texts is their
/// number (UInt64) and for each its length (UInt32) and its bytes in UTF-8.
struct StoreSchema: Sendable {
  var rowCount: Int
  var names: [String]
  var kinds: [ColumnKind]
  var imageShape: (height: Int, width: Int)?
  var labelColumns: [String] = []
  var customaryTarget: String?
  var predictsAllLabels = false
  var notes: [String] = []
  var weightColumn: String?
  var subjectColumn: String?
  var parts: [StorePart] = []
  /// Where each column lies.
  var places: [ColumnPlace] = []
  /// The checksum of each column.
  var hashes: [UInt64] = []

  /// What a table says of itself; blocks, places and checksums follow when it is written.
  init(_ table: Table) {
    rowCount = table.rowCount
    names = table.columnNames
    kinds = table.kinds
    imageShape = table.features.imageShape
    labelColumns = table.labelColumns
    customaryTarget = table.customaryTarget
    predictsAllLabels = table.predictsAllLabels
    notes = table.notes
    (weightColumn, subjectColumn) = (table.weightColumn, table.subjectColumn)
  }

  init(rowCount: Int, names: [String], kinds: [ColumnKind]) {
    self.rowCount = rowCount
    self.names = names
    self.kinds = kinds
  }

  /// The schema as it lies in the file.
  var bytes: [UInt8] {
    var output = StoreBytes()
    output.append(UInt64(rowCount))
    output.append(UInt64(names.count))
    output.append(UInt64(imageShape?.height ?? 0))
    output.append(UInt64(imageShape?.width ?? 0))
    output.append(UInt64(parts.count))
    for part in parts { output.append(part) }
    for place in places {
      output.append(UInt32(place.part))
      output.append(UInt32(place.position))
    }
    for hash in hashes { output.append(hash) }
    for name in names { output.append(UInt32(name.utf8.count)) }
    for name in names { output.bytes += name.utf8 }
    let special = kinds.indices.filter { kinds[$0] != .numeric }
    output.append(UInt64(special.count))
    for column in special {
      output.append(UInt64(column))
      output.append(UInt8(kinds[column] == .text ? 2 : 1))
      output.append(kinds[column].levels ?? [])
    }
    output.append(labelColumns)
    output.append(
      predictsAllLabels && labelColumns.count > 1
        ? labelColumns : customaryTarget.map { [$0] } ?? [])
    output.append(notes)
    if weightColumn != nil || subjectColumn != nil {
      output.append(weightColumn.map { [$0] } ?? [])
      output.append(subjectColumn.map { [$0] } ?? [])
    }
    return output.bytes
  }
}

/// Bytes of a file as they are collected.
struct StoreBytes {
  var bytes: [UInt8] = []

  mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func append(_ texts: [String]) {
    append(UInt64(texts.count))
    for text in texts {
      append(UInt32(text.utf8.count))
      bytes += text.utf8
    }
  }

  mutating func append(_ part: StorePart) {
    let (isSparse, hasMissing, extent) =
      switch part.layout {
      case .dense(let hasMissing, let panelWidth): (false, hasMissing, panelWidth)
      case .sparse(let count): (true, false, count)
      }
    append(UInt8(isSparse ? 1 : 0))
    append(part.element.rawValue)
    append(UInt8(hasMissing ? 1 : 0))
    bytes += [0, 0, 0, 0, 0]
    append(UInt64(part.width))
    append(UInt64(extent))
    append(UInt64(part.offset))
  }
}
