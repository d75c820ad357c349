/// How a table of text is written, found from its first records.
///
/// **Delimiter**: the first of tab, semicolon and comma of which every record has the same number
/// outside quotation marks (the first record may have one less); else blanks, if they part every
/// record into as many cells and a column of numbers comes of it, or the second record is all
/// numbers; else the one of the three that is most frequent in the first record. Otherwise each
/// line is one cell.
///
/// **Decimal comma**: where cells are not separated by commas, if some cell is a number with a
/// comma and none is one with a point.
///
/// **Header**: see `HeaderRule`.
struct TextDialect: Equatable {
  private(set) var syntax = CellSyntax()
  /// The name of each column.
  private(set) var names: [String] = []
  /// Whether the first record holds the names.
  private(set) var hasHeader = false
  /// What a reader of the table should know, a sentence each.
  private(set) var notes: [String] = []

  /// Finds out how a file is written.
  ///
  /// - Parameters:
  ///   - sample: Its first records, at least one.
  ///   - header: Whether the first record is a header, if that is known.
  init(_ sample: TextSample, header: HeaderLine) {
    syntax.delimiter = Self.delimiter(sample.records)
    let rows = sample.records.dropFirst()
    if syntax.delimiter != UInt8(ascii: ","), Self.hasDecimalComma(rows, syntax) {
      syntax.decimalPoint = UInt8(ascii: ",")
    }
    let rule = HeaderRule(first: sample.records[0], rows: Array(rows), syntax)
    switch header {
    case .auto:
      let comment = sample.leadingComment.flatMap { rule.names(inComment: $0, syntax) }
      hasHeader = rule.isCertain || (comment == nil && rule.isHeader)
      if !hasHeader, let comment { names = comment }
      if rule.isPerhapsHeader, names.isEmpty {
        notes.append("the first line is taken for a row; --header yes makes it the names")
      }
    case .yes: hasHeader = true
    case .no: hasHeader = false
    }
    if hasHeader {
      names = rule.headerNames
    } else if names.isEmpty {
      names = (0..<rule.firstCells.count).map { "x\($0)" }
    }
  }

  private static func delimiter(_ records: [TextSample.Record]) -> UInt8 {
    let candidates = Array("\t;,".utf8)
    let counts = candidates.map { candidate in
      records.map { $0.cellCount(CellSyntax(delimiter: candidate)) }
    }
    for (candidate, counts) in zip(candidates, counts) where isRegular(counts) { return candidate }
    if isBlankSeparated(records) { return UInt8(ascii: " ") }
    // A comma before a tab before a semicolon, if they are as frequent.
    let best = [2, 0, 1].max { counts[$0][0] < counts[$1][0] } ?? 2
    return counts[best][0] > 1 ? candidates[best] : UInt8(ascii: ",")
  }

  /// Whether all records have as many cells, but the first one that may have one less.
  private static func isRegular(_ counts: [Int]) -> Bool {
    let width = counts.last ?? 0
    return width > 1 && counts.dropFirst().allSatisfy { $0 == width }
      && (counts[0] == width || counts[0] == width - 1)
  }

  private static func isBlankSeparated(_ records: [TextSample.Record]) -> Bool {
    let rows = records.map { $0.cells(.blanks) }
    guard let second = rows.dropFirst().first ?? rows.first, second.count > 1 else { return false }
    if second.allSatisfy({ CellContent($0, .blanks) != .text }) { return true }
    guard isRegular(rows.map(\.count)) else { return false }
    return second.indices.contains { column in
      rows.dropFirst().allSatisfy { CellContent($0[column], .blanks) != .text }
    }
  }

  private static func hasDecimalComma(
    _ rows: ArraySlice<TextSample.Record>, _ syntax: CellSyntax
  ) -> Bool {
    let comma = CellSyntax(delimiter: syntax.delimiter, decimalPoint: UInt8(ascii: ","))
    var hasComma = false
    for row in rows {
      for cell in row.cells(syntax) {
        if cell.utf8.contains(comma.decimalPoint), CellContent(cell, comma) == .number {
          hasComma = true
        }
        if cell.utf8.contains(UInt8(ascii: ".")), CellContent(cell, syntax) == .number {
          return false
        }
      }
    }
    return hasComma
  }
}

/// What a cell looks like.
enum CellContent: Equatable {
  case number
  case missing
  case text

  init(_ text: String, _ syntax: CellSyntax) {
    let word = text.trimmingBlanks()
    if MissingText.isMissing(word) {
      self = .missing
    } else {
      self = NumberScanner.number(word, point: syntax.decimalPoint) == nil ? .text : .number
    }
  }
}
