import AllocationCounter
import Kernels
import Tensors
import Testing

@testable import Networks

@Suite("Dropping and growing")
struct SparseDropAndGrowTests {
  /// Shapes and numbers of connections from tiny to full.
  private func randomLayer(_ random: inout RandomSource) -> SampleLayer {
    let (rows, columns) = (1 + random.index(below: 12), 1 + random.index(below: 12))
    let cells = rows * columns
    let count =
      switch random.index(below: 4) {
      case 0: cells
      case 1: max(cells - random.index(below: 3), 0)
      default: random.index(below: cells + 1)
      }
    return SampleLayer(rows: rows, columns: columns, count: count, random: &random)
  }

  @Test(
    "what is dropped is what a sort would drop, and survivors keep all they carry",
    arguments: [TopologyRule.Drop.magnitude, .magnitudeBySign])
  func invariants(drop: TopologyRule.Drop) {
    var random = RandomSource(seed: 1)
    let rule = TopologyRule(drop: drop, growth: .random, interval: .steps(1))
    for _ in 0..<3000 {
      let layer = randomLayer(&random)
      let count = layer.connections.count
      let dropCount = random.index(below: count + 1)
      let before = layer.carried
      let cells = layer.cells
      let dropped = Set(layer.naiveDrop(dropCount, by: drop).map { cells[$0] })
      let changed = DropAndGrow(layer.connections).update(
        rule, dropCount: dropCount, values: layer.values, using: &random)
      let after = layer.carried
      #expect(layer.isConsistent && after.count == count)
      let survivors = Set(cells).subtracting(dropped)
      #expect(dropped.count == dropCount && survivors.isSubset(of: after.keys))
      #expect(changed == Set(after.keys).subtracting(cells).count)
      for (cell, carried) in after {
        let nothing = SampleLayer.Carried(weight: 0, first: 0, second: 0, age: 0)
        #expect(carried == (survivors.contains(cell) ? before[cell] : nothing))
      }
    }
  }

  @Test("ten thousand updates keep the number of connections and both directions")
  func manyUpdates() {
    var random = RandomSource(seed: 2)
    let layer = SampleLayer(rows: 20, columns: 30, count: 150, random: &random)
    let update = DropAndGrow(layer.connections)
    var visited: Set<Int> = []
    for round in 0..<10_000 {
      if round % 10 == 0 { layer.fill(using: &random) }
      update.update(
        round % 2 == 0 ? .set : .originalSET, dropCount: random.index(below: 50),
        values: layer.values, using: &random)
      visited.formUnion(layer.cells)
      #expect(layer.isConsistent)
    }
    #expect(layer.connections.pattern.entryCount == 150 && visited.count == 600)
  }

  @Test("dropped connections may come back; original RigL gives them back what they carried")
  func regrown() {
    var random = RandomSource(seed: 3)
    for keeps in [false, true] {
      let rule = TopologyRule(
        growth: .random, interval: .steps(1), grownWeight: .normal(deviation: 0.1),
        keepsWeightOfRegrown: keeps)
      let layer = SampleLayer(rows: 5, columns: 7, count: 35, random: &random)
      let before = layer.carried
      let dropped = layer.naiveDrop(12, by: .magnitude)
      let changed = DropAndGrow(layer.connections).update(
        rule, dropCount: 12, values: layer.values, using: &random)
      // Of a full layer nothing else is free.
      #expect(changed == 0 && layer.isConsistent)
      let after = layer.carried
      #expect((after == before) == keeps)
      #expect(before.keys.count { after[$0] == before[$0] } == (keeps ? 35 : 23))
      if keeps { continue }
      for entry in dropped {
        #expect(layer.weights.start[entry] != 0 && layer.weights.start[entry].magnitude < 0.6)
        #expect(layer.states[0].start[entry] == 0 && layer.ages[entry] == 0)
      }
    }
  }

  @Test("grown weights have the deviation asked for")
  func grownWeights() {
    var random = RandomSource(seed: 4)
    let layer = SampleLayer(rows: 100, columns: 100, count: 9000, random: &random)
    DropAndGrow(layer.connections).update(
      .originalSET, dropCount: 9000, values: layer.values, using: &random)
    let mean = (0..<9000).reduce(0.0) { $0 + Double(layer.weights.start[$1]) } / 9000
    let square = (0..<9000).reduce(0.0) {
      $0 + Double(layer.weights.start[$1] * layer.weights.start[$1])
    }
    #expect(abs(mean) < 0.005 && abs((square / 9000).squareRoot() - 0.1) < 0.004)
  }

  @Test("random growth reaches every position that no survivor holds equally often")
  func uniform() {
    var random = RandomSource(seed: 5)
    let rounds = 20_000
    var counts = [Int](repeating: 0, count: 48)
    var survivors: Set<Int> = []
    let start = SampleLayer(rows: 6, columns: 8, count: 30, random: &random)
    for _ in 0..<rounds {
      let layer = SampleLayer(copying: start)
      survivors = Set(layer.cells).subtracting(
        layer.naiveDrop(7, by: .magnitude).map { layer.cells[$0] })
      DropAndGrow(layer.connections).update(
        .set, dropCount: 7, values: layer.values, using: &random)
      for cell in layer.cells where !survivors.contains(cell) { counts[cell] += 1 }
    }
    let free = (0..<48).filter { !survivors.contains($0) }
    let expected = Double(rounds * 7) / Double(free.count)
    // Chi-square with 24 degrees of freedom, scaled for drawing without replacement (18 of 25 stay
    // undrawn): 51.2 is exceeded once in a thousand times.
    let chiSquare = free.reduce(0.0) { $0 + pow2(Double(counts[$1]) - expected) / expected }
    #expect(free.count == 25 && chiSquare * 24 / 18 < 51.2)
  }

  private func pow2(_ value: Double) -> Double { value * value }

  @Test("a draw without repetition is uniform over sets and in order")
  func distinctSample() {
    var random = RandomSource(seed: 6)
    let sample = DistinctSample()
    var counts: [[Int]: Int] = [:]
    for _ in 0..<20_000 {
      sample.draw(3, below: 6, using: &random)
      counts[(0..<3).map { sample.numbers[$0] }, default: 0] += 1
    }
    #expect(counts.count == 20 && counts.keys.allSatisfy { $0 == $0.sorted() })
    let chiSquare = counts.values.reduce(0.0) { $0 + pow2(Double($1) - 1000) / 1000 }
    #expect(chiSquare < 43.8)  // 19 degrees of freedom: exceeded once in a thousand times
    for _ in 0..<2000 {
      let bound = random.index(below: 300)
      let count = random.index(below: bound + 1)
      sample.draw(count, below: bound, using: &random)
      let numbers = (0..<count).map { sample.numbers[$0] }
      #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
      #expect(numbers.allSatisfy { (0..<bound).contains($0) } && sample.numbers[count] == .max)
    }
  }

  @Test("a NaN outlives every other weight, and equal seeds give equal connections")
  func edges() {
    var random = RandomSource(seed: 7)
    let layer = SampleLayer(rows: 3, columns: 4, count: 6, random: &random)
    for entry in 0..<6 { layer.weights.start[entry] = entry % 2 == 0 ? .nan : .infinity }
    let update = DropAndGrow(layer.connections)
    update.markDropped(4, by: .magnitude, weights: layer.weights.start)
    #expect((0..<6).map { update.isDropped[$0] } == [true, true, false, true, false, true])
    func pattern(_ seed: UInt64) -> SparsePattern {
      var random = RandomSource(seed: seed)
      let layer = SampleLayer(rows: 9, columns: 9, count: 40, random: &random)
      DropAndGrow(layer.connections).update(
        .set, dropCount: 12, values: layer.values, using: &random)
      return layer.connections.pattern
    }
    #expect(pattern(1) == pattern(1) && pattern(1) != pattern(2))
    #expect(
      DropAndGrow(layer.connections).update(
        .static, dropCount: 3, values: layer.values, using: &random) == 0)
  }

  @Test("connections marked and positions named by hand are replaced")
  func explicit() {
    var random = RandomSource(seed: 8)
    let layer = SampleLayer(
      SparsePattern(
        rowCount: 3, columnCount: 4, rowStarts: [0, 3, 3, 5], columns: [0, 1, 3, 1, 2]))
    layer.fill(using: &random)
    let update = DropAndGrow(layer.connections)
    let before = layer.carried
    for entry in 0..<5 { update.isDropped[entry] = [0, 2, 3].contains(entry) }
    update.grown.begin(capacity: 3)
    for (row, column) in [(0, 2), (0, 3), (1, 0)] { update.grown.append(row: row, column: column) }
    let changed = update.replace(
      with: update.grown, carrying: layer.values, weight: .zero, keepsRegrown: true, using: &random)
    #expect(changed == 2 && layer.isConsistent && layer.cells == [1, 2, 3, 4, 10])
    #expect(layer.cells.filter { layer.carried[$0] == before[$0] } == [1, 3, 10])
  }

  @Test(
    "updates take no memory after the first",
    .enabled(if: AllocationCounter.isAvailable, "needs glibc"))
  func allocations() {
    var random = RandomSource(seed: 9)
    let layer = SampleLayer(rows: 60, columns: 50, count: 900, random: &random)
    let values = layer.values
    let scores = GradientScores(
      candidates: GradientGrowth(layer.connections, batch: 16), gradient: layer.gradient.start)
    let update = DropAndGrow(layer.connections)
    for rule in [TopologyRule.set, .originalSET, .originalRigL] {
      update.update(rule, dropCount: 270, values: values, scores: scores, using: &random)
      let taken = AllocationCounter.count {
        for round in 0..<100 {
          update.update(
            rule, dropCount: 270 - round, values: values, scores: scores, using: &random)
        }
      }
      #expect(taken == 0)
    }
  }
}
