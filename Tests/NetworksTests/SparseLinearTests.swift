import AllocationCounter
import Kernels
import Tensors
import Testing

@testable import Networks

@Suite("Sparse layers", .serialized)
struct SparseLinearTests {
  /// A random stack of layers; with `isSparse` false the same function with dense layers.
  private func stack(
    _ seed: UInt64, isSparse: Bool, storage: SparseLinear.Storage = .sparse
  ) throws -> Network {
    var random = RandomSource(seed: seed)
    var network = Network(input: [1 + random.index(below: 12)], random: random)
    for layer in 0..<1 + random.index(below: 5) {
      let inputCount = network.outputShape.elementCount
      let unitCount = 1 + random.index(below: 20)
      let pattern = SparsePattern(
        drawing: random.index(below: inputCount * unitCount + 1), rowCount: unitCount,
        columnCount: inputCount, using: &random)
      let values = Tensor(
        [pattern.entryCount], (0..<pattern.entryCount).map { _ in Float(random.normal()) })
      let staysDense = random.index(below: 4) == 0
      let name = "layer\(layer)"
      if isSparse && !staysDense {
        try network.append(SparseLinear(pattern, storage: storage), named: name)
        network[parameter: "\(name).weight"] = values
      } else {
        try network.append(Linear(unitCount), named: name)
        network[parameter: "\(name).weight"] = SparseMatrix(pattern, values: values).dense
      }
      network[parameter: "\(name).bias"] = Tensor(
        [unitCount], (0..<unitCount).map { _ in Float(random.normal()) })
      switch random.index(below: 6) {
      case 0: try network.append(ReLU())
      case 1: try network.append(Sigmoid())
      case 2: try network.append(Softmax())
      case 3:
        let start = network.nodes.count - 1
        try network.append(Tanh())
        try network.append(Add(), to: [start, network.nodes.count - 1])
      case 4: try network.append(LeakyReLU())
      default: break
      }
    }
    return network
  }

  @Test("outputs and gradients are those of dense layers with zeros, over random networks")
  func denseTwin() throws {
    setThreadCount(1)
    for seed in 0..<600 as Range<UInt64> {
      let storage: SparseLinear.Storage = seed % 3 == 0 ? .dense : .sparse
      let (sparse, dense) = (
        try stack(seed, isSparse: true, storage: storage), try stack(seed, isSparse: false)
      )
      var random = RandomSource(seed: seed + 1000)
      let batchCount = 1 + random.index(below: 40)
      let inputs = Tensor(
        [batchCount, sparse.inputShape[0]],
        (0..<batchCount * sparse.inputShape[0]).map { _ in Float(random.normal()) })
      let direction = (0..<batchCount * sparse.outputShape[0]).map { _ in Float(random.normal()) }
      var gradients: [[String: [Float]]] = []
      var outputs: [[Float]] = []
      for network in [sparse, dense] {
        let plan = Plan(
          network, batchCount: batchCount, for: .training, wantsInputGradient: true)
        outputs.append(plan.outputs(for: inputs).elements)
        let predicted = Plan(network, batchCount: batchCount, for: .inference).outputs(for: inputs)
        #expect(predicted.elements == outputs.last)
        let target = try #require(plan.lossGradient)
        target.update(from: direction, count: direction.count)
        plan.backward()
        var found: [String: [Float]] = [:]
        for (position, slot) in plan.parameters.slots.enumerated() {
          let elements = Array(
            UnsafeBufferPointer(
              start: plan.parameters.gradients(position), count: slot.shape.elementCount))
          found[slot.name] = elements
        }
        found["input"] = try inputGradient(plan)
        gradients.append(found)
        // The same from a plan for the input alone that shares the parameters.
        let second = Plan(
          network, sharing: plan.parameters, batchCount: batchCount, for: .inputGradient)
        _ = second.outputs(for: inputs)
        let secondTarget = try #require(second.lossGradient)
        secondTarget.update(from: direction, count: direction.count)
        second.backward()
        #expect(try inputGradient(second) == found["input"])
      }
      #expect(distance(outputs[0], outputs[1]) < 1e-5, "network \(seed)")
      #expect(
        distance(gradients[0]["input"] ?? [], gradients[1]["input"] ?? [.nan]) < 2e-5,
        "network \(seed)")
      for node in sparse.nodes {
        guard let weights = gradients[1]["\(node.name).weight"] else { continue }
        var expected = weights
        if let layer = node.operation as? SparseLinear {
          let shape: Shape = [layer.pattern.rowCount, layer.pattern.columnCount]
          expected = SparseMatrix(Tensor(shape, weights), at: layer.pattern).values.elements
        }
        #expect(
          distance(gradients[0]["\(node.name).weight"] ?? [], expected) < 2e-5,
          "network \(seed), \(node.name)")
        #expect(
          distance(
            gradients[0]["\(node.name).bias"] ?? [], gradients[1]["\(node.name).bias"] ?? [.nan])
            < 2e-5, "network \(seed), \(node.name)")
      }
    }
  }

  private func inputGradient(_ plan: Plan) throws -> [Float] {
    let gradient = try #require(plan.outputGradient(ofNode: 0))
    let width = plan.original.inputShape.elementCount
    guard plan.inputLayout == .featureMajor else {
      return Array(UnsafeBufferPointer(start: gradient, count: plan.batchCount * width))
    }
    let batch = paddedBatch(plan.batchCount)
    return (0..<plan.batchCount).flatMap { sample in
      (0..<width).map { gradient[$0 * batch + sample] }
    }
  }

  @Test("no transposition stands between sparse layers")
  func layouts() throws {
    let full = SparsePattern(fullOf: 8, by: 8)
    let network = try Network(input: [8]) {
      SparseLinear(full)
      ReLU()
      SparseLinear(full)
      Linear(8)
      Residual { Tanh() }
      SparseLinear(full)
      Softmax()
      SparseLinear(full)
    }
    let layouts = batchLayouts(of: network)
    let names = zip(network.nodes, layouts).filter { $0.1 == .featureMajor }.map(\.0.name)
    #expect(
      names == ["input", "sparselinear1", "relu1", "sparselinear2", "linear1", "tanh1", "add1"])
  }

  @Test("a training step allocates nothing and takes the loss down")
  func training() throws {
    setThreadCount(1)
    var random = RandomSource(seed: 6)
    let network = try Network(input: [20], random: random) {
      SparseLinear(
        SparsePattern(drawing: 60, rowCount: 30, columnCount: 20, using: &random),
        storage: .sparse)
      ReLU()
      Linear(3)
    }
    let labels = (0..<90).map { Int32($0 % 3) }
    let inputs = Tensor(
      [90, 20], (0..<1800).map { Float(random.normal()) + ($0 % 20 == $0 / 20 % 3 ? 2 : 0) })
    let trainer = Trainer(
      network, loss: .crossEntropy, rule: .adam(Adam(learningRate: 0.01)),
      targets: .labels(labels, classCount: 3, classWeights: nil), batchCount: 30)
    let losses = trainer.run(30, on: inputs, using: &random)
    #expect(losses[29] < losses[0] / 2)
    let trained = trainer.network
    #expect(trained.nodes[1].operation.isEqual(to: network.nodes[1].operation))
    #expect(trained[parameter: "sparselinear1.weight"]?.shape == [60])
    #expect(trained != network)
    // oneDNN makes argument lists for the dense layer alone; a sparse stack allocates nothing.
    guard AllocationCounter.isAvailable else { return }
    let sparse = try Network(input: [20], random: random) {
      SparseLinear(SparsePattern(fullOf: 8, by: 20), storage: .sparse)
      LeakyReLU(slope: 0.1)
      SparseLinear(SparsePattern(fullOf: 3, by: 8), storage: .sparse)
    }
    let rectifier = try Network(input: [8]) { LeakyReLU(slope: 0.1) }
    let batch = Array(0..<30)
    let step = Trainer(
      sparse, loss: .crossEntropy, rule: .adam(Adam()),
      targets: .labels(labels, classCount: 3, classWeights: nil), batchCount: 30)
    let alone = Plan(rectifier, batchCount: 32, for: .inference)
    batch.withUnsafeBufferPointer { rows in
      _ = step.computeGradients(rows: rows)
      let count = AllocationCounter.count {
        _ = step.computeGradients(rows: rows)
        step.optimizer.update()
      }
      alone.forward()
      #expect(count == AllocationCounter.count { alone.forward() })
    }
  }
}
