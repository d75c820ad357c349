import Networks
import Tensors

/// Batch normalisation: in inference a scale and a shift of each channel.
enum BatchNormForm: OperatorForm {
  static let operators = ["BatchNormalization"]

  static func write(_ operation: BatchNorm, at position: Int, to writer: inout GraphWriter) {
    let node = writer.network.nodes[position]
    let parameters = zip(node.declarations, node.parameters)
    guard node.outputShape.rank == 1 || node.outputShape.rank == 3 else {
      // The operator takes axis 1 for the channels, and here they are the last of others.
      let (scale, shift) = operation.affine(node.parameters)
      writer.affine(scale: scale, shift: shift, at: position)
      return
    }
    let (x, layout) = writer.input(0, of: position, as: .channelsFirst)
    let names = parameters.map { writer.constant("\(node.name).\($0.name)", $1) }
    writer.finish(
      "BatchNormalization", [x] + names, at: position, layout,
      ["epsilon": .float(operation.epsilon), "momentum": .float(1 - operation.momentum)])
  }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    guard try node.integer("training_mode", default: 0) == 0 else {
      throw Refusal("is in training mode; export the model in evaluation mode")
    }
    let extents = try assembly.activation(0, of: node).view.extents
    guard extents.count >= 2 else { throw Refusal("has an input without channels") }
    var parameters: [String: Tensor] = [:]
    for (position, name) in ["weight", "bias", "running_mean", "running_var"].enumerated() {
      guard let constant = try assembly.constant(position + 1, of: node) else {
        throw Refusal("lacks input \(position + 1)")
      }
      parameters[name] = Tensor(constant, [extents[1]])
    }
    let epsilon = try node.float("epsilon", default: 1e-5)
    let momentum = 1 - (try node.float("momentum", default: 0.9))
    let (place, arrangement) = try assembly.arranged(0, of: node, innermost: 1)
    let layer = BatchNorm(epsilon: epsilon, momentum: min(max(momentum, 0), 1))
    let result = try assembly.append(layer, to: [place], parameters, for: node)
    assembly.finish(node, at: result, arrangement.view)
  }
}

extension BatchNorm {
  /// The scale and shift that the layer is in inference.
  ///
  /// - Parameter parameters: Weight, bias, running mean and running variance.
  /// - Returns: A number for each channel.
  fileprivate func affine(_ parameters: [Tensor]) -> (scale: Tensor, shift: Tensor) {
    let channels = parameters[0].count
    var (scale, shift) = (Tensor([channels]), Tensor([channels]))
    for channel in 0..<channels {
      let factor = parameters[0][channel] / (parameters[3][channel] + epsilon).squareRoot()
      scale[channel] = factor
      shift[channel] = parameters[1][channel] - parameters[2][channel] * factor
    }
    return (scale, shift)
  }
}

/// Layer normalisation.
enum LayerNormForm: OperatorForm {
  static let operators = ["LayerNormalization"]

  static func write(_ operation: LayerNorm, at position: Int, to writer: inout GraphWriter) {
    let node = writer.network.nodes[position]
    let (x, _) = writer.input(0, of: position, as: .channelsLast)
    let names = zip(node.declarations, node.parameters).map {
      writer.constant("\(node.name).\($0.name)", $1)
    }
    writer.finish(
      "LayerNormalization", [x] + names, at: position, .channelsLast,
      ["axis": .integer(-1), "epsilon": .float(operation.epsilon)])
  }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    let extents = try assembly.activation(0, of: node).view.extents
    let rank = extents.count
    guard rank >= 2, try Axes.axis(try node.integer("axis", default: -1), rank: rank) == rank - 1
    else { throw Refusal("normalises along several axes") }
    let width = extents[rank - 1]
    let epsilon = try node.float("epsilon", default: 1e-5)
    try assembly.reserve(2 * width)
    var parameters = ["weight": Tensor([width], repeating: 1), "bias": Tensor([width])]
    for (position, name) in [(1, "weight"), (2, "bias")] {
      guard let constant = try assembly.constant(position, of: node) else { continue }
      guard constant.count == width else {
        throw Refusal("has \(constant.count) numbers for \(width) columns")
      }
      parameters[name] = Tensor(constant, [width])
    }
    let (place, arrangement) = try assembly.arranged(0, of: node, innermost: rank - 1)
    let layer = LayerNorm(epsilon: epsilon)
    let result = try assembly.append(layer, to: [place], parameters, for: node)
    assembly.finish(node, at: result, arrangement.view)
  }
}

/// The normalisation of each channel of a sample by itself, as PyTorch writes that of groups, too:
/// one of rows, each of which is a channel, then a scale and a shift of each.
enum InstanceNormReader: OperatorReader {
  static let operators = ["InstanceNormalization"]

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    let extents = try assembly.activation(0, of: node).view.extents
    guard extents.count >= 3 else { throw Refusal("has an input of \(extents.count) axes") }
    let channels = extents[1]
    var constants: [ONNXTensor] = []
    for position in 1...2 {
      guard let constant = try assembly.constant(position, of: node), constant.count == channels
      else { throw Refusal("has no number for each of \(channels) channels") }
      constants.append(
        constant.reshaped([channels] + extents.dropFirst(2).map { _ in 1 }))
    }
    let (place, arrangement) = try assembly.arranged(
      0, of: node, order: Array(1..<extents.count))
    guard arrangement.lead == 1 else { throw Refusal("has channels that are parts of samples") }
    let shape = Shape(arrangement.sampleExtents)
    let width = shape.elementCount / channels
    try assembly.reserve(2 * width)
    let rows = try assembly.append(
      Reshape(to: [channels, width]), to: [place], for: node, suffix: ".row")
    let result = try assembly.append(
      LayerNorm(epsilon: try node.float("epsilon", default: 1e-5)), to: [rows],
      ["weight": Tensor([width], repeating: 1), "bias": Tensor([width])], for: node)
    let images = try assembly.append(
      Reshape(to: shape), to: [result], for: node, suffix: ".shape")
    assembly.finish(node, at: images, arrangement.view)
    var step = node
    step.inputs = node.outputs
    try assembly.affine(step, 0, scale: constants[0], shift: constants[1])
  }
}
