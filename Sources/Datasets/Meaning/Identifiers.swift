/// Columns that tell rows apart and nothing else.
extension ColumnRoles {
  /// Whether nearly all texts of a column are different.
  static func isIdentifier(_ table: Table, _ column: Int) -> Bool {
    guard let levels = table.kinds[column].levels else { return false }
    return levels.count > 10 && 10 * levels.count >= 9 * table.rowCount
  }

  /// Whether the cells count the rows, from 0 or from 1.
  static func isRowNumber(_ table: Table, _ column: Int) -> Bool {
    let type = table.features.elementType(of: column)
    guard table.rowCount > 10, type != .float, table.kinds[column] == .numeric,
      !table.features.isSparse(column)
    else { return false }
    let first = table.features.column(column, rows: [0, 1, table.rowCount - 1])
    guard first[0] == 0 || first[0] == 1, first[1] == first[0] + 1,
      Double(first[2]) == Double(first[0]) + Double(table.rowCount - 1)
    else { return false }
    let cells = table.features.exact(column)
    return cells.indices.allSatisfy { cells[$0] == cells[0] + Double($0) }
  }
}

extension Table {
  /// Whether a column of whole numbers is likely to be an identifier: they count the rows up or
  /// down from any number, or are all different under a name that identifiers have.
  ///
  /// It may be a year or a dose just as well, so that it stays a feature until somebody says
  /// otherwise.
  func looksLikeIdentifier(_ column: Int) -> Bool {
    guard rowCount > 10, features.elementType(of: column) != .float || features.isRounded(column),
      kinds[column] == .numeric, !features.isSparse(column), !features.hasMissing(column)
    else { return false }
    let ends = features.column(column, rows: [0, 1, rowCount - 1])
    let step = Double(ends[1]) - Double(ends[0])
    let mayCount =
      abs(step) == 1 && Double(ends[2]) == Double(ends[0]) + step * Double(rowCount - 1)
    let isNamed = step != 0 && isNameOfIdentifier(columnNames[column])
    guard mayCount || isNamed else { return false }
    let cells = features.exact(column)
    if mayCount, cells.indices.allSatisfy({ cells[$0] == cells[0] + step * Double($0) }) {
      return true
    }
    return isNamed && Set(cells).count == rowCount
  }

  /// A note on features that may be identifiers; nil if there are none.
  func suspectNote(_ columns: [Int]) -> String? {
    guard !columns.isEmpty else { return nil }
    let names = columns.prefix(3).map { "'\(columnNames[$0])'" }
    let more = columns.count - names.count
    return "column\(columns.count > 1 ? "s" : "") \(names.joined(separator: ", "))"
      + (more > 0 ? " and \(more) more" : "")
      + " look\(columns.count > 1 ? "" : "s") like a row number or identifier: every row has another"
      + " whole number; --drop it if it tells nothing"
  }
}

extension FeatureStore {
  /// Whether a column is one of whole numbers with more digits than computing keeps.
  func isRounded(_ column: Int) -> Bool { losses.whole.contains(columnNames[column]) }
}

/// Whether a column of this name usually tells who or which, such as `id`, `patient_id` or `rowNr`.
///
/// A table may have a million names, so that they are looked at as bytes.
func isNameOfIdentifier(_ name: String) -> Bool {
  var word: UInt64 = 0
  var wasLower = false
  for byte in name.utf8 {
    let isUpper = (0x41...0x5a).contains(byte)
    let isLetter = isUpper || (0x61...0x7a).contains(byte) || byte >= 0x80
    if !isLetter && !(0x30...0x39).contains(byte) || (isUpper && wasLower) {
      if wordsOfIdentifiers.contains(word) { return true }
      word = 0
    }
    if isLetter || (0x30...0x39).contains(byte) { word = longer(word, byte) }
    wasLower = isLetter && !isUpper
  }
  return wordsOfIdentifiers.contains(word)
}

/// A word with one more letter, as a number; capitals are as good as small letters.
@inline(__always)
private func longer(_ word: UInt64, _ byte: UInt8) -> UInt64 {
  word &* 0x0000_0100_0000_01b3 &+ UInt64(byte | ((0x41...0x5a).contains(byte) ? 0x20 : 0))
}

private let wordsOfIdentifiers: [UInt64] = [
  "id", "ids", "identifier", "index", "idx", "key", "nr", "number", "uid",
].map { $0.utf8.reduce(0, longer) }
