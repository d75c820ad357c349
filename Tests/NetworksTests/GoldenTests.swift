import Foundation
import Kernels
import Tensors
import Testing

@testable import Networks

/// Numbers from PyTorch; `Fixtures/make_golden.py` made them.
private struct Golden: Decodable {
  struct OperationCase: Decodable, CustomTestStringConvertible {
    var kind: String
    var shapes: [[Int]]
    var batch: Int
    var inputs, parameters: [[Float]]
    var output, outputGradient: [Float]
    var inputGradients, parameterGradients: [[Float]]
    var testDescription: String { kind }
  }
  struct LossCase: Decodable, CustomTestStringConvertible {
    var kind: String
    var rows, columns: Int
    var outputs, targets: [Float]
    var classWeights: [Float]?
    var smoothing: Float?
    var value: Double
    var gradient: [Float]
    var testDescription: String { classWeights == nil ? kind : kind + ", weighted" }
  }
  struct OptimizerCase: Decodable, CustomTestStringConvertible {
    var kind: String
    var start: [Float]
    var gradients: [[Float]]
    var end: [Float]
    var testDescription: String { kind }
  }
  var operations: [OperationCase]
  var losses: [LossCase]
  var optimizers: [OptimizerCase]

  static let numbers: Golden = {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/golden.json")
    do {
      return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
    } catch {
      fatalError("golden.json: \(error)")
    }
  }()
}

@Suite("Against PyTorch")
struct GoldenTests {
  private static let made: [String: any NetworkOperation] = [
    "linear": Linear(4), "relu": ReLU(), "leakyrelu": LeakyReLU(slope: 0.1),
    "sigmoid": Sigmoid(), "tanh": Tanh(), "gelu": GELU(), "gelu-tanh": GELU(.tanh),
    "softmax": Softmax(), "add": Add(),
    "multiply": Multiply(), "multiply-row": Multiply(), "concatenate": Concatenate(inputCount: 3),
    "matrixproduct": MatrixProduct(),
    "matrixproduct-transposed": MatrixProduct(transposesSecond: true),
    "reshape": Reshape(to: [2, 6]), "permute": Permute(axes: [2, 0, 1]),
    "gathercolumns": GatherColumns(indices: [4, 0, 4, 1]), "scaleandshift": ScaleAndShift(),
    "dropout": Dropout(rate: 0), "stochasticdepth": StochasticDepth(rate: 0),
    "appendzerotoken": AppendZeroToken(), "windowpartition": WindowPartition(size: 3, shift: 1),
    "windowpartition-tokens": WindowPartition(size: 3, shift: 1, image: Extent(4, 5)),
    "windowreverse": WindowReverse(size: 3, shift: 1, height: 4, width: 5),
    "windowattention": WindowAttention(headCount: 3, size: 3, height: 6, width: 3),
    "windowattention-shifted": WindowAttention(
      headCount: 2, size: 3, shift: 1, height: 4, width: 5),
    "windowattention-narrow": WindowAttention(
      headCount: 1, size: 7, shift: 3, height: 9, width: 5),
    "patchmerging": PatchMerging(),
    "sparselinear": SparseLinear(GradientTests.pattern, storage: .sparse),
    "linear-without-bias": Linear(4, hasBias: false), "relu6": ReLU6(), "prelu": PReLU(),
    "silu": SiLU(), "hardswish": HardSwish(), "elu": ELU(alpha: 0.75),
    "convolution": Convolution(6, kernel: 3, stride: 2, padding: 1),
    "convolution-dilated": Convolution(
      5, kernel: Extent(3, 2), padding: Padding(top: 1, left: 2, bottom: 3, right: 0),
      dilation: Extent(2, 1), hasBias: false),
    "convolution-groups": Convolution(6, kernel: 3, padding: 1, groupCount: 2),
    "convolution-depthwise": Convolution(
      32, kernel: 3, padding: 1, groupCount: 32, hasBias: false),
    "batchnorm": BatchNorm(), "layernorm": LayerNorm(),
    "maxpool": MaxPool(3, stride: 2, padding: 1),
    "averagepool": AveragePool(3, stride: 2, padding: 1),
    "averagepool-inside": AveragePool(3, stride: 2, padding: 1, countsPadding: false),
    "globalaveragepool": GlobalAveragePool(), "flatten": Flatten(),
  ]

  @Test("every operation has a case")
  func coverage() {
    let covered = Set(
      Golden.numbers.operations.compactMap { Self.made[$0.kind] }
        .map { type(of: $0).kind })
    let all = Set(OperationRegistry.all.map { $0.kind }).subtracting([Input.kind])
    #expect(covered == all)
  }

  @Test("operations", arguments: Golden.numbers.operations)
  private func operation(_ golden: Golden.OperationCase) throws {
    let operation = try #require(Self.made[golden.kind])
    let bench = OperationBench(
      operation, shapes: golden.shapes.map(Shape.init), batchCount: golden.batch)
    bench.set(golden.inputs, parameters: golden.parameters, outputGradient: golden.outputGradient)
    bench.run()
    #expect(distance(bench.output, golden.output) < 2e-6)
    for (ours, theirs) in zip(bench.inputGradients, golden.inputGradients) {
      #expect(distance(ours, theirs) < 4e-6)
    }
    for (ours, theirs) in zip(bench.parameterGradients, golden.parameterGradients) {
      #expect(distance(ours, theirs) < 1e-5)
    }
  }

  @Test("losses", arguments: Golden.numbers.losses)
  private func loss(_ golden: Golden.LossCase) throws {
    let loss = try #require(Loss(rawValue: golden.kind))
    let targets: TrainingTargets =
      loss == .crossEntropy
      ? .labels(
        golden.targets.map { Int32($0) }, classCount: golden.columns,
        classWeights: golden.classWeights)
      : .values(Tensor([golden.rows, golden.columns], golden.targets))
    let batch = TargetBatch(targets, capacity: golden.rows)
    Array(0..<golden.rows).withUnsafeBufferPointer { batch.fill($0) }
    var outputs = golden.outputs
    var gradient = [Float](repeating: .nan, count: outputs.count)
    let value = outputs.withUnsafeMutableBufferPointer { outputs in
      gradient.withUnsafeMutableBufferPointer { gradient in
        loss.evaluate(
          outputs: outputs.baseAddress!, targets: batch, rows: golden.rows,
          columns: golden.columns, smoothing: golden.smoothing ?? 0,
          gradient: gradient.baseAddress!)
      }
    }
    #expect(abs(value - golden.value) < 1e-6 * max(1, abs(golden.value)))
    #expect(distance(gradient, golden.gradient) < 1e-6)
  }

  @Test("optimizers", arguments: Golden.numbers.optimizers)
  private func optimizer(_ golden: Golden.OptimizerCase) throws {
    let rules: [String: OptimizerRule] = [
      "sgd": .sgd(SGD(learningRate: 0.1)),
      "sgd-momentum": .sgd(SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 0.01)),
      "sgd-nesterov": .sgd(SGD(learningRate: 0.1, momentum: 0.9, isNesterov: true)),
      "adam": .adam(Adam(learningRate: 0.01)),
      "adam-decay": .adam(Adam(learningRate: 0.01, weightDecay: 0.1)),
      "adamw": .adam(Adam(learningRate: 0.01, weightDecay: 0.1, decayIsDecoupled: true)),
    ]
    let rule = try #require(rules[golden.kind])
    var network = Network(input: [5])
    try network.append(Linear(4))
    network[parameter: "linear1.weight"] = Tensor([4, 5], golden.start)
    let store = ParameterStore(network)
    let optimizer = Optimizer(rule, for: store)
    for gradient in golden.gradients {
      store.gradients(0).update(from: gradient, count: gradient.count)
      optimizer.update()
    }
    let end = Array(UnsafeBufferPointer(start: store.values(0), count: golden.end.count))
    #expect(distance(end, golden.end) < 2e-6)
  }
}
