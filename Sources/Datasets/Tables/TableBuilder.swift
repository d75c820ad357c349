import Tensors

/// Collects the rows of a table and keeps each column in its narrowest exact type.
///
/// Rows are written as `Double` into a chunk that grows to a few megabytes. A full chunk is narrowed and put
/// away, so that a table of bytes never takes more than its bytes and one chunk. A column of
/// numbers in which a text turns up becomes a categorical one.
///
///     var builder = TableBuilder(names: ["height", "colour"])
///     builder.row[0] = 1.8
///     builder.take("red", column: 1)
///     builder.endRow()
///     let table = try builder.finished(path: path)
struct TableBuilder: ~Copyable {
  let names: [String]
  /// The rows that are complete.
  private(set) var rowCount = 0
  /// Whether each column is one of texts, known so far.
  private(set) var isText: [Bool]
  /// The cells of the current row, NaN for missing ones; all must be written.
  private(set) var row: UnsafeMutablePointer<Double>

  private var chunk: UnsafeMutablePointer<Double>
  /// The rows that the chunk has room for, and those that it may grow to.
  private var roomRowCount: Int
  private let chunkRowCount: Int
  private var filledRowCount = 0
  private var flags: [CellFlags]
  private var layout: CellLayout
  private var pieces: PieceStore
  private var texts: [Int: TextColumn] = [:]
  /// The first missing cell that was put away: its row and column.
  private(set) var firstGap: (row: Int, column: Int)?

  /// The cells of a chunk: 2 MiB, and 4 KiB in the beginning.
  private static let chunkCellCount = 1 << 18
  private static let firstCellCount = 1 << 9

  /// Begins a table.
  ///
  /// - Parameters:
  ///   - names: The name of each column, p.
  ///   - textColumns: Columns whose cells are texts, whatever they look like.
  ///   - pieces: Where narrowed rows are put until the table is complete.
  init(names: [String], textColumns: [Int] = [], pieces: consuming PieceStore = PieceStore()) {
    self.names = names
    self.pieces = pieces
    let width = names.count
    chunkRowCount = max(1, min(Self.chunkCellCount / max(width, 1), 1 << 16))
    roomRowCount = min(chunkRowCount, max(1, Self.firstCellCount / max(width, 1)))
    chunk = .allocate(capacity: max(width, 1) * roomRowCount)
    row = chunk
    isText = [Bool](repeating: false, count: width)
    flags = [CellFlags](repeating: [], count: width)
    layout = CellLayout(flags.map(\.kind))
    for column in textColumns {
      isText[column] = true
      texts[column] = TextColumn(firstPiece: 0, isDeclared: true)
    }
  }

  deinit {
    chunk.deallocate()
  }

  /// Writes a text into the current row.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - column: The column, which becomes a categorical one.
  ///   - line: The line of the file, for errors.
  mutating func take(_ text: String, column: Int, line: Int = 0) {
    if !isText[column] { becomeText(column, first: CellMistake(line: line, text: text)) }
    row[column] = Double(texts[column]?.levels.code(text) ?? 0)
  }

  /// Ends the current row.
  mutating func endRow() {
    rowCount += 1
    filledRowCount += 1
    row += names.count
    if filledRowCount == roomRowCount { makeRoom() }
  }

  /// Makes the chunk larger, or puts its rows away if it is as large as it may be.
  private mutating func makeRoom() {
    if roomRowCount == chunkRowCount { return flush() }
    roomRowCount = min(4 * roomRowCount, chunkRowCount)
    let larger = UnsafeMutablePointer<Double>.allocate(capacity: names.count * roomRowCount)
    larger.update(from: chunk, count: names.count * filledRowCount)
    chunk.deallocate()
    chunk = larger
    row = chunk + names.count * filledRowCount
  }

  /// The numbers of a column that turns out to be one of texts become texts.
  private mutating func becomeText(_ column: Int, first: CellMistake) {
    isText[column] = true
    var text = TextColumn(firstPiece: pieces.count, isDeclared: false)
    text.first = CellMistake(line: first.line, text: String(first.text.prefix(80)))
    for line in 0..<filledRowCount {
      let cell = chunk + (line * names.count + column)
      if !cell.pointee.isNaN {
        cell.pointee = Double(text.levels.code(LabelReader.label(cell.pointee)))
      }
    }
    texts[column] = text
  }

  /// Narrows the rows of the chunk and puts them away.
  private mutating func flush() {
    guard filledRowCount > 0 else { return }
    let width = names.count
    var isChanged = false
    var gap: (line: Int, column: Int)?
    flags.withUnsafeMutableBufferPointer { flags in
      for line in 0..<filledRowCount {
        let cells = chunk + line * width
        for column in 0..<width {
          let number = cells[column]
          // Whatever number comes, the widest type stays the widest.
          if flags[column].contains(.beyondInt32), !number.isNaN {
            let loss = CellFlags.loss(number)
            if loss.isEmpty { continue }
            if loss == .isInfinite, gap == nil { gap = (line, column) }
            flags[column].formUnion(loss)
            continue
          }
          let seen = CellFlags(number)
          if seen.isSubset(of: flags[column]) { continue }
          if gap == nil, !seen.isDisjoint(with: [.missing, .isInfinite]) { gap = (line, column) }
          flags[column].formUnion(seen)
          isChanged = true
        }
      }
    }
    if isChanged { layout = CellLayout(flags.map(\.kind)) }
    if let gap, firstGap == nil {
      firstGap = (rowCount - filledRowCount + gap.line, gap.column)
    }
    pieces.append(layout: layout, rowCount: filledRowCount, cells: chunk, width: width)
    filledRowCount = 0
    row = chunk
  }

  /// Ends the table in memory.
  ///
  /// - Returns: The table.
  consuming func finished() -> Table {
    let mistakes = mistakes()
    var sink = MemorySink()
    let kinds = finish(into: &sink)
    let losses = losses(kinds)
    var table = Table(features: sink.store(names: names), kinds: kinds)
    table.mistakes = mistakes
    table.features.losses = losses
    return table
  }

  /// The columns of numbers that computing cannot hold, once the table is ended.
  func losses(_ kinds: [ColumnKind]) -> NumberLosses {
    var losses = NumberLosses()
    for (column, flags) in flags.enumerated() where kinds[column] == .numeric {
      losses.note(flags, of: names[column])
    }
    return losses
  }

  /// Ends the table.
  ///
  /// - Parameter sink: Where the rows go.
  /// - Returns: What each column is.
  mutating func finish<Sink: RowSink & ~Copyable>(into sink: inout Sink) -> [ColumnKind] {
    flush()
    var kinds = [ColumnKind](repeating: .numeric, count: names.count)
    var recodings: [Int: Recoding] = [:]
    for (column, var text) in texts.sorted(by: { $0.key < $1.key }) {
      let numbers = pieces.numbers(column: column, before: text.firstPiece) { number in
        text.levels.code(LabelReader.label(number))
      }
      let (levels, places) = text.levels.sorted()
      recodings[column] = Recoding(numbers: numbers, places: places, firstPiece: text.firstPiece)
      let isMissing = flags[column].contains(.missing)
      flags[column] = CellFlags(Double(max(levels.count - 1, 0)))
      if isMissing { flags[column].insert(.missing) }
      kinds[column] = text.levels.isOverfull ? .text : .categorical(levels: levels)
    }
    for column in names.indices where !isText[column] && flags[column].contains(.isInfinite) {
      recodings[column] = .withoutInfinity
      flags[column].insert(.missing)
    }
    let layout = CellLayout(flags.map(\.kind))
    sink.begin(layout, rowCount: rowCount)
    pieces.assemble(layout, recodings: recodings, into: &sink)
    return kinds
  }

  /// The columns of numbers in which few cells are none.
  func mistakes() -> [Int: CellMistake] {
    var mistakes: [Int: CellMistake] = [:]
    for (column, text) in texts {
      guard !text.isDeclared, let first = text.first else { continue }
      let numberCount = zip(text.levels.texts, text.levels.counts)
        .reduce(pieces.presentCount(column: column, before: text.firstPiece)) {
          $0 + (NumberScanner.number($1.0) == nil ? 0 : $1.1)
        }
      if 2 * numberCount > rowCount { mistakes[column] = first }
    }
    return mistakes
  }
}

/// A column of texts while it is read.
private struct TextColumn {
  var levels = LevelTable()
  /// The pieces before this one hold numbers.
  let firstPiece: Int
  /// Whether the column was said to be one of texts.
  let isDeclared: Bool
  /// The first cell that was no number.
  var first: CellMistake?

  init(firstPiece: Int, isDeclared: Bool) {
    self.firstPiece = firstPiece
    self.isDeclared = isDeclared
  }
}
