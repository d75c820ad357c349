/// Whether the numbers of the first record of a table name its columns, as in `gene,2001,2002`.
///
/// They may, if they are whole, ascend, and look unlike all numbers below them: lie beyond these, or
/// have no fraction where all of these have one. They do for certain if each is a year and none
/// below it is, or if five rows or more all have fractions.
struct NumberNames {
  /// Whether the first record is the header.
  private(set) var areCertain = false
  /// Whether the first record may be the header.
  private(set) var areLikely = false

  private static let years = 1500.0...2200.0

  /// Looks at the beginning of a table.
  ///
  /// - Parameters:
  ///   - first: The cells of the first record.
  ///   - contents: What each of them is.
  ///   - rows: The cells of the records below it.
  ///   - syntax: How cells are told apart.
  init(_ first: [String], _ contents: [CellContent], rows: [[String]], _ syntax: CellSyntax) {
    let columns = contents.indices.filter { contents[$0] == .number }
    let names = columns.compactMap { column in
      first[column].utf8.allSatisfy { 0x30...0x39 ~= $0 } ? Double(first[column]) : nil
    }
    let needed = contents.contains(.text) ? 2 : 3
    guard columns.count >= needed, names.count == columns.count, rows.count >= 3,
      zip(names, names.dropFirst()).allSatisfy({ $0 < $1 })
    else { return }
    (areCertain, areLikely) = (true, true)
    for (column, name) in zip(columns, names) {
      let below = rows.compactMap { row in
        column < row.count
          ? NumberScanner.number(row[column], point: syntax.decimalPoint)
            .map { (text: row[column], value: $0) } : nil
      }
      let areFractions = below.allSatisfy { $0.text.utf8.contains(syntax.decimalPoint) }
      let isBeyond =
        below.allSatisfy { $0.value < name } || below.allSatisfy { $0.value > name }
      let isYear =
        Self.years.contains(name) && !below.contains { Self.years.contains($0.value) }
      if below.isEmpty || !(areFractions || isBeyond) { areLikely = false }
      if !(isYear || areFractions && below.count >= 5) { areCertain = false }
    }
    areCertain = areCertain && areLikely
  }
}
