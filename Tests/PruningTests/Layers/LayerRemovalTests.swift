import Datasets
import Networks
import Tensors
import Testing

@testable import Pruning

@Suite("Removal of layers", .serialized)
struct LayerRemovalTests {
  @Test("what is merged puts out what the linearised network does, in 10,000 random networks")
  func mergingIsExact() throws {
    var networks = RandomNetworks(seed: 21)
    var counts: [TransformationReport.Change: Int] = [:]
    var borderCount = 0
    for index in 0..<10_000 {
      let (network, lines) = networks.nextWithLines()
      let linear = network.linearising(lines)
      let merged = linear.foldingBatchNormalization().foldingLines().simplified()
      let samples = randomSamples(1, of: network, seed: UInt64(index))
      #expect(difference(linear, merged.network, samples: samples) <= 1e-6, "network \(index)")
      let inputs = Tensor(
        Shape([1] + network.inputShape.extents), samples.flatMap { $0.map(Float.init) })
      #expect(
        OutputDifference(linear, merged.network, on: inputs).relative <= 1e-5,
        "network \(index)")
      for change in TransformationReport.Change.allCases {
        counts[change, default: 0] += merged.report.count(of: change)
      }
      borderCount += merged.report.kept.count { $0.change == .mergedLayer }
    }
    #expect(counts[.mergedLayer, default: 0] > 5000)
    #expect(counts[.linearBranch, default: 0] > 500 && counts[.constantBranch, default: 0] > 200)
    #expect(borderCount > 500)
  }

  @Test("on the rows that were looked at nothing changes, whatever goes")
  func removalIsExactOnTheRows() throws {
    var networks = RandomNetworks(seed: 22)
    var (straightened, led, lost, rejected) = (0, 0, 0, 0)
    for index in 0..<1500 {
      let (network, _) = networks.nextWithLines()
      let samples = randomSamples(5, of: network, seed: UInt64(index))
      let width = network.inputShape.elementCount
      let store = FeatureStore(
        values: samples.flatMap { $0.map(Float.init) }, rowCount: samples.count,
        columnNames: (0..<width).map { "x\($0)" })
      let (rows, scaler) = (Array(0..<samples.count), Scaler.identity(columnCount: width))
      let states = ActivationStates(of: network, on: store, rows: rows, scaler: scaler)
      let lines = states.exactLines.compactMapValues { lines in
        lines.contains(nil) ? nil : lines.compactMap(\.self)
      }
      #expect(
        difference(network, network.linearising(lines), samples: samples) <= 1e-12,
        "network \(index)")
      let removal = network.removingLayers(
        on: store, rows: rows, scaler: scaler, sparseBelow: index.isMultiple(of: 2) ? 0 : 0.9,
        callCost: 0)
      #expect(difference(network, removal.network, samples: samples) <= 1e-5, "network \(index)")
      straightened += removal.straightened.count
      led += removal.paths.count
      lost += removal.removedCount
      rejected += removal.steps.count { !$0.isKept }
    }
    #expect(straightened > 300 && led > 50 && lost > 1000 && rejected == 0)
  }

  @Test("units that are always on are led around their activation")
  func directPath() throws {
    for slope: Float in [0, 0.25] {
      var network = Network(input: [6], random: RandomSource(seed: 4))
      try network.append(Linear(40), named: "a")
      if slope == 0 {
        try network.append(ReLU(), named: "f")
      } else {
        try network.append(LeakyReLU(slope: slope), named: "f")
      }
      try network.append(Linear(5), named: "b")
      // Of the leaky units some are always off, which is as straight.
      network[parameter: "a.bias"] = Tensor(
        [40], (0..<40).map { $0 < 30 ? (slope > 0 && $0 < 10 ? -50 : 50) : 0 })
      let store = table(6)
      let removal = network.removingLayers(
        on: store, rows: rows, scaler: .identity(columnCount: 6), sparseBelow: 0, callCost: 0)
      #expect(removal.paths == [DirectPath(layer: "f", unitCount: 30, leftCount: 10)])
      #expect(removal.network.nodes.map(\.name) == ["input", "a", "f", "b", "b.direct", "b.sum"])
      #expect(removal.network.multiplyAdds == 10 * (6 + 5) + 6 * 5)
      #expect(OutputDifference(network, removal.network, on: store.dense).relative <= 1e-5)
    }
  }

  @Test("few weights: only units go whose paths are fewer than their weights")
  func sparseDirectPath() throws {
    var network = Network(input: [40], random: RandomSource(seed: 4))
    try network.append(Linear(40), named: "a")
    try network.append(ReLU(), named: "f")
    try network.append(Linear(4), named: "b")
    // The first twelve units have one weight in and one out; eight more that are always on have
    // three and four.
    var first = [Float](repeating: 0, count: 1600)
    var second = [Float](repeating: 0, count: 160)
    for unit in 0..<40 {
      for column in 0..<(unit < 12 ? 1 : 3) {
        first[unit * 40 + (unit < 12 ? unit : (3 * unit + column) % 40)] = 1
      }
      for row in 0..<(unit < 12 ? 1 : 4) { second[row * 40 + unit] = 0.5 }
    }
    network[parameter: "a.weight"] = Tensor([40, 40], first)
    network[parameter: "b.weight"] = Tensor([4, 40], second)
    let lines = [2: (0..<40).map { $0 < 20 ? UnitLine(slope: 1, shift: 0) : nil }]
    let (sparse, paths) = network.layingDirectPaths(lines, sparseBelow: 0.9)
    #expect(paths == [DirectPath(layer: "f", unitCount: 12, leftCount: 28)])
    let direct = try #require(sparse[parameter: "b.direct.weight"])
    #expect(direct.elements.count { $0 != 0 } == 12)
  }

  @Test("nothing constant, dead or always off is left of a pruned perceptron")
  func prunedPerceptron() throws {
    for slope: Float in [0, 0.01] {
      var network = Network(input: [12], random: RandomSource(seed: 6))
      for (number, width) in [30, 30, 30].enumerated() {
        try network.append(Linear(width))
        if slope == 0 {
          try network.append(ReLU())
        } else {
          try network.append(LeakyReLU(slope: slope))
        }
        #expect(number < 3)
      }
      try network.append(Linear(4))
      network = network.clearingWeights(1900, amongAll: network.products)
      let store = table(12)
      let scaler = Scaler.identity(columnCount: 12)
      let removal = network.removingLayers(on: store, rows: rows, scaler: scaler)
      #expect(removal.removedCount > 20)
      #expect(OutputDifference(network, removal.network, on: store.dense).relative <= 1e-5)
      let left = removal.network
      #expect(
        try left.removingSettledUnits(on: store, rows: rows, scaler: scaler).removedCount == 0)
      #expect(left.simplified(sparseBelow: 0.1).report.removed.isEmpty)
      if !left.rectifierLayers.isEmpty {
        let states = ActivationStates(of: left, on: store, rows: rows, scaler: scaler)
        for (_, lines) in states.exactLines where lines.count > 1 {
          #expect(!lines.contains { $0?.slope == 0 })
        }
      }
    }
  }

  @Test("a residual block whose branch is dead disappears")
  func deadBranch() throws {
    var network = try Network.resNet18(
      classCount: 3, imageShape: [8, 8, 1], stem: .cifar, width: 0.125,
      random: RandomSource(seed: 3)
    ).readingPlanes()
    for name in ["layer1.0.conv2", "layer3.1.conv2"] {
      let weight = try #require(network[parameter: "\(name).weight"])
      network[parameter: "\(name).weight"] = Tensor(weight.shape)
    }
    let store = table(64)
    let removal = network.removingLayers(
      on: store, rows: rows, scaler: .identity(columnCount: 64))
    #expect(removal.steps.allSatisfy { $0.isKept })
    let names = removal.network.nodes.map(\.name)
    for gone in ["layer1.0.conv1", "layer1.0.conv2", "layer3.1.conv1", "layer3.1.conv2"] {
      #expect(!names.contains(gone))
    }
    #expect(removal.network.depth == network.depth - 4)
    #expect(
      removal.report.count(of: .constantBranch) == 2
        && removal.network.nodes.count { $0.operation is Add }
          == network.nodes.count { $0.operation is Add } - 2
    )
    #expect(OutputDifference(network, removal.network, on: store.dense).relative <= 1e-5)
  }

  @Test("a linear perceptron of Swin becomes one layer of an eighth of its weights")
  func swinPerceptron() throws {
    var network = Network(input: [4, 4, 16], random: RandomSource(seed: 8))
    try network.append(LayerNorm(), named: "norm")
    try network.append(Linear(64), named: "fc1")
    try network.append(GELU(), named: "gelu")
    try network.append(Linear(16), named: "fc2")
    try network.append(Add(), to: [4, 0])
    let linear = network.linearising([
      3: [UnitLine](repeating: .init(slope: 1, shift: 0), count: 64)
    ])
    let merged = linear.foldingLines().simplified()
    #expect(merged.report.count(of: .mergedLayer) == 1)
    let (before, after) = (network.products, merged.network.products)
    #expect(before.count == 2 && after.count == 1)
    let counts = [(network, before), (merged.network, after)].map { network, products in
      products.reduce(0) { $0 + network.multiplyAdds(of: network.nodes[$1]) }
    }
    #expect(counts[1] == counts[0] / 8)
    #expect(OutputDifference(linear, merged.network).relative <= 1e-5)
  }

  @Test("the layers in front of a product of matrices do not feed the activation behind it")
  func matrixProduct() throws {
    var network = Network(input: [4, 4], random: RandomSource(seed: 8))
    try network.append(Linear(4), named: "query")
    try network.append(Linear(4), to: [0], named: "key")
    try network.append(MatrixProduct(), to: [1, 2], named: "product")
    try network.append(ReLU(), named: "f")
    #expect(network.rectifierLayers.map(\.product) == [nil])
  }

  // MARK: Support

  private let rows = Array(0..<50)

  private func table(_ columns: Int) -> FeatureStore {
    var random = RandomSource(seed: 5)
    return FeatureStore(
      values: (0..<50 * columns).map { _ in Float(random.normal()) }, rowCount: 50,
      columnNames: (0..<columns).map { "x\($0)" })
  }
}
