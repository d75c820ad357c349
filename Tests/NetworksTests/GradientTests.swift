import Tensors
import Testing

@testable import Networks

/// Every operation's backward pass against central differences of its forward pass.
@Suite("Gradients by central differences")
struct GradientTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var operation: any NetworkOperation
    var shapes: [Shape]
    /// How far the numbers lie apart: a maximum must not move to another place in a step.
    var spread: Float = 1
    var testDescription: String { "\(operation)" }
  }

  /// A row without entries, a column without any, and a full row.
  static let pattern = SparsePattern(
    rowCount: 4, columnCount: 7, rowStarts: [0, 2, 2, 9, 12],
    columns: [1, 5, 0, 1, 2, 3, 4, 5, 6, 0, 2, 6])

  static let cases: [Case] = [
    Case(operation: Linear(5), shapes: [[7]]),
    Case(operation: Linear(3), shapes: [[4, 6]]),
    Case(operation: SparseLinear(Self.pattern, storage: .sparse), shapes: [[7]]),
    Case(operation: SparseLinear(Self.pattern, storage: .dense), shapes: [[7]]),
    Case(operation: ReLU(), shapes: [[11]]),
    Case(operation: LeakyReLU(slope: 0.2), shapes: [[11]]),
    Case(operation: Sigmoid(), shapes: [[11]]),
    Case(operation: Tanh(), shapes: [[11]]),
    Case(operation: GELU(), shapes: [[11]]),
    Case(operation: GELU(.tanh), shapes: [[11]]),
    Case(operation: Softmax(), shapes: [[5]]),
    Case(operation: Softmax(), shapes: [[2, 5]]),
    Case(operation: Add(), shapes: [[6], [6]]),
    Case(operation: Linear(3, hasBias: false), shapes: [[5]]),
    Case(operation: ReLU6(), shapes: [[11]]),
    Case(operation: PReLU(), shapes: [[3, 4]]),
    Case(operation: SiLU(), shapes: [[11]]),
    Case(operation: HardSwish(), shapes: [[11]]),
    Case(operation: ELU(alpha: 0.75), shapes: [[11]]),
    Case(operation: Convolution(4, kernel: 3, stride: 2, padding: 1), shapes: [[4, 5, 3]]),
    Case(
      operation: Convolution(
        4, kernel: Extent(2, 3), padding: Padding(top: 1, left: 0, bottom: 0, right: 2),
        dilation: Extent(2, 1), groupCount: 2, hasBias: false), shapes: [[5, 4, 2]]),
    Case(operation: Convolution(16, kernel: 3, groupCount: 16), shapes: [[3, 4, 16]]),
    Case(operation: LayerNorm(), shapes: [[2, 6]]),
    Case(operation: MaxPool(2), shapes: [[4, 4, 2]], spread: 20),
    Case(operation: AveragePool(3, stride: 2, padding: 1), shapes: [[4, 5, 2]]),
    Case(operation: AveragePool(2, countsPadding: false), shapes: [[4, 4, 2]]),
    Case(operation: GlobalAveragePool(), shapes: [[3, 2, 4]]),
    Case(operation: Flatten(), shapes: [[2, 3, 4]]),
    Case(operation: BatchNorm(), shapes: [[4, 3, 2]]),
    Case(operation: Multiply(), shapes: [[3, 4], [3, 4]]),
    Case(operation: Multiply(), shapes: [[2, 3, 4], [4]]),
    Case(operation: MatrixProduct(), shapes: [[2, 3, 4], [2, 4, 5]]),
    Case(operation: MatrixProduct(transposesSecond: true), shapes: [[2, 3, 4], [2, 5, 4]]),
    Case(operation: Concatenate(inputCount: 3), shapes: [[2, 3], [2, 1], [2, 4]]),
    Case(operation: Reshape(to: [6, 2]), shapes: [[3, 4]]),
    Case(operation: Permute(axes: [2, 0, 1]), shapes: [[2, 3, 4]]),
    Case(operation: Permute(axes: [1, 0, 2]), shapes: [[2, 3, 4]]),
    Case(operation: GatherColumns(indices: [2, 0, 2]), shapes: [[2, 4]]),
    Case(operation: ScaleAndShift(), shapes: [[3, 4]]),
    Case(operation: Dropout(rate: 0.4), shapes: [[11]]),
    Case(operation: StochasticDepth(rate: 0.4), shapes: [[4, 3]]),
    Case(operation: AppendZeroToken(), shapes: [[2, 3, 2]]),
    Case(operation: WindowPartition(size: 2, shift: 1), shapes: [[3, 5, 2]]),
    Case(operation: WindowPartition(size: 2, shift: 1, image: Extent(3, 5)), shapes: [[16, 2]]),
    Case(operation: WindowReverse(size: 2, shift: 1, height: 3, width: 5), shapes: [[6, 4, 2]]),
    Case(
      operation: WindowAttention(headCount: 2, size: 2, shift: 1, height: 3, width: 5),
      shapes: [[6, 4, 12]]),
    Case(operation: PatchMerging(), shapes: [[3, 5, 2]]),
  ]

  @Test("every operation has a case")
  func coverage() {
    let covered = Set(Self.cases.map { type(of: $0.operation).kind })
    #expect(covered == Set(OperationRegistry.all.map { $0.kind }).subtracting([Input.kind]))
  }

  @Test("operations", arguments: cases)
  func operation(_ test: Case) {
    var random = RandomSource(seed: 11)
    for batchCount in [1, 3] {
      let bench = OperationBench(test.operation, shapes: test.shapes, batchCount: batchCount)
      // Away from 0, where a rectifier has a kink.
      func draw(_ count: Int) -> [Float] {
        (0..<count).map { _ in
          let value = Float(random.normal())
          return test.spread * (value + (value < 0 ? -0.1 : 0.1))
        }
      }
      var values = (bench.inputCounts + bench.parameterCounts).map(draw)
      let direction = draw(bench.output.count)
      let inputCount = bench.inputCounts.count
      func objective() -> Double {
        bench.set(
          Array(values[..<inputCount]), parameters: Array(values[inputCount...]),
          outputGradient: direction)
        bench.run()
        return zip(bench.output, direction).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      }
      _ = objective()
      let analytic = bench.inputGradients + bench.parameterGradients
      let step: Float = 1e-2
      let isVariable = Array(repeating: true, count: inputCount) + bench.isTrained
      for buffer in values.indices where isVariable[buffer] {
        for position in values[buffer].indices {
          let start = values[buffer][position]
          values[buffer][position] = start + step
          let above = objective()
          values[buffer][position] = start - step
          let below = objective()
          values[buffer][position] = start
          let numeric = (above - below) / (2 * Double(step))
          #expect(abs(numeric - Double(analytic[buffer][position])) < 2e-3 * max(1, abs(numeric)))
        }
      }
    }
  }

  @Test("a network with two paths, down to its input")
  func residualNetwork() throws {
    var random = RandomSource(seed: 5)
    let network = try Network(input: [4], random: random) {
      Linear(6)
      Residual {
        Tanh()
        Linear(6)
        Residual { Sigmoid() }
      }
      Linear(3)
    }
    let plan = Plan(network, batchCount: 2, for: .training, wantsInputGradient: true)
    let direction = (0..<6).map { _ in Float(random.normal()) }
    var input = (0..<8).map { _ in Float(random.normal()) }
    func objective() -> Double {
      plan.input.update(from: input, count: 8)
      plan.forward()
      return (0..<6).reduce(0.0) { $0 + Double(plan.output[$1]) * Double(direction[$1]) }
    }
    _ = objective()
    let target = try #require(plan.lossGradient)
    target.update(from: direction, count: 6)
    plan.backward()
    let gradient = try #require(plan.outputGradient(ofNode: 0))
    let analytic = (0..<8).map { Double(gradient[$0]) }
    let parameterGradients = plan.parameters.gradients.elements
    let step: Float = 1e-2
    for position in input.indices {
      let start = input[position]
      input[position] = start + step
      let above = objective()
      input[position] = start - step
      let numeric = (above - objective()) / (2 * Double(step))
      input[position] = start
      #expect(abs(numeric - analytic[position]) < 2e-3 * max(1, abs(numeric)))
    }
    for slot in plan.parameters.slots {
      for index in 0..<slot.shape.elementCount {
        let weight = plan.parameters.values.start + slot.offset + index
        let start = weight.pointee
        weight.pointee = start + step
        let above = objective()
        weight.pointee = start - step
        let numeric = (above - objective()) / (2 * Double(step))
        weight.pointee = start
        let ours = Double(parameterGradients[slot.offset + index])
        #expect(abs(numeric - ours) < 2e-3 * max(1, abs(numeric)), "\(slot.name) \(index)")
      }
    }
  }
}
