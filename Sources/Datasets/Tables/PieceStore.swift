import Tensors

/// Takes the rows of a table when all is known of them, a run of rows at a time.
protocol RowSink: ~Copyable {
  /// Learns how the columns lie.
  mutating func begin(_ layout: CellLayout, rowCount: Int)

  /// Takes rows of one group of columns.
  ///
  /// - Parameters:
  ///   - rows: Which rows.
  ///   - group: The group.
  ///   - bytes: The cells in row-major order.
  mutating func take(rows: Range<Int>, group: Int, bytes: UnsafeRawBufferPointer)
}

/// How the codes of a column of texts become the indices of its sorted levels, or infinite numbers
/// missing cells.
struct Recoding {
  /// The code of each number that the column held before its first text.
  let numbers: [Double: Int]
  /// The place of each code among the sorted levels; nil for a column of numbers.
  let places: [Int]?
  /// The pieces before this one hold numbers.
  let firstPiece: Int

  /// What becomes of a column of numbers of which some are infinite.
  static let withoutInfinity = Recoding(numbers: [:], places: nil, firstPiece: 0)

  /// The level that a cell is; NaN stays.
  func level(_ cell: Double, piece: Int) -> Double {
    if cell.isNaN { return cell }
    guard let places else { return cell.isInfinite ? .nan : cell }
    let code = piece < firstPiece ? numbers[cell == 0 ? 0 : cell] ?? 0 : Int(cell)
    return Double(places.isEmpty ? 0 : places[code])
  }
}

/// Runs of rows, each with its columns in the types that were known when it was narrowed.
struct PieceStore: ~Copyable {
  private struct Piece {
    let layout: CellLayout
    let rowCount: Int
    /// Nil once the rows were handed on, or where they lie in the spill file.
    var memory: StoreMemory?
    var spilled: Range<Int>?
  }

  private var pieces: [Piece] = []
  /// Where pieces go that memory shall not hold.
  private let spill: SpillFile?
  /// The bytes of pieces that memory may still take.
  private var room: Int

  var count: Int { pieces.count }

  /// Creates an empty store.
  ///
  /// - Parameters:
  ///   - memory: The bytes that pieces may take in memory.
  ///   - spill: Where the others go; nil if there are to be none.
  init(memory: Int = .max, spill: SpillFile? = nil) {
    room = memory
    self.spill = spill
  }

  /// Narrows rows and keeps them.
  ///
  /// - Parameters:
  ///   - layout: The types, wide enough for all cells.
  ///   - rowCount: The number of rows.
  ///   - cells: The cells in row-major order.
  ///   - width: The number of columns.
  mutating func append(
    layout: CellLayout, rowCount: Int, cells: UnsafePointer<Double>, width: Int
  ) {
    let memory = StoreMemory(byteCount: layout.byteCount(rows: rowCount)) { bytes in
      for (group, offset) in zip(layout.groups, layout.groupOffsets(rows: rowCount)) {
        group.kind.element.visit(
          Narrowing(
            cells: cells, width: width, rowCount: rowCount, columns: group.columns,
            target: bytes.baseAddress.map { $0 + offset }))
      }
    }
    if let spill, memory.bytes.count > room {
      pieces.append(Piece(layout: layout, rowCount: rowCount, spilled: spill.append(memory.bytes)))
    } else {
      room -= memory.bytes.count
      pieces.append(Piece(layout: layout, rowCount: rowCount, memory: memory))
    }
  }

  /// The cells of a piece, wherever they lie; nil once they were handed on.
  private func memory(of index: Int) -> StoreMemory? {
    pieces[index].memory ?? pieces[index].spilled.flatMap { spill?.read($0) }
  }

  /// Codes the different numbers that a column holds in its first pieces.
  ///
  /// - Parameters:
  ///   - column: The column.
  ///   - end: The first piece that is not looked at.
  ///   - code: Gives a number its code; called once per number and row.
  /// - Returns: The code of each number.
  func numbers(column: Int, before end: Int, code: (Double) -> Int) -> [Double: Int] {
    var codes: [Double: Int] = [:]
    for index in 0..<end {
      for number in cells(index, column, memory(of: index)) where !number.isNaN {
        // Every cell is counted, not only the first of its kind.
        codes[number == 0 ? 0 : number] = code(number)
      }
    }
    return codes
  }

  /// How many cells of a column are not missing in its first pieces.
  func presentCount(column: Int, before end: Int) -> Int {
    (0..<end).reduce(0) { $0 + cells($1, column, memory(of: $1)).count { !$0.isNaN } }
  }

  /// Hands all rows on, giving back the memory of each run.
  ///
  /// - Parameters:
  ///   - layout: The types that all cells fit in.
  ///   - recodings: How the cells of columns of texts are to be understood.
  ///   - sink: Where the rows go.
  mutating func assemble<Sink: RowSink & ~Copyable>(
    _ layout: CellLayout, recodings: [Int: Recoding], into sink: inout Sink
  ) {
    var firstRow = 0
    for index in pieces.indices {
      let rows = firstRow..<(firstRow + pieces[index].rowCount)
      if let memory = memory(of: index) {
        hand(rows, piece: index, memory, layout, recodings, to: &sink)
      }
      (pieces[index].memory, pieces[index].spilled) = (nil, nil)
      firstRow = rows.upperBound
    }
  }

  /// Hands on a piece: groups of columns of which nothing has changed since as they are.
  private func hand<Sink: RowSink & ~Copyable>(
    _ rows: Range<Int>, piece index: Int, _ memory: StoreMemory, _ layout: CellLayout,
    _ recodings: [Int: Recoding], to sink: inout Sink
  ) {
    let (piece, width) = (pieces[index], layout.kinds.count)
    let unchanged = layout.groups.map { wanted in
      recodings.isEmpty || !wanted.columns.contains(where: { recodings[$0] != nil })
        ? piece.layout.groups.firstIndex(of: wanted) : nil
    }
    var changed = [Bool](repeating: true, count: piece.layout.groups.count)
    for group in unchanged.compactMap(\.self) { changed[group] = false }
    let cells = widened(index, memory, groups: changed, recodings)
    let offsets = piece.layout.groupOffsets(rows: rows.count)
    for (group, wanted) in layout.groups.enumerated() {
      let byteCount = rows.count * wanted.columns.count * wanted.kind.element.byteCount
      if let same = unchanged[group] {
        let bytes = memory.bytes[offsets[same]..<(offsets[same] + byteCount)]
        sink.take(rows: rows, group: group, bytes: UnsafeRawBufferPointer(rebasing: bytes))
        continue
      }
      let lines = StoreMemory(byteCount: byteCount) { bytes in
        guard let cells = cells?.bytes.baseAddress?.assumingMemoryBound(to: Double.self) else {
          return
        }
        wanted.kind.element.visit(
          Narrowing(
            cells: cells, width: width, rowCount: rows.count, columns: wanted.columns,
            target: bytes.baseAddress))
      }
      sink.take(rows: rows, group: group, bytes: lines.bytes)
    }
  }

  /// The cells of some groups of a piece as rows of all columns; NaN for missing ones.
  ///
  /// Cell by cell, not column by column: a piece of a wide table has few rows.
  private func widened(
    _ index: Int, _ memory: StoreMemory, groups: [Bool], _ recodings: [Int: Recoding]
  ) -> StoreMemory? {
    guard groups.contains(true) else { return nil }
    let piece = pieces[index]
    let width = piece.layout.kinds.count
    return StoreMemory(byteCount: piece.rowCount * width * MemoryLayout<Double>.stride) { bytes in
      let cells = bytes.bindMemory(to: Double.self)
      let offsets = piece.layout.groupOffsets(rows: piece.rowCount)
      for (number, group) in piece.layout.groups.enumerated() where groups[number] {
        group.kind.element.visit(
          WideningRows(
            source: memory.bytes.baseAddress.map { $0 + offsets[number] },
            rowCount: piece.rowCount, columns: group.columns, hasMissing: group.kind.hasMissing,
            cells: cells, width: width))
      }
      for (column, recoding) in recodings {
        for row in 0..<piece.rowCount {
          let cell = row * width + column
          cells[cell] = recoding.level(cells[cell], piece: index)
        }
      }
    }
  }

  /// One column of a piece; NaN for missing cells.
  private func cells(_ index: Int, _ column: Int, _ memory: StoreMemory?) -> [Double] {
    let piece = pieces[index]
    guard let memory else { return [] }
    let place = piece.layout.places[column]
    let group = piece.layout.groups[place.part]
    return group.kind.element.visit(
      Widening(
        source: memory.bytes.baseAddress.map {
          $0 + piece.layout.groupOffsets(rows: piece.rowCount)[place.part]
        },
        rowCount: piece.rowCount, stride: group.columns.count, slot: place.position,
        hasMissing: group.kind.hasMissing))
  }
}
