import Networks
import Tensors

/// A convolution of images.
enum ConvolutionForm: OperatorForm {
  static let operators = ["Conv"]

  static func write(_ operation: Convolution, at position: Int, to writer: inout GraphWriter) {
    let node = writer.network.nodes[position]
    let (x, _) = writer.input(0, of: position, as: .channelsFirst)
    let parameters = zip(node.declarations, node.parameters).map { declaration, tensor in
      writer.constant("\(node.name).\(declaration.name)", tensor)
    }
    writer.finish(
      "Conv", [x] + parameters, at: position, .channelsFirst,
      [
        "kernel_shape": .integers(operation.kernel.inFile),
        "strides": .integers(operation.stride.inFile),
        "pads": .integers(operation.padding.inFile),
        "dilations": .integers(operation.dilation.inFile),
        "group": .integer(operation.groupCount),
      ])
  }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    guard let constant = try assembly.constant(1, of: node), constant.extents.count == 4,
      constant.count > 0, let weight = Tensor(constant, Shape(constant.extents))
    else { throw Refusal("has no constant kernel of two dimensions") }
    let (outputCount, kernel) = (constant.extents[0], [constant.extents[2], constant.extents[3]])
    let window = try WindowAttributes(node, kernel: kernel)
    let (place, arrangement) = try assembly.image(0, of: node)
    var parameters = ["weight": weight]
    if let bias = try assembly.constant(2, of: node) {
      parameters["bias"] = Tensor(bias, [outputCount])
      guard parameters["bias"] != nil else { throw Refusal("has a bias of another length") }
    }
    let layer = Convolution(
      outputCount, kernel: window.kernel, stride: window.stride,
      padding: try window.padding(of: arrangement), dilation: window.dilation,
      groupCount: try node.integer("group", default: 1), hasBias: parameters["bias"] != nil)
    let result = try assembly.append(layer, to: [place], parameters, for: node)
    assembly.finish(node, at: result, assembly.image(at: result, like: arrangement).view)
  }
}
