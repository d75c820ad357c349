/// Whether the first record of a table names its columns.
///
/// It does for certain
/// - if it has one cell less than the others (R writes so where rows have names, and so do programs
///   that end every row with a delimiter), or
/// - if texts stand above columns of numbers, at least as many as there are cells that are no name:
///   numbers above such columns other than different whole ones.
///
/// It also does if it counts the columns, 0, 1, 2 ... (what pandas writes for a table without
/// names), perhaps with texts among them that do not recur, or if it holds texts only, none of which
/// recurs in its column, and no number stands where the column below holds numbers; and if its
/// numbers are names (`NumberNames`). Otherwise the file has no header.
struct HeaderRule {
  /// The cells of the first record.
  let firstCells: [String]
  /// Whether the first record cannot be a row.
  private(set) var isCertain = false
  /// Whether the first record is taken for the header.
  private(set) var isHeader = false
  /// Whether it is not, although it might be one.
  private(set) var isPerhapsHeader = false
  private var width: Int
  /// Whether the rows end with a delimiter that the first record has not.
  private var endsWithDelimiter = false

  /// Looks at the beginning of a table.
  ///
  /// - Parameters:
  ///   - first: The first record.
  ///   - rows: Some records below it.
  ///   - syntax: How cells are told apart.
  init(first: TextSample.Record, rows: [TextSample.Record], _ syntax: CellSyntax) {
    firstCells = first.cells(syntax)
    width = firstCells.count
    let contents = firstCells.map { CellContent($0, syntax) }
    guard let second = rows.first else {
      isHeader = !contents.contains(.number) && contents.contains(.text)
      return
    }
    let rowCells = rows.map { $0.cells(syntax) }
    if second.cells(syntax).count == width + 1, rowCells.allSatisfy({ $0.count == width + 1 }) {
      width += 1
      endsWithDelimiter = rowCells.allSatisfy { $0.last?.isEmpty == true }
      (isCertain, isHeader) = (true, true)
      return
    }
    var (nameCount, valueCount, numberCount) = (0, 0, 0)
    var known: Set<String> = []
    var recurs = false
    for (column, content) in contents.enumerated() {
      let below = rowCells.lazy.compactMap { column < $0.count ? $0[column] : nil }
      let contentsBelow = below.map { CellContent($0, syntax) }
      let isNumeric =
        contentsBelow.contains(.number) && contentsBelow.allSatisfy { $0 != .text }
      switch content {
      case .text where isNumeric: nameCount += 1
      case .text: recurs = recurs || below.contains(firstCells[column])
      case .number where isNumeric:
        numberCount += 1
        let isName = firstCells[column].utf8.allSatisfy { 0x30...0x39 ~= $0 }
        if !isName || !known.insert(firstCells[column]).inserted { valueCount += 1 }
      case .number, .missing: break
      }
    }
    isCertain = nameCount > 0 && nameCount >= valueCount
    let numbers = NumberNames(firstCells, contents, rows: rowCells, syntax)
    isHeader =
      isCertain || countsColumns(recurs: recurs, contents) || (numbers.areCertain && !recurs)
      || (numberCount == 0 && nameCount == 0 && !recurs && contents.contains(.text))
    isPerhapsHeader = !isHeader && numbers.areLikely && !recurs
  }

  /// The names in the first record, as if it were a header.
  var headerNames: [String] {
    // R writes no name above the names of rows; pandas writes an empty one above row numbers.
    let names = firstCells.enumerated().map { $1.isEmpty ? "Unnamed: \($0)" : $1 }
    if width == firstCells.count { return names }
    return endsWithDelimiter ? names + ["Unnamed: \(names.count)"] : ["row.names"] + names
  }

  /// The names in a comment above the first record.
  ///
  /// - Parameters:
  ///   - comment: The comment.
  ///   - syntax: How cells are told apart.
  /// - Returns: The names, or nil if there are not as many as cells, or no text is among them.
  func names(inComment comment: TextSample.Record, _ syntax: CellSyntax) -> [String]? {
    let text = TextSample.Record(
      bytes: Array(comment.bytes.drop { $0 == UInt8(ascii: "#") || $0 == 0x20 }),
      line: comment.line)
    let names = text.cells(syntax)
    guard names.count == firstCells.count, names.count > 1,
      names.contains(where: { CellContent($0, syntax) == .text })
    else { return nil }
    return names
  }

  /// Whether the cells are 0, 1, 2 ..., perhaps behind an empty one, and texts that stand only
  /// here; two numbers could be data.
  private func countsColumns(recurs: Bool, _ contents: [CellContent]) -> Bool {
    let start = firstCells.first?.isEmpty == true ? 1 : 0
    let numbers = (start..<firstCells.count).filter { contents[$0] != .text }
    guard numbers.count > 2, numbers.count == firstCells.count - start || !recurs else {
      return false
    }
    return zip(numbers, 0...).allSatisfy { place, number in firstCells[place] == String(number) }
  }
}
