import Kernels
import Tensors
import Testing

@testable import Networks

@Suite("Pruning of networks", .serialized)
struct SparseNetworkPruningTests {
  /// A network with dense and sparse layers and a path around some of them.
  private func network(_ seed: UInt64, density: Double = 0.6) throws -> Network {
    var random = RandomSource(seed: seed)
    var network = Network(input: [9], random: random)
    try network.append(Linear(12), named: "first")
    let start = try network.append(ReLU())
    let pattern = SparsePattern(
      drawing: Int(density * 144), rowCount: 12, columnCount: 12, using: &random)
    try network.append(SparseLinear(pattern, storage: .sparse), named: "middle")
    let end = try network.append(Tanh())
    try network.append(Add(), to: [start, end])
    try network.append(Linear(4), named: "last")
    return network
  }

  /// The same network with zeros for the weights that another one no longer has.
  private func zeroed(_ network: Network, as pruned: Network) -> Network {
    var result = network
    for position in network.nodes.indices {
      guard let layer = pruned.nodes[position].operation as? SparseLinear else { continue }
      var left = Set<Int>()
      for row in 0..<layer.pattern.rowCount {
        for entry in layer.pattern.entries(ofRow: row) {
          left.insert(row * layer.pattern.columnCount + Int(layer.pattern.columns[entry]))
        }
      }
      var weight = network.nodes[position].parameters[0]
      let old = network.nodes[position].operation as? SparseLinear
      for row in 0..<layer.pattern.rowCount {
        let width = layer.pattern.columnCount
        if let old {
          for entry in old.pattern.entries(ofRow: row)
          where !left.contains(row * width + Int(old.pattern.columns[entry])) {
            weight[entry] = 0
          }
        } else {
          for column in 0..<width where !left.contains(row * width + column) {
            weight[row * width + column] = 0
          }
        }
      }
      result.replaceParameter(0, ofNode: position, by: weight)
    }
    return result
  }

  @Test(
    "outputs are those of the network with zeros, and the removed weights are gone",
    arguments: [MagnitudePruning.Scope.global, .perLayer, .erdosRenyi])
  func outputs(scope: MagnitudePruning.Scope) throws {
    setThreadCount(1)
    for seed in 0..<40 as Range<UInt64> {
      let network = try network(seed)
      let sparsity = [0.1, 0.5, 0.8, 0.95][Int(seed % 4)]
      let pruned = network.pruned(by: MagnitudePruning(sparsity: sparsity, scope: scope))
      var random = RandomSource(seed: seed)
      let inputs = Tensor([6, 9], (0..<54).map { _ in Float(random.normal()) })
      func outputs(_ network: Network) -> [Float] {
        Plan(network, batchCount: 6, for: .inference).outputs(for: inputs).elements
      }
      for (own, other) in zip(outputs(pruned), outputs(zeroed(network, as: pruned))) {
        #expect(abs(own - other) <= 1e-5 * max(1, abs(other)))
      }
      #expect(pruned.nodes.map(\.name) == network.nodes.map(\.name))
      let weights = pruned.prunableLayers.reduce(0) { $0 + pruned.nodes[$1].parameters[0].count }
      #expect(pruned.parameterCount == weights + 12 + 12 + 4)
      // 300 cells in all, of which 58 never had a connection.
      #expect(weights <= max(3, Int(((1 - sparsity) * 300).rounded())) + 1)
      #expect(weights >= min(Int(((1 - sparsity) * 300).rounded()), 300 - 58) - 58)
    }
  }

  @Test("the largest weights survive, with their values")
  func values() throws {
    let network = try network(5)
    let pruned = network.pruned(by: MagnitudePruning(sparsity: 0.9))
    var all: [Float] = []
    var left: [Float] = []
    for position in network.prunableLayers {
      all += network.nodes[position].parameters[0].elements
      left += pruned.nodes[position].parameters[0].elements
    }
    #expect(left.count == 30)
    let largest = all.sorted { abs($0) > abs($1) }.prefix(30)
    #expect(left.sorted() == largest.sorted())
    for position in network.prunableLayers {
      #expect(
        pruned.nodes[position].parameters[1] == network.nodes[position].parameters[1])
    }
  }

  @Test("a sparsity of 0 changes nothing, one of 1 leaves every layer a connection")
  func ends() throws {
    let network = try network(6)
    #expect(network.pruned(by: MagnitudePruning(sparsity: 0)) == network)
    for scope in [MagnitudePruning.Scope.global, .perLayer, .erdosRenyi] {
      let least = network.pruned(by: MagnitudePruning(sparsity: 1, scope: scope))
      #expect(least.prunableLayers.map { least.nodes[$0].parameters[0].count } == [1, 1, 1])
    }
    // A layer whose connections are all 0 keeps one that existed.
    var zero = network
    let middle = try #require(network.nodes.firstIndex { $0.name == "middle" })
    let count = network.nodes[middle].parameters[0].count
    zero.replaceParameter(0, ofNode: middle, by: Tensor([count]))
    let layer = try #require(network.nodes[middle].operation as? SparseLinear)
    let least = zero.pruned(by: MagnitudePruning(sparsity: 0.99))
    let left = try #require(least.nodes[middle].operation as? SparseLinear)
    #expect(left.pattern.entryCount == 1)
    #expect(layer.pattern.intersection(left.pattern).entryCount == 1)
  }

  @Test("a linear layer on several dimensions is left as it is")
  func severalDimensions() throws {
    var network = Network(input: [2, 7])
    try network.append(Linear(5))
    #expect(network.prunableLayers.isEmpty)
    #expect(network.pruned(by: MagnitudePruning(sparsity: 0.9)) == network)
  }
}
