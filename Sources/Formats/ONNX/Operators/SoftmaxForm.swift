import Networks

/// The softmax along one axis.
enum SoftmaxForm: OperatorForm {
  static let operators = ["Softmax"]

  static func write(_ operation: Softmax, at position: Int, to writer: inout GraphWriter) {
    let (x, layout) = writer.input(0, of: position)
    let axis = layout == .channelsFirst ? 1 : -1
    writer.finish("Softmax", [x], at: position, layout, ["axis": .integer(axis)])
  }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    let rank = try assembly.activation(0, of: node).view.axes.count
    // Before version 13 all axes from the named one on were one, and the default was another.
    let isOld = assembly.version < 13
    let axis = try Axes.axis(try node.integer("axis", default: isOld ? 1 : -1), rank: rank)
    guard axis > 0, !isOld || axis == rank - 1 else {
      throw Refusal("works along several axes, or along the batch")
    }
    let (place, arrangement) = try assembly.arranged(0, of: node, innermost: axis)
    let result = try assembly.append(Softmax(), to: [place], for: node)
    assembly.finish(node, at: result, arrangement.view)
  }
}
