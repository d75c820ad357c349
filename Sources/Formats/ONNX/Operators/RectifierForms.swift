import Networks
import Tensors

/// The rectifier that ends at 6, and by it whatever cuts numbers off at two bounds or at one.
enum ReLU6Form: OperatorForm {
  static let operators = ["Clip"]

  static func write(_ operation: ReLU6, at position: Int, to writer: inout GraphWriter) {
    let (x, layout) = writer.input(0, of: position)
    writer.finish("Clip", [x, writer.scalar(0), writer.scalar(6)], at: position, layout)
  }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    let low = try bound(1, "min", of: node, assembly)
    let high = try bound(2, "max", of: node, assembly)
    switch (low ?? -.infinity, high ?? .infinity) {
    case (0, 6): try assembly.elementwise(ReLU6(), node)
    case (0, .infinity): try assembly.elementwise(ReLU(), node)
    case (-.infinity, .infinity): try IdentityReader.read(node, into: &assembly)
    case (let low, .infinity) where low.isFinite:
      try assembly.composed(ReLU(), node, scale: (1, 1), shift: (-low, low))
    case (-.infinity, let high) where high.isFinite:
      try assembly.composed(ReLU(), node, scale: (-1, -1), shift: (high, high))
    case (let low, let high) where low < high && (high - low).isFinite:
      let unit = (high - low) / 6
      try assembly.composed(
        ReLU6(), node, scale: (1 / unit, unit), shift: (-low / unit, low))
    case (let low, let high):
      throw Refusal("has the bounds \(low) and \(high), between which there is nothing")
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
    let alpha = try node.float("alpha", default: 0.2)
    let beta = try node.float("beta", default: 0.5)
    try assembly.composed(ReLU6(), node, scale: (6 * alpha, 1.0 / 6), shift: (6 * beta, 0))
  }
}

extension NetworkAssembly {
  /// Adds an operation that takes each element alone, between two scales and shifts by numbers.
  ///
  /// - Parameters:
  ///   - operation: The operation.
  ///   - node: The node that it stands for.
  ///   - scale: The factors before and behind it.
  ///   - shift: What is added after each of these.
  /// - Throws: ``Refusal`` if it does not fit.
  mutating func composed(
    _ operation: some NetworkOperation, _ node: ONNXNode, scale: (Float, Float),
    shift: (Float, Float)
  ) throws(Refusal) {
    func number(_ value: Float) -> ONNXTensor { ONNXTensor([], .floats([value])) }
    var step = node
    step.inputs = node.outputs
    try affine(node, 0, scale: number(scale.0), shift: number(shift.0))
    try elementwise(operation, step)
    try affine(step, 0, scale: number(scale.1), shift: number(shift.1))
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
