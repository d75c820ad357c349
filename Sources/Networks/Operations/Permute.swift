import Kernels
import Tensors

/// The dimensions of a sample in another order: dimension i of the output is dimension axes[i] of
/// the input.
public struct Permute: NetworkOperation {
  /// The dimensions of the input, in the order of the output; the batch is not counted.
  public var axes: [Int]

  /// Creates the operation.
  ///
  /// - Parameter axes: The dimensions of the input, in the order of the output; the batch is not
  ///   counted.
  public init(axes: [Int]) {
    self.axes = axes
  }

  public static let kind = "permute"

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    guard axes.sorted() == Array(0..<axes.count) else {
      throw ShapeMismatch(needed: "axes that name each dimension once, not \(axes)")
    }
    guard inputs[0].rank == axes.count else {
      throw ShapeMismatch(needed: "an input of \(axes.count) dimensions")
    }
    return Shape(axes.map { inputs[0][$0] })
  }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledPermute(self, site)
  }
}

private final class CompiledPermute: CompiledOperation {
  private let site: OperationSite
  private let sampleCount: Int
  /// The output as rows along its last run of dimensions that follow each other in the input:
  /// where each begins in the input, how long it is, and how far apart its elements are there.
  private let starts: [Int]
  private let length, stride: Int

  init(_ operation: Permute, _ site: OperationSite) {
    self.site = site
    let shape = site.inputShapes[0]
    sampleCount = shape.elementCount
    var strides = [Int](repeating: 1, count: shape.rank)
    for axis in strides.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    var outer = operation.axes
    var length = 1
    let last = outer.last ?? 0
    while let axis = outer.last, axis == last - (operation.axes.count - outer.count) {
      length *= shape[axis]
      outer.removeLast()
    }
    self.length = length
    stride = strides.isEmpty ? 1 : strides[last]
    var starts = [0]
    for axis in outer {
      starts = starts.flatMap { start in (0..<shape[axis]).map { start + $0 * strides[axis] } }
    }
    self.starts = starts
  }

  func forward() {
    for sample in 0..<site.batchCount {
      let source = site.inputs[0] + sample * sampleCount
      var target = site.output + sample * sampleCount
      for start in starts {
        if stride == 1 {
          target.update(from: source + start, count: length)
        } else {
          for index in 0..<length { target[index] = source[start + index * stride] }
        }
        target += length
      }
    }
  }

  func backward() {
    guard let gradients = site.gradients, let target = gradients.inputs[0] else { return }
    for sample in 0..<site.batchCount {
      var source = gradients.output + sample * sampleCount
      let target = target + sample * sampleCount
      for start in starts {
        if stride == 1 {
          (target + start).update(from: source, count: length)
        } else {
          for index in 0..<length { target[start + index * stride] = source[index] }
        }
        source += length
      }
    }
  }
}
