import Networks
import Tensors

/// The sum of two activations, or of one and a constant.
enum AddForm: OperatorForm {
  static let operators = ["Add"]

  static func write(_ operation: Add, at position: Int, to writer: inout GraphWriter) {
    let (x, layout) = writer.input(0, of: position)
    let (y, _) = writer.input(1, of: position, as: layout)
    writer.finish("Add", [x, y], at: position, layout)
  }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    if let (position, constant) = assembly.constantOperand(node) {
      try assembly.affine(node, position, shift: constant)
      return
    }
    let (places, arrangement) = try assembly.aligned(node)
    let result = try assembly.append(Add(), to: places, for: node)
    assembly.finish(node, at: result, arrangement.view)
  }
}

/// The product of two activations, or of one and a constant.
enum MultiplyForm: OperatorForm {
  static let operators = ["Mul"]

  static func write(_ operation: Multiply, at position: Int, to writer: inout GraphWriter) {
    let node = writer.network.nodes[position]
    let (x, layout) = writer.input(0, of: position)
    var (y, _) = writer.input(1, of: position, as: layout)
    let rank = node.outputShape.rank
    if layout == .channelsFirst, writer.network.nodes[node.inputs[1]].outputShape.rank == 1 {
      // A number for each channel: [batch, channels, 1, 1].
      let axes = writer.constant("\(node.name)/axes", ONNXTensor([2, 3]))
      y = writer.emit("Unsqueeze", [y, axes], at: position)
    } else if rank > 1, writer.network.nodes[node.inputs[1]].outputShape.rank == 1 {
      let axes = writer.constant("\(node.name)/axes", ONNXTensor(Array(1..<rank)))
      y = writer.emit("Unsqueeze", [y, axes], at: position)
    }
    writer.finish("Mul", [x, y], at: position, layout)
  }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    if let (position, constant) = assembly.constantOperand(node) {
      try assembly.affine(node, position, scale: constant)
      return
    }
    let views = [
      try assembly.activation(0, of: node).view, try assembly.activation(1, of: node).view,
    ]
    if views[0].extents != views[1].extents {
      try readGate(node, views, into: &assembly)
      return
    }
    let (places, arrangement) = try assembly.aligned(node)
    let result = try assembly.append(Multiply(), to: places, for: node)
    assembly.finish(node, at: result, arrangement.view)
  }

  /// A factor for each channel of an image.
  private static func readGate(
    _ node: ONNXNode, _ views: [AxisView], into assembly: inout NetworkAssembly
  ) throws(Refusal) {
    let counts = views.map { $0.extents.reduce(1, *) }
    let (large, small) = counts[0] >= counts[1] ? (0, 1) : (1, 0)
    let extents = views[small].extents
    let axes = extents.indices.dropFirst().filter { extents[$0] > 1 }
    guard extents.count == views[large].extents.count, axes.count == 1,
      extents[axes[0]] == views[large].extents[axes[0]]
    else {
      throw Refusal(
        "needs two inputs of one shape, or a number for each channel, but gets"
          + " \(assembly.described(node))")
    }
    let (image, arrangement) = try assembly.arranged(large, of: node, innermost: axes[0])
    let (gate, _) = try assembly.activation(small, of: node)
    let (row, _) = try assembly.rearranged(
      gate, views[small].transposed([0, axes[0]]), [1], for: node)
    let result = try assembly.append(Multiply(), to: [image, row], for: node)
    assembly.finish(node, at: result, arrangement.view)
  }
}

/// A scale and a shift of each column or channel, as a fitted scaler is.
enum ScaleAndShiftForm: OperatorForm {
  static let operators = ["Sub", "Div", "ai.onnx.ml.Scaler"]

  static func write(_ operation: ScaleAndShift, at position: Int, to writer: inout GraphWriter) {
    let parameters = writer.network.nodes[position].parameters
    writer.affine(scale: parameters[0], shift: parameters[1], at: position)
  }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    if node.kind == "ai.onnx.ml.Scaler" {
      guard case .floats(let offsets)? = node.attributes["offset"],
        case .floats(let scales)? = node.attributes["scale"],
        offsets.count == scales.count || offsets.count == 1 || scales.count == 1
      else { throw Refusal("has no offsets and scales") }
      let shifts = (0..<max(offsets.count, scales.count)).map {
        -offsets[offsets.count == 1 ? 0 : $0] * scales[scales.count == 1 ? 0 : $0]
      }
      try assembly.affine(
        node, 0, scale: ONNXTensor([scales.count], .floats(scales)),
        shift: ONNXTensor([shifts.count], .floats(shifts)))
      return
    }
    guard let (position, constant) = assembly.constantOperand(node),
      let values = constant.floats
    else { throw Refusal("computes with two activations") }
    func changed(_ change: (Float) -> Float) -> ONNXTensor {
      ONNXTensor(constant.extents, .floats(values.map(change)))
    }
    switch (node.kind, position) {
    case ("Sub", 0): try assembly.affine(node, 0, shift: changed { -$0 })
    case ("Sub", _):
      try assembly.affine(node, 1, scale: ONNXTensor([], .floats([-1])), shift: constant)
    case ("Div", 0): try assembly.affine(node, 0, scale: changed { 1 / $0 })
    default: throw Refusal("divides by an activation")
    }
  }
}
