import Kernels
import Tensors

@testable import Networks

/// One operation on buffers of its own, for the tests.
final class OperationBench {
  let inputShapes: [Shape]
  let outputShape: Shape
  let batchCount: Int
  let isTrained: [Bool]
  private let inputArenas, inputGradientArenas, parameterArenas,
    parameterGradientArenas: [FloatArena]
  private let outputArena, outputGradientArena: FloatArena
  private let compiled: any CompiledOperation

  init(_ operation: any NetworkOperation, shapes: [Shape], batchCount: Int) {
    inputShapes = shapes
    self.batchCount = batchCount
    do { outputShape = try operation.outputShape(of: shapes) } catch { fatalError("\(error)") }
    let declarations = operation.parameters(of: shapes)
    isTrained = declarations.map(\.isTrained)
    let parameterShapes = declarations.map(\.shape)
    inputArenas = shapes.map { FloatArena(count: batchCount * $0.elementCount) }
    inputGradientArenas = shapes.map { FloatArena(count: batchCount * $0.elementCount) }
    parameterArenas = parameterShapes.map { FloatArena(count: $0.elementCount) }
    parameterGradientArenas = parameterShapes.map { FloatArena(count: $0.elementCount) }
    outputArena = FloatArena(count: batchCount * outputShape.elementCount)
    outputGradientArena = FloatArena(count: batchCount * outputShape.elementCount)
    compiled = operation.compile(
      at: OperationSite(
        batchCount: batchCount, inputShapes: shapes, outputShape: outputShape,
        inputs: inputArenas.map(\.start), inputLayouts: shapes.map { _ in .sampleMajor },
        output: outputArena.start, outputLayout: .sampleMajor,
        connections: declarations.map { $0.pattern.map(Connections.init) },
        parameters: parameterArenas.map(\.start),
        gradients: .init(
          inputs: inputGradientArenas.map(\.start), output: outputGradientArena.start,
          parameters: parameterGradientArenas.map(\.start))))
  }

  var inputCounts: [Int] { inputArenas.map(\.count) }
  var parameterCounts: [Int] { parameterArenas.map(\.count) }
  var output: [Float] { outputArena.elements }
  var inputGradients: [[Float]] { inputGradientArenas.map(\.elements) }
  var parameterGradients: [[Float]] { parameterGradientArenas.map(\.elements) }

  func set(_ inputs: [[Float]], parameters: [[Float]], outputGradient: [Float]) {
    for (arena, values) in zip(inputArenas + parameterArenas, inputs + parameters) {
      arena.start.update(from: values, count: arena.count)
    }
    outputGradientArena.start.update(from: outputGradient, count: outputGradientArena.count)
    // What is not overwritten must show.
    for arena in inputGradientArenas + parameterGradientArenas { arena.fill(.nan) }
  }

  func run() {
    compiled.forward()
    compiled.backward()
  }
}

extension FloatArena {
  var elements: [Float] { Array(UnsafeBufferPointer(start: start, count: count)) }
}

/// The largest difference, relative to the larger of 1 and the largest expected value; infinite
/// where the counts differ or a number is not finite.
func distance(_ ours: [Float], _ theirs: [Float]) -> Double {
  guard ours.count == theirs.count else { return .infinity }
  let scale = theirs.reduce(1.0) { max($0, Double(abs($1))) }
  return zip(ours, theirs).reduce(0.0) { worst, pair in
    let difference = abs(Double(pair.0) - Double(pair.1)) / scale
    return difference.isFinite ? max(worst, difference) : .infinity
  }
}
