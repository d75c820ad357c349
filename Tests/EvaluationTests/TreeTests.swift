import Datasets
import Tensors
import Testing

@testable import Evaluation

@Suite("Boosted trees", .enabled(if: BoostedTrees.isAvailable, "XGBoost is not on this machine"))
struct TreeTests {
  /// Rows of four random numbers, and whether the first two of each have the same sign.
  private static let signs: (block: [Float], labels: [Int]) = {
    var random = RandomSource(seed: 5)
    var block: [Float] = []
    var labels: [Int] = []
    for _ in 0..<400 {
      let cells = (0..<4).map { _ in Float(random.normal()) }
      block += cells
      labels.append((cells[0] > 0) == (cells[1] > 0) ? 1 : 0)
    }
    return (block, labels)
  }()

  @Test("see what two columns tell together, and gain at these")
  func interaction() throws {
    let (block, labels) = Self.signs
    let trees = try TreeEnsemble(block, columnCount: 4, .classes(labels, count: 2))
    guard case .classes(let found, 2) = try trees.predict(block) else {
      Issue.record("no classes")
      return
    }
    #expect(zip(found, labels).count { $0 == $1 } > 380)
    let gains = try trees.gains()
    #expect(gains.count == 4)
    #expect(min(gains[0], gains[1]) > 2 * max(gains[2], gains[3]), "\(gains)")
  }

  @Test("tell three classes and far numbers")
  func goals() throws {
    let block = (0..<300).map { Float($0 % 30) }
    let classes = (0..<300).map { $0 % 30 / 10 }
    #expect(
      try TreeEnsemble(block, columnCount: 1, .classes(classes, count: 3)).predict(block)
        == .classes(classes, count: 3))
    let values = block.map { 1e6 + 1000 * $0 }
    guard
      case .values(let found) = try TreeEnsemble(block, columnCount: 1, .values(values))
        .predict(block)
    else {
      Issue.record("no values")
      return
    }
    #expect(zip(found, values).allSatisfy { ($0 - $1).magnitude < 1500 })
  }

  @Test("are the same under a seed, and others under another")
  func seeds() throws {
    let (block, labels) = Self.signs
    let gains = try [3, 3, 4].map { seed in
      try TreeEnsemble(
        block, columnCount: 4, .classes(labels, count: 2), seed: UInt64(seed)
      ).gains()
    }
    #expect(gains[0] == gains[1] && gains[0] != gains[2])
  }

  @Test("rows of weight 0 are not learnt")
  func weights() throws {
    let block = (0..<200).map { Float($0 % 20) }
    let labels = (0..<200).map { row in row < 100 ? row % 20 / 10 : 1 - row % 20 / 10 }
    for half in [0..<100, 100..<200] {
      let trees = try TreeEnsemble(
        block, columnCount: 1, .classes(labels, count: 2),
        weights: (0..<200).map { half.contains($0) ? 1 : 0 })
      let wanted = half.map { labels[$0] }
      let rows = half.map { block[$0] }
      #expect(try trees.predict(rows) == .classes(wanted, count: 2))
    }
  }

  @Test("judge classes, numbers and several of both")
  func learner() throws {
    let block = Self.signs.block
    let labels: [Int] = (0..<400).map { row in
      block[4 * row] + block[4 * row + 1] > 0 ? 1 : 0
    }
    let names = ["no", "yes"]
    let same = labels.map { $0 == 1 }
    let sums: [Float] = (0..<400).map { row in block[4 * row + 2] + block[4 * row + 3] }
    func score(_ target: Target) throws -> Double {
      try BoostedTrees().judge(
        Trial(block, columnCount: 4, target, trainingCount: 300)
      ).value
    }
    #expect(try score(.classes(indices: labels, names: names)) > 0.8)
    #expect(try score(.labels([same, same.map { !$0 }], names: names)) > 0.8)
    #expect(try score(.values(sums)) > 0.7)
    #expect(try score(.outputs([sums, sums.map { -2 * $0 }], names: names)) > 0.7)
  }
}
