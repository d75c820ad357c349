import Networks
import Tensors

/// The rectifier that ends at 6.
enum ReLU6Form: OperatorForm {
  static let operators = ["Clip"]

  static func write(_ operation: ReLU6, at position: Int, to writer: inout GraphWriter) {
    let (x, layout) = writer.input(0, of: position)
    writer.finish("Clip", [x, writer.scalar(0), writer.scalar(6)], at: position, layout)
  }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    let low = try bound(1, "min", of: node, assembly)
    let high = try bound(2, "max", of: node, assembly)
    switch (low, high) {
    case (0, 6): try assembly.elementwise(ReLU6(), node)
    case (0, nil), (0, .infinity): try assembly.elementwise(ReLU(), node)
    default:
      let range = "\(low.map { "\($0)" } ?? "none") and \(high.map { "\($0)" } ?? "none")"
      throw Refusal("has the bounds \(range), not 0 and 6")
    }
  }

  private static func bound(
    _ position: Int, _ name: String, of node: ONNXNode, _ assembly: NetworkAssembly
  ) throws(Refusal) -> Float? {
    if let constant = try assembly.constant(position, of: node) { return constant.scalar }
    guard node.attributes[name] != nil else { return nil }
    return try node.float(name, default: 0)
  }
}

/// clip(alpha x + beta, 0, 1), which is clip(6 alpha x + 6 beta, 0, 6) / 6.
enum HardSigmoidReader: OperatorReader {
  static let operators = ["HardSigmoid"]

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    func number(_ value: Float) -> ONNXTensor { ONNXTensor([], .floats([value])) }
    let alpha = try node.float("alpha", default: 0.2)
    let beta = try node.float("beta", default: 0.5)
    var step = node
    step.inputs = node.outputs
    try assembly.affine(node, 0, scale: number(6 * alpha), shift: number(6 * beta))
    try assembly.elementwise(ReLU6(), step)
    try assembly.affine(step, 0, scale: number(1.0 / 6))
  }
}

/// The rectifier with a trained slope for each channel.
enum PReLUForm: OperatorForm {
  static let operators = ["PRelu"]

  static func write(_ operation: PReLU, at position: Int, to writer: inout GraphWriter) {
    let node = writer.network.nodes[position]
    let (x, layout) = writer.input(0, of: position)
    let slope = writer.channels("\(node.name).weight", node.parameters[0], layout)
    writer.finish("PRelu", [x, slope], at: position, layout)
  }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    guard let slope = try assembly.constant(1, of: node), let values = slope.floats else {
      throw Refusal("has no constant slope")
    }
    let extents = try assembly.activation(0, of: node).view.extents
    let axes = try assembly.axes(of: slope, in: extents)
    guard axes.count <= 1 else { throw Refusal("has slopes along several axes") }
    let axis = axes.first ?? extents.count - 1
    guard axis > 0 else { throw Refusal("has slopes along the batch") }
    try assembly.reserve(extents[axis])
    let (place, arrangement) = try assembly.arranged(0, of: node, innermost: axis)
    let weight = Tensor(
      [extents[axis]], (0..<extents[axis]).map { values[values.count == 1 ? 0 : $0] })
    let result = try assembly.append(PReLU(), to: [place], ["weight": weight], for: node)
    assembly.finish(node, at: result, arrangement.view)
  }
}

/// x sigmoid(x), which is no operator of ONNX.
enum SiLUForm: OperatorForm {
  static let operators = [ONNXNode.silu]

  static func write(_ operation: SiLU, at position: Int, to writer: inout GraphWriter) {
    let (x, layout) = writer.input(0, of: position)
    let sigmoid = writer.emit("Sigmoid", [x], at: position)
    writer.finish("Mul", [x, sigmoid], at: position, layout)
  }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    try assembly.elementwise(SiLU(), node)
  }
}

/// x clip(x + 3, 0, 6) / 6.
enum HardSwishForm: OperatorForm {
  static let operators = ["HardSwish"]

  static func write(_ operation: HardSwish, at position: Int, to writer: inout GraphWriter) {
    writer.elementwise("HardSwish", at: position)
  }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    try assembly.elementwise(HardSwish(), node)
  }
}
