import Tensors
import Testing

@testable import Networks

@Suite("Densities of layers")
struct SparseDensityTests {
  private func layers(_ inputCount: Int, _ classCount: Int) -> [Shape] {
    [[1000, inputCount], [100, 1000], [classCount, 100]]
  }

  @Test(
    "the densities are those worked out by hand for networks with 1000 and 100 hidden units",
    arguments: [
      (784, 10, 0.25, [0.718, 1, 1]), (784, 10, 0.5, [0.436, 1, 1]),
      (784, 10, 0.8, [0.139, 0.671, 1]), (784, 10, 0.9, [0.069, 0.334, 1]),
      (784, 10, 0.95, [0.034, 0.165, 1]), (784, 10, 0.98, [0.0135, 0.065, 0.65]),
      (256, 10, 0.5, [0.370, 0.829, 1]), (256, 10, 0.95, [0.036, 0.080, 0.80]),
      (4862, 2, 0.9, [0.086, 0.784, 1]), (4862, 2, 0.98, [0.017, 0.157, 1]),
      (19993, 2, 0.25, [0.749, 1, 1]), (19993, 2, 0.98, [0.019, 0.20, 1]),
    ])
  func table(_ row: (inputCount: Int, classCount: Int, sparsity: Double, expected: [Double])) {
    let layers = layers(row.inputCount, row.classCount)
    let densities = ErdosRenyi.densities(of: layers, overall: 1 - row.sparsity)
    for (density, expected) in zip(densities, row.expected) {
      let digit = expected < 0.02 ? 0.0005 : expected < 0.1 ? 0.001 : 0.006
      #expect(abs(density - expected) < digit, "\(densities)")
    }
    let cells = layers.reduce(0) { $0 + $1.elementCount }
    let counts = ErdosRenyi.entryCounts(of: layers, overall: 1 - row.sparsity)
    #expect(counts.reduce(0, +) == Int((Double(cells) * (1 - row.sparsity)).rounded()))
  }

  @Test("over random networks the densities obey the rule and the counts are as near as can be")
  func random() {
    var random = RandomSource(seed: 1)
    for _ in 0..<3000 {
      let layers = (0..<1 + random.index(below: 6)).map { _ -> Shape in
        [1 + random.index(below: 60), 1 + random.index(below: 60)]
      }
      let overall = random.index(below: 5) == 0 ? Double(random.index(below: 2)) : random.uniform()
      let densities = ErdosRenyi.densities(of: layers, overall: overall)
      let cells = layers.map { Double($0.elementCount) }
      let wanted = zip(densities, cells).map { $0 * $1 }
      let total = overall * cells.reduce(0, +)
      #expect(abs(wanted.reduce(0, +) - total) < 1e-6)
      // Among layers that are not dense, connections per unit and input are the same.
      let scales = layers.indices.filter { densities[$0] < 1 }.map {
        wanted[$0] / Double(layers[$0][0] + layers[$0][1])
      }
      #expect(scales.allSatisfy { abs($0 - scales[0]) < 1e-9 })
      for layer in layers.indices where densities[layer] == 1 && !scales.isEmpty {
        #expect(scales[0] * Double(layers[layer][0] + layers[layer][1]) > cells[layer] * (1 - 1e-9))
      }
      let counts = ErdosRenyi.entryCounts(of: layers, densities: densities)
      #expect(zip(counts, cells).allSatisfy { (1...Int($1)).contains($0) })
      #expect(counts.reduce(0, +) == max(layers.count, Int(total.rounded())))
      if wanted.allSatisfy({ $0 >= 1 }) {
        #expect(zip(counts, wanted).allSatisfy { abs(Double($0) - $1) < 1 })
      }
    }
  }

  @Test("layers that are next to empty keep one connection, layers without cells have none")
  func edges() {
    #expect(ErdosRenyi.entryCounts(of: [[9, 9], [0, 5], [3, 3]], overall: 0) == [1, 0, 1])
    #expect(ErdosRenyi.entryCounts(of: [[9, 9], [3, 3]], overall: 1) == [81, 9])
    #expect(
      ErdosRenyi.entryCounts(of: [[100, 100], [1, 2]], densities: [0.0013, 0.1]) == [12, 1])
    #expect(ErdosRenyi.entryCounts(of: [], overall: 0.5) == [])
    let densities = ErdosRenyi.densities(of: [[1000, 784], [10, 100]], connectionsPerUnit: 20)
    #expect(abs(densities[0] - 20 * 1784 / 784_000.0) < 1e-12 && densities[1] == 1)
  }
}
