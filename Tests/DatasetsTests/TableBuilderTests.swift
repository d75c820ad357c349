import Tensors
import Testing

@testable import Datasets

/// A cell as somebody writes it.
private enum Cell: Equatable {
  case number(Double)
  case text(String)
  case missing
}

@Suite struct TableBuilderTests {
  /// Cells that a column may hold, by how wild they are.
  private static let kinds: [[Cell]] = [
    [0, 1, 2, 254].map(Cell.number), [0, 255].map(Cell.number), [-1, 300].map(Cell.number),
    [-32_768, 7].map(Cell.number), [70_000, -5].map(Cell.number),
    [-2_147_483_648, 2_147_483_647, 16_777_217].map(Cell.number),
    [0.5, -3e38, 1e-40].map(Cell.number),
    [.missing], [.text("red"), .text("")], [.text("Zoë"), .text("x y")], [.number(1), .text("1")],
  ]

  private func table(
    _ cells: [[Cell]], textColumns: [Int] = []
  ) -> Table {
    let names = cells[0].indices.map { "c\($0)" }
    var builder = TableBuilder(names: names, textColumns: textColumns)
    for row in cells {
      for (column, cell) in row.enumerated() {
        switch cell {
        case .number(let number) where builder.isText[column]:
          builder.take(LabelReader.label(number), column: column)
        case .number(let number): builder.row[column] = number
        case .text(let text): builder.take(text, column: column)
        case .missing: builder.row[column] = .nan
        }
      }
      builder.endRow()
    }
    return builder.finished()
  }

  /// The cell of a finished table, numbers of a column of texts in their shortest text.
  private func cell(_ table: Table, _ row: Int, _ column: Int) -> Cell {
    let number = table.features.exact(column)[row]
    if number.isNaN { return .missing }
    return table.kinds[column].levels.map { .text($0[Int(number)]) } ?? .number(number)
  }

  @Test func typesMayChangeWithEveryPieceOfAWideTable() {
    let (rowCount, width) = (700, 1000)  // several chunks
    func number(_ row: Int, _ column: Int) -> Double {
      switch (row + column) % rowCount {
      case ..<300: Double((row * column) % 250)
      case ..<450: column % 3 == 0 ? .nan : -7
      case ..<600: Double(100_000 + row * column)
      default: Double(row) + 0.5
      }
    }
    var builder = TableBuilder(names: (0..<width).map { "c\($0)" })
    for row in 0..<rowCount {
      for column in 0..<width where !builder.isText[column] {
        builder.row[column] = number(row, column)
      }
      if row == 400 { builder.take("seven", column: 7) }
      if row > 400 { builder.take(LabelReader.label(Double(row % 5)), column: 7) }
      builder.endRow()
    }
    let table = builder.finished()
    for column in 0..<width where column != 7 {
      let cells = table.features.exact(column)
      #expect(
        cells.indices.allSatisfy { row in
          let wanted = number(row, column)
          return cells[row] == wanted || cells[row].isNaN && wanted.isNaN
        })
    }
    for row in [0, 299, 450, 399, 400, 401, 699] {
      let text =
        row == 400 ? "seven" : row > 400 ? "\(row % 5)" : LabelReader.label(number(row, 7))
      let wanted = Cell.text(text)
      #expect(cell(table, row, 7) == (number(row, 7).isNaN && row < 400 ? .missing : wanted))
    }
  }

  @Test func whatIsWrittenIsRead() {
    var random = RandomSource(seed: 5)
    for _ in 0..<400 {
      let (rowCount, width) = (1 + random.index(below: 30), 1 + random.index(below: 6))
      let palettes = (0..<width).map { _ in
        (0...random.index(below: 3)).flatMap { _ in
          Self.kinds[random.index(below: Self.kinds.count)]
        }
      }
      let cells = (0..<rowCount).map { _ in
        palettes.map { $0[random.index(below: $0.count)] }
      }
      let table = table(cells)
      for column in 0..<width {
        let isText = cells.contains { if case .text = $0[column] { true } else { false } }
        #expect((table.kinds[column] != .numeric) == isText)
        for row in 0..<rowCount {
          let expected: Cell =
            if case .number(let number) = cells[row][column] {
              isText
                ? .text(LabelReader.label(number))
                : .number(
                  abs(number) > 2_147_483_648 || number != number.rounded()
                    ? Double(Float(number))
                    : columnIsFloat(cells, column) ? Double(Float(number)) : number)
            } else { cells[row][column] }
          #expect(cell(table, row, column) == expected, "row \(row), column \(column) of \(cells)")
        }
      }
    }
  }

  private func columnIsFloat(_ cells: [[Cell]], _ column: Int) -> Bool {
    let numbers = cells.compactMap { row -> Double? in
      if case .number(let number) = row[column] { number } else { nil }
    }
    let hasMissing = cells.contains { $0[column] == .missing }
    return numbers.contains { $0 != $0.rounded() || abs($0) > 2_147_483_648 }
      || (hasMissing && numbers.contains(-2_147_483_648))
  }

  @Test func manyChunksAreOneTable() {
    // 1 << 18 cells are a chunk: the types widen in the second and third.
    let rowCount = 200_000
    var builder = TableBuilder(names: ["a", "b", "c"])
    for row in 0..<rowCount {
      builder.row[0] = Double(row % 200)
      builder.row[1] = row == 150_000 ? 0.5 : Double(row % 100)
      if row >= 190_000 {
        builder.take(row % 2 == 0 ? "late" : "7", column: 2)
      } else {
        builder.row[2] = Double(row % 10)
      }
      builder.endRow()
    }
    let mistakes = builder.mistakes()
    let table = builder.finished()
    #expect(table.features.types == [.uint8, .float, .uint8])
    #expect(mistakes.keys.sorted() == [2] && mistakes[2]?.text == "late")
    #expect(table.kinds[2].levels == (0..<10).map { "\($0)" } + ["late"])
    let (a, b, c) = (
      table.features.exact(0), table.features.exact(1), table.features.exact(2)
    )
    for row in stride(from: 0, to: rowCount, by: 37) {
      #expect(a[row] == Double(row % 200))
      #expect(b[row] == (row == 150_000 ? 0.5 : Double(row % 100)))
      #expect(c[row] == (row < 190_000 ? Double(row % 10) : row % 2 == 0 ? 10 : 7))
    }
  }

  @Test func levelsAreInOneOrderWhateverTheRows() {
    let texts = ["b", "é", "a", "10", "9"]
    var random = RandomSource(seed: 1)
    for _ in 0..<20 {
      var order = Array(texts.indices)
      random.shuffle(&order)
      let table = table(order.map { [.text(texts[$0])] })
      #expect(table.kinds[0].levels == ["10", "9", "a", "b", "é"])
    }
    #expect(
      table([[.text("10")], [.text("9")], [.text("-1")]]).kinds[0].levels == ["-1", "9", "10"])
  }

  @Test func declaredTextsAreNoMistakes() {
    let cells: [[Cell]] = [[.number(1)], [.number(2)], [.text("two")]]
    #expect(table(cells).mistakes[0]?.text == "two")
    #expect(table(cells, textColumns: [0]).mistakes.isEmpty)
    #expect(table(cells, textColumns: [0]).kinds[0].levels == ["1", "2", "two"])
  }
}
