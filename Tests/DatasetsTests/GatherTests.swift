import Tensors
import Testing

@testable import Datasets

/// Stores whose cells lie in every way there is, against a naive twin.
@Suite struct GatherTests {
  private static let missing = Float.nan

  /// Random cells of one column, in the range of a type.
  private func column(
    _ type: ElementType, rows: Int, missing: Bool, using random: inout RandomSource
  ) -> [Float] {
    (0..<rows).map { _ in
      if missing && random.index(below: 4) == 0 { return .nan }
      return switch type {
      case .uint8: Float(random.index(below: 255))
      case .int16: Float(random.index(below: 60_000)) - 30_000
      case .int32: Float(random.index(below: 1 << 24) * 64) - 5e8
      case .float: random.uniform(-3, 3)
      }
    }
  }

  /// Lays columns out in panels.
  private func block(
    _ columns: [[Float]], _ type: ElementType, missing: Bool, panelWidth: Int
  ) -> ColumnBlock {
    struct Laying: ElementVisitor {
      let columns: [[Float]]
      let panelWidth: Int
      func visit<Element: StoredElement>(_ type: Element.Type) -> StoreMemory {
        let rows = columns[0].count
        let panels = (columns.count + panelWidth - 1) / panelWidth
        var cells = [Element](repeating: Element(narrowing: 1), count: panels * panelWidth * rows)
        for (position, column) in columns.enumerated() {
          for (row, cell) in column.enumerated() {
            let panel = position / panelWidth * panelWidth * rows
            cells[panel + row * panelWidth + position % panelWidth] =
              cell.isNaN ? .missing : Element(narrowing: Double(cell))
          }
        }
        return StoreMemory(cells)
      }
    }
    return ColumnBlock(
      type, hasMissing: missing, rowCount: columns[0].count, width: columns.count,
      panelWidth: panelWidth,
      memory: type.visit(Laying(columns: columns, panelWidth: panelWidth)))
  }

  private func sparse(_ columns: [[Float]]) -> SparseBlock {
    var rows = SparseRows<Float>(width: columns.count)
    for row in columns[0].indices {
      for (position, column) in columns.enumerated().reversed() where column[row] != 0 {
        rows.append(UInt32(position), column[row])
      }
      rows.endRow()
    }
    return rows.block()
  }

  @Test func everyLayoutGathersTheSame() {
    var random = RandomSource(seed: 42)
    for _ in 0..<300 {
      let rowCount = 1 + random.index(below: 20)
      var parts: [FeaturePart] = []
      var columns: [[Float]] = []
      for _ in 0...random.index(below: 4) {
        let width = 1 + random.index(below: 9)
        let type = ElementType.allCases[random.index(below: 4)]
        if random.index(below: 4) == 0 {
          let own = (0..<width).map { _ in
            (0..<rowCount).map { _ in
              random.index(below: 5) == 0 ? random.uniform(-2, 2) : Float(0)
            }
          }
          parts.append(.sparse(sparse(own)))
          columns += own
        } else {
          let hasMissing = random.index(below: 2) == 0
          let own = (0..<width).map { _ in
            column(type, rows: rowCount, missing: hasMissing, using: &random)
          }
          parts.append(
            .dense(
              block(own, type, missing: hasMissing, panelWidth: 1 + random.index(below: width))))
          columns += own
        }
      }
      var store = FeatureStore(
        parts: parts, rowCount: rowCount, columnNames: columns.indices.map { "c\($0)" })
      if random.index(below: 2) == 0 { store.fills = columns.indices.map { Float($0) + 0.5 } }
      check(store, columns, using: &random)
    }
  }

  private func check(
    _ store: FeatureStore, _ columns: [[Float]], using random: inout RandomSource
  ) {
    // Columns and rows in any order, some twice.
    let wanted = (0..<(1 + random.index(below: 12))).map { _ in random.index(below: columns.count) }
    let rows = (0..<(1 + random.index(below: 8))).map { _ in random.index(below: store.rowCount) }
    let logarithms = columns.map { column in
      random.index(below: 3) == 0 && column.allSatisfy { !($0 <= -1) }
    }
    let scaler = Scaler(
      logarithms: logarithms, offsets: columns.map { _ in random.uniform(-1, 1) },
      scales: columns.map { _ in random.uniform(-2, 2) })
    func value(_ row: Int, _ column: Int) -> Float {
      let cell = columns[column][row]
      return cell.isNaN ? store.fills?[column] ?? .nan : cell
    }
    func same(_ gathered: [Float], _ expected: [Float]) -> Bool {
      zip(gathered, expected).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
        && gathered.count == expected.count
    }
    let plain = rows.flatMap { row in wanted.map { value(row, $0) } }
    #expect(same(store.gathered(rows: rows, columns: wanted), plain))
    #expect(
      same(
        store.selecting(columns: wanted).gathered(rows: rows, columns: Array(wanted.indices)), plain
      ))
    #expect(
      same(
        store.viewing(columns: wanted).gathered(rows: rows, columns: Array(wanted.indices)), plain))
    let scaled = rows.flatMap { row in
      wanted.map { column -> Float in
        let cell = value(row, column)
        return ((logarithms[column] ? cell.logarithm : cell) - scaler.offsets[column])
          * scaler.scales[column]
      }
    }
    #expect(same(store.gathered(rows: rows, columns: wanted, scaler: scaler), scaled))
    // The fingerprint sees the values and not where they lie.
    let cells = (0..<store.rowCount).flatMap { row in columns.map { $0[row] } }
    let twin = FeatureStore(values: cells, rowCount: store.rowCount, columnNames: store.columnNames)
    #expect(twin.columnHashes() == store.columnHashes())
    for column in columns.indices {
      #expect(same(store.exact(column).map { Float($0) }, columns[column]))
    }
  }

  @Test func manyColumnsOfASparseRowAreFoundInEitherWay() {
    // Below a sixteenth of the columns they are searched for, above it looked up in a map.
    var random = RandomSource(seed: 3)
    let columns = (0..<400).map { _ in
      (0..<5).map { _ in random.index(below: 10) == 0 ? random.uniform(1, 2) : Float(0) }
    }
    let store = FeatureStore(
      parts: [.sparse(sparse(columns))], rowCount: 5, columnNames: columns.indices.map { "\($0)" })
    for count in [1, 10, 24, 26, 100, 400] {
      var wanted = Array(columns.indices)
      random.shuffle(&wanted)
      wanted = Array(wanted[..<count])
      #expect(
        store.gathered(rows: [4, 0], columns: wanted)
          == [4, 0].flatMap { row in wanted.map { columns[$0][row] } })
    }
  }
}
