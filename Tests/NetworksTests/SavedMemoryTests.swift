import Tensors
import Testing

@testable import Networks

@Suite("Memory of a training step")
struct SavedMemoryTests {
  private static let batchCount = 6

  /// Networks with residuals, normalisations, dropout, attention and operations in place.
  private static let networks: [(name: String, network: @Sendable () throws -> Network)] = [
    (
      "resnet18",
      { try .resNet18(classCount: 4, imageShape: [16, 16, 3], stem: .cifar, width: 0.1) }
    ),
    (
      "resnet18, large stem", { try .resNet18(classCount: 4, imageShape: [32, 32, 3], width: 0.1) }
    ),
    ("mobilenet", { try .mobileNetV2(classCount: 4, imageShape: [32, 32, 3], width: 0.2) }),
    ("vgg", { try .vgg16BatchNorm(classCount: 4, imageShape: [32, 32, 3], width: 0.05) }),
    ("swin", { try .swinTiny(classCount: 4, imageShape: [32, 32, 3], width: 0.17) }),
    (
      "layers",
      {
        try Network(input: [8, 8, 3]) {
          Flatten()
          Linear(40)
          Tanh()
          Linear(60)
          Residual {
            GELU()
            Linear(60)
            Dropout(rate: 0.3)
          }
          LeakyReLU(slope: 0.1)
          Linear(50)
          ReLU()
          Linear(4)
        }
      }
    ),
  ]

  private func trainer(_ network: Network, savesMemory: Bool) -> Trainer {
    let labels = (0..<18).map { Int32($0 % 4) }
    return Trainer(
      network, loss: .crossEntropy, rule: .sgd(SGD(learningRate: 0.05, momentum: 0.9)),
      targets: .labels(labels, classCount: 4, classWeights: nil), batchCount: Self.batchCount,
      savesMemory: savesMemory, random: RandomSource(seed: 2))
  }

  @Test(
    "Computed again or kept: the same losses and parameters to the last bit",
    arguments: networks.indices)
  func sameBits(_ position: Int) throws {
    let network = try Self.networks[position].network()
    let count = network.inputShape.elementCount
    var random = RandomSource(seed: 1)
    let inputs = Tensor(
      Shape([18] + network.inputShape.extents), (0..<18 * count).map { _ in Float(random.normal()) }
    )
    var results: [(losses: [Double], network: Network, bytes: Int)] = []
    for savesMemory in [false, true] {
      var order = RandomSource(seed: 5)
      let trainer = trainer(network, savesMemory: savesMemory)
      let losses = trainer.run(3, on: inputs, using: &order)
      results.append((losses, trainer.network, trainer.plan.activationByteCount))
    }
    #expect(results[0].losses == results[1].losses)
    #expect(results[0].network == results[1].network)
    #expect(results[0].network != network)
    #expect(results[1].bytes < results[0].bytes)
  }

  @Test("Activations give their memory back as the backward pass goes on")
  func liveness() throws {
    // Each layer's activation is followed by a gradient of the same size: kept to the end, the sum
    // of both would be needed.
    let network = try Network(input: [64]) {
      for _ in 0..<10 {
        Linear(64)
        Tanh()
      }
    }
    let plan = Plan(network, batchCount: 16, for: .training)
    let activations = 21 * 64 * 16 * 4
    #expect(plan.activationByteCount < activations + 3 * 64 * 16 * 4)
  }

  @Test("A block ends where one tensor crosses that nobody writes over")
  func crossings() throws {
    var network = Network(input: [4])
    try network.append(Linear(6))  // 1: read by 2 and 3
    try network.append(Tanh())  // 2: 1 crosses it
    try network.append(Add(), to: [1, 2])  // 3: the rectifier writes over it
    try network.append(ReLU())  // 4
    try network.append(Linear(5))  // 5
    try network.append(Linear(2))  // 6: the last
    #expect(RecomputedBlocks.crossings(in: network) == [1, 4, 5])
    let blocks = RecomputedBlocks.nodes(
      of: [1...4, 5...5], sharesInput: [false, false, false, false, true, false, false],
      in: network)
    #expect(blocks == [4: [1, 2], 5: []])
  }

  @Test("Running statistics move once in a step")
  func statistics() throws {
    let network = try Network.resNet18(
      classCount: 4, imageShape: [16, 16, 3], stem: .cifar, width: 0.1)
    let blocks = RecomputedBlocks.smallest(
      for: network, sizes: network.nodes.map(\.outputShape.elementCount)
    ) { blocks in
      PlanLayout(
        network, batchCount: 4, layouts: batchLayouts(of: network), purpose: .training,
        wantsInputGradient: false, recomputing: blocks
      ).total
    }
    #expect(blocks.count > 2)
    #expect(
      blocks.contains { block in block.contains { network.nodes[$0].operation is BatchNorm } })
  }
}

@Suite("Weight decay")
struct DecayTests {
  @Test(
    "It acts on weights alone, or on all that is trained", arguments: DecayedParameters.allCases)
  func groups(_ decay: DecayedParameters) throws {
    var network = try Network(input: [4, 4, 2]) {
      Convolution(3, kernel: 3)
      BatchNorm()
      Flatten()
      Linear(2)
    }
    for node in network.nodes {
      for (declaration, value) in zip(node.declarations, node.parameters) {
        let name = "\(node.name).\(declaration.name)"
        network[parameter: name] = Tensor(value.shape, repeating: 1)
      }
    }
    for rule in [
      OptimizerRule.sgd(SGD(learningRate: 0.5, weightDecay: 0.2)),
      .adam(Adam(learningRate: 0.5, weightDecay: 0.2, decayIsDecoupled: true)),
    ] {
      let store = ParameterStore(network)
      let optimizer = Optimizer(rule, for: store, decay: decay)
      optimizer.update()  // all gradients are 0
      for (position, slot) in store.slots.enumerated() {
        let isWeight = ["convolution1.weight", "linear1.weight"].contains(slot.name)
        let moves = slot.isTrained && (isWeight || decay == .all)
        #expect(store.values(position)[0] == (moves ? 0.9 : 1), "\(slot.name)")
      }
    }
  }
}
