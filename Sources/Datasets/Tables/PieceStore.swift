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

/// How the codes of a column of texts become the indices of its sorted levels.
struct Recoding {
  /// The code of each number that the column held before its first text.
  let numbers: [Double: Int]
  /// The place of each code among the sorted levels.
  let places: [Int]
  /// The pieces before this one hold numbers.
  let firstPiece: Int

  /// The level that a cell is; NaN stays.
  func level(_ cell: Double, piece: Int) -> Double {
    if cell.isNaN { return cell }
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
        for group in layout.groups.indices {
          hand(rows, piece: index, memory, group: group, of: layout, recodings, to: &sink)
        }
      }
      (pieces[index].memory, pieces[index].spilled) = (nil, nil)
      firstRow = rows.upperBound
    }
  }

  /// Hands on one group of columns of a piece: as it is, if nothing has changed since.
  private func hand<Sink: RowSink & ~Copyable>(
    _ rows: Range<Int>, piece index: Int, _ memory: StoreMemory, group: Int,
    of layout: CellLayout, _ recodings: [Int: Recoding], to sink: inout Sink
  ) {
    let (piece, wanted) = (pieces[index], layout.groups[group])
    let byteCount = rows.count * wanted.columns.count * wanted.kind.element.byteCount
    if let same = piece.layout.groups.firstIndex(where: { $0 == wanted }),
      !wanted.columns.contains(where: { recodings[$0] != nil })
    {
      let offset = piece.layout.groupOffsets(rows: rows.count)[same]
      let bytes = memory.bytes[offset..<(offset + byteCount)]
      sink.take(rows: rows, group: group, bytes: UnsafeRawBufferPointer(rebasing: bytes))
      return
    }
    let lines = StoreMemory(byteCount: byteCount) { bytes in
      for (slot, column) in wanted.columns.enumerated() {
        var numbers = cells(index, column, memory)
        if let recoding = recodings[column] {
          for line in numbers.indices {
            numbers[line] = recoding.level(numbers[line], piece: index)
          }
        }
        wanted.kind.element.visit(
          Placing(
            numbers: numbers, stride: wanted.columns.count, slot: slot, target: bytes.baseAddress))
      }
    }
    sink.take(rows: rows, group: group, bytes: lines.bytes)
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

/// Writes the cells of a group of columns in their type.
private struct Narrowing: ElementVisitor {
  let cells: UnsafePointer<Double>
  let width: Int
  let rowCount: Int
  let columns: [Int]
  let target: UnsafeMutableRawPointer?

  func visit<Element: StoredElement>(_ type: Element.Type) {
    guard let target = target?.assumingMemoryBound(to: type) else { return }
    columns.withUnsafeBufferPointer { columns in
      for row in 0..<rowCount {
        let line = cells + row * width
        let output = target + row * columns.count
        for (slot, column) in columns.enumerated() {
          let number = line[column]
          output[slot] = number.isNaN ? .missing : Element(narrowing: number)
        }
      }
    }
  }
}

/// Writes one column of a group.
private struct Placing: ElementVisitor {
  let numbers: [Double]
  let stride: Int
  let slot: Int
  let target: UnsafeMutableRawPointer?

  func visit<Element: StoredElement>(_ type: Element.Type) {
    guard let target = target?.assumingMemoryBound(to: type) else { return }
    for (row, number) in numbers.enumerated() {
      target[row * stride + slot] = number.isNaN ? .missing : Element(narrowing: number)
    }
  }
}

/// Reads one column of a group.
private struct Widening: ElementVisitor {
  let source: UnsafeRawPointer?
  let rowCount: Int
  let stride: Int
  let slot: Int
  let hasMissing: Bool

  func visit<Element: StoredElement>(_ type: Element.Type) -> [Double] {
    guard let source = source?.assumingMemoryBound(to: type) else { return [] }
    return (0..<rowCount).map { row in
      let element = source[row * stride + slot]
      return hasMissing && element.isMissing ? .nan : element.exact
    }
  }
}
