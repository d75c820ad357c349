import Kernels
import Tensors
import Testing

@testable import Networks

@Suite("Growth by gradient")
struct SparseGradientGrowthTests {
  /// Small whole numbers, so that sums are exact and ties are frequent.
  private func wholeNumbers(_ count: Int, _ random: inout RandomSource) -> FloatArena {
    let arena = FloatArena(count: count)
    for position in 0..<count { arena.start[position] = Float(random.index(below: 5) - 2) }
    return arena
  }

  private func denseGradient(_ layer: Connections, _ x: Floats, _ dy: Floats, batch: Int) -> [Float]
  {
    (0..<layer.rowCount * layer.columnCount).map { cell in
      let (row, column) = (cell / layer.columnCount, cell % layer.columnCount)
      return (0..<batch).reduce(Float(0)) {
        $0 + dy[row * batch + $1] * x[column * batch + $1]
      }
    }
  }

  /// The cells of largest |gradient|, of equal ones the first.
  private func largest(_ count: Int, of cells: [Int], _ gradient: [Float]) -> [Int] {
    cells.sorted {
      let (a, b) = (gradient[$0].magnitude, gradient[$1].magnitude)
      return a != b ? a > b : $0 < $1
    }.prefix(count).sorted()
  }

  @Test("the candidates are those of the whole dense gradient, over several blocks and many ties")
  func candidates() {
    var random = RandomSource(seed: 1)
    // Blocks have 2^19 elements, but at least 16 rows.
    let shapes =
      [(37, 17_000), (70, 9000)]
      + (0..<300).map { _ in (1 + random.index(below: 40), 1 + random.index(below: 40)) }
    for (rows, columns) in shapes {
      let cells = rows * columns
      let large = cells > 10_000
      let count = random.index(below: large ? cells / 20 : cells + 1)
      let layer = SampleLayer(rows: rows, columns: columns, count: count, random: &random)
      let (x, dy) = (wholeNumbers(columns * 16, &random), wholeNumbers(rows * 16, &random))
      let growth = GradientGrowth(layer.connections, batch: 16)
      let connected = Set(layer.cells)
      let free = (0..<cells).filter { !connected.contains($0) }
      let gradient = denseGradient(layer.connections, x.start, dy.start, batch: 16)
      for wanted in [random.index(below: 1 + (large ? 9000 : cells)), 3] {
        growth.collect(x: x.start, dy: dy.start, count: wanted)
        let found = (0..<growth.count).map {
          Int(growth.rows[$0]) * columns + Int(growth.columns[$0])
        }
        #expect(found == largest(wanted, of: free, gradient))
        #expect(
          found.indices.allSatisfy { growth.magnitudes[$0] == gradient[found[$0]].magnitude })
      }
    }
  }

  @Test("connections grow where the gradient is largest, the dropped ones competing")
  func update() {
    var random = RandomSource(seed: 2)
    for round in 0..<2000 {
      let (rows, columns) = (1 + random.index(below: 12), 1 + random.index(below: 12))
      let cells = rows * columns
      let count = round % 4 == 0 ? cells : random.index(below: cells + 1)
      let layer = SampleLayer(rows: rows, columns: columns, count: count, random: &random)
      let (x, dy) = (wholeNumbers(columns * 16, &random), wholeNumbers(rows * 16, &random))
      let gradient = denseGradient(layer.connections, x.start, dy.start, batch: 16)
      let before = layer.cells
      for (entry, cell) in before.enumerated() { layer.gradient.start[entry] = gradient[cell] }
      let dropCount = random.index(below: count + 1)
      let dropped = layer.naiveDrop(dropCount, by: .magnitude).map { before[$0] }
      let survivors = Set(before).subtracting(dropped)
      let growth = GradientGrowth(layer.connections, batch: 16)
      growth.collect(x: x.start, dy: dy.start, count: dropCount)
      let changed = DropAndGrow(layer.connections).update(
        .rigl, dropCount: dropCount, values: layer.values,
        scores: GradientScores(candidates: growth, gradient: layer.gradient.start), using: &random)
      let grown = largest(
        dropCount, of: (0..<cells).filter { !survivors.contains($0) }, gradient)
      #expect(layer.isConsistent && layer.cells == (survivors.union(grown)).sorted())
      #expect(changed == Set(grown).subtracting(before).count)
    }
  }

  @Test("a NaN is never a candidate and grows only where nothing else is left")
  func notANumber() {
    var random = RandomSource(seed: 3)
    let layer = SampleLayer(rows: 2, columns: 3, count: 2, random: &random)
    let (x, dy) = (FloatArena(count: 48), FloatArena(count: 32))
    x.fill(1)
    dy.fill(.nan)
    let growth = GradientGrowth(layer.connections, batch: 16)
    growth.collect(x: x.start, dy: dy.start, count: 2)
    #expect(growth.count == 0)
    layer.gradient.fill(.nan)
    let cells = layer.cells
    DropAndGrow(layer.connections).update(
      .rigl, dropCount: 2, values: layer.values,
      scores: GradientScores(candidates: growth, gradient: layer.gradient.start), using: &random)
    #expect(layer.cells == cells)
  }
}
