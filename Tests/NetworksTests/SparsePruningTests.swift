import Tensors
import Testing

@testable import Networks

@Suite("Pruning by magnitude")
struct SparsePruningTests {
  private func weights(_ random: inout RandomSource) -> [Tensor] {
    (0..<1 + random.index(below: 4)).map { layer in
      let shape: Shape = [1 + random.index(below: 12), 1 + random.index(below: 12)]
      // Layers of different scale, rounded so that there are ties.
      let scale = Float(1 << (2 * layer))
      return Tensor(
        shape,
        (0..<shape.elementCount).map { _ in (Float(random.normal()) * 8).rounded() * scale })
    }
  }

  private func cells(_ pattern: SparsePattern) -> [Int] {
    (0..<pattern.rowCount).flatMap { row in
      pattern.entries(ofRow: row).map { row * pattern.columnCount + Int(pattern.columns[$0]) }
    }
  }

  private func largest(_ count: Int, of weight: Tensor) -> [Int] {
    weight.elements.indices.sorted {
      let (a, b) = (weight[$0].magnitude, weight[$1].magnitude)
      return a != b ? a > b : $0 < $1
    }.prefix(count).sorted()
  }

  @Test("each layer keeps its largest weights, as many as its density asks for")
  func layerwise() {
    var random = RandomSource(seed: 1)
    for _ in 0..<1000 {
      let weights = weights(&random)
      let sparsity = random.uniform()
      let layers = weights.map(\.shape)
      let even = ErdosRenyi.entryCounts(of: layers, densities: layers.map { _ in 1 - sparsity })
      let drawn = ErdosRenyi.entryCounts(of: layers, overall: 1 - sparsity)
      for (scope, counts) in [(MagnitudePruning.Scope.perLayer, even), (.erdosRenyi, drawn)] {
        let survivors = MagnitudePruning(sparsity: sparsity, scope: scope).survivors(of: weights)
        for layer in weights.indices {
          #expect(survivors[layer].rowCount == layers[layer][0])
          #expect(survivors[layer].columnCount == layers[layer][1])
          #expect(cells(survivors[layer]) == largest(counts[layer], of: weights[layer]))
        }
      }
    }
  }

  @Test("globally the largest of all layers survive, and of every layer at least the largest")
  func global() {
    var random = RandomSource(seed: 2)
    for _ in 0..<1000 {
      let weights = weights(&random)
      let total = weights.reduce(0) { $0 + $1.count }
      let sparsity = random.index(below: 6) == 0 ? 1 : random.uniform()
      let survivors = MagnitudePruning(sparsity: sparsity).survivors(of: weights)
      let kept = max(weights.count, Int(((1 - sparsity) * Double(total)).rounded()))
      #expect(survivors.reduce(0) { $0 + $1.entryCount } == kept)
      let strongest = weights.map { largest(1, of: $0)[0] }
      let others = weights.indices.flatMap { layer in
        weights[layer].elements.indices.filter { $0 != strongest[layer] }.map { (layer, $0) }
      }.sorted {
        let (a, b) = (weights[$0.0][$0.1].magnitude, weights[$1.0][$1.1].magnitude)
        return a != b ? a > b : $0 < $1
      }.prefix(kept - weights.count)
      for layer in weights.indices {
        let expected = others.filter { $0.0 == layer }.map(\.1) + [strongest[layer]]
        #expect(cells(survivors[layer]) == expected.sorted())
      }
    }
  }

  @Test("a NaN counts as 0, and nothing is removed at a sparsity of 0")
  func edges() {
    let weight = Tensor([2, 2], [.nan, -1, 2, .infinity])
    for scope in [MagnitudePruning.Scope.global, .perLayer, .erdosRenyi] {
      let half = MagnitudePruning(sparsity: 0.25, scope: scope).survivors(of: [weight])
      #expect(cells(half[0]) == [1, 2, 3])
      let all = MagnitudePruning(sparsity: 0, scope: scope).survivors(of: [weight])
      #expect(all == [SparsePattern(fullOf: 2, by: 2)])
    }
  }

  @Test("sparsities rise as the papers say")
  func schedules() {
    func equal(_ left: [Double], _ right: [Double]) -> Bool {
      left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) < 1e-12 }
    }
    let removing = SparsitySchedule.removing(fraction: 0.2).sparsities(roundCount: 3)
    #expect(equal(removing, [0.2, 0.36, 0.488]))
    let geometric = SparsitySchedule.geometric(final: 0.99).sparsities(roundCount: 2)
    #expect(equal(geometric, [0.9, 0.99]))
    let cubic = SparsitySchedule.cubic(initial: 0.1, final: 0.9).sparsities(roundCount: 4)
    #expect(equal(cubic, [0.5625, 0.8, 0.8875, 0.9]))
    #expect(SparsitySchedule.removing(fraction: 0.2).sparsities(roundCount: 0).isEmpty)
  }
}
