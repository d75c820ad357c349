import Networks
import Tensors

/// An image as one row, channels outermost.
enum FlattenForm: OperatorForm {
  static func write(_ operation: Flatten, at position: Int, to writer: inout GraphWriter) {
    guard writer.network.nodes[writer.network.nodes[position].inputs[0]].outputShape.rank > 1
    else {
      writer.pass(at: position)
      return
    }
    let (x, _) = writer.input(0, of: position, as: .channelsFirst)
    writer.finish("Flatten", [x], at: position, .channelsLast, ["axis": .integer(1)])
  }
}

/// Other extents of the same elements.
enum ReshapeForm: OperatorForm {
  static func write(_ operation: Reshape, at position: Int, to writer: inout GraphWriter) {
    writer.reshape(to: writer.network.nodes[position].outputShape, at: position)
  }
}

/// Axes in another order.
enum PermuteForm: OperatorForm {
  static func write(_ operation: Permute, at position: Int, to writer: inout GraphWriter) {
    let (x, _) = writer.input(0, of: position, as: .channelsLast)
    writer.finish(
      "Transpose", [x], at: position, .channelsLast,
      ["perm": .integers([0] + operation.axes.map { $0 + 1 })])
  }
}

/// Dropout, which does nothing in inference.
enum DropoutForm: OperatorForm {
  static func write(_ operation: Dropout, at position: Int, to writer: inout GraphWriter) {
    writer.pass(at: position)
  }
}

/// Stochastic depth, which does nothing in inference.
enum StochasticDepthForm: OperatorForm {
  static func write(_ operation: StochasticDepth, at position: Int, to writer: inout GraphWriter) {
    writer.pass(at: position)
  }
}

extension GraphWriter {
  /// Writes that a node gives its input other extents.
  mutating func reshape(to shape: Shape, at position: Int) {
    let (x, _) = input(0, of: position, as: .channelsLast)
    let name = "\(network.nodes[position].name)/shape"
    let extents = constant(name, ONNXTensor([-1] + shape.extents))
    finish("Reshape", [x, extents], at: position, .channelsLast)
  }
}
