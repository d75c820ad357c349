import Networks
import Tensors

extension NetworkAssembly {
  /// Puts two inputs of the same extents into memory in the same order.
  ///
  /// - Parameter node: The node.
  /// - Returns: Two nodes of the network, and how the memory of each is arranged.
  /// - Throws: ``Refusal`` if their extents differ.
  mutating func aligned(
    _ node: ONNXNode
  ) throws(Refusal) -> (places: [Int], arrangement: Arrangement) {
    guard node.inputs.count == 2 else { throw Refusal("has \(node.inputs.count) inputs") }
    let views = [try activation(0, of: node).view, try activation(1, of: node).view]
    guard views[0].extents == views[1].extents else {
      throw Refusal("needs two inputs of one shape, but gets \(described(node))")
    }
    let order = views[0].memoryOrder()
    let (first, arrangement) = try arranged(0, of: node, order: order)
    let (second, other) = try arranged(1, of: node, order: order)
    guard other.lead == arrangement.lead else { throw Refusal("mixes the batch with another axis") }
    return ([first, second], arrangement)
  }

  /// The constant among two inputs, and the position of the other one.
  ///
  /// - Parameter node: The node.
  /// - Returns: Both; nil if no input is a constant.
  func constantOperand(_ node: ONNXNode) -> (activation: Int, constant: ONNXTensor)? {
    guard node.inputs.count == 2 else { return nil }
    for position in 0..<2 {
      if case .constant(let tensor)? = self[node.inputs[position]] { return (1 - position, tensor) }
    }
    return nil
  }

  /// The axes along which a constant differs that is computed with an activation.
  ///
  /// - Parameters:
  ///   - constant: The constant.
  ///   - extents: The extents of the activation.
  /// - Returns: The axes of the activation.
  /// - Throws: ``Refusal`` if the constant does not fit.
  func axes(of constant: ONNXTensor, in extents: [Int]) throws(Refusal) -> [Int] {
    let missing = extents.count - constant.extents.count
    guard missing >= 0, constant.count > 0 else {
      throw Refusal("computes with a constant of shape \(constant.extents)")
    }
    let axes = constant.extents.indices.filter { constant.extents[$0] > 1 }.map { $0 + missing }
    guard axes.allSatisfy({ $0 > 0 && constant.extents[$0 - missing] == extents[$0] }) else {
      throw Refusal("computes with a constant of shape \(constant.extents)")
    }
    return axes
  }

  /// Scales and shifts an activation by constants.
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - position: The position of the activation among its inputs.
  ///   - scale: The factors; nil for 1.
  ///   - shift: What is added afterwards; nil for 0.
  /// - Throws: ``Refusal`` if the constants do not fit.
  mutating func affine(
    _ node: ONNXNode, _ position: Int, scale: ONNXTensor? = nil, shift: ONNXTensor? = nil
  ) throws(Refusal) {
    let extents = try activation(position, of: node).view.extents
    let scale = scale ?? ONNXTensor([], .floats([1]))
    let shift = shift ?? ONNXTensor([], .floats([0]))
    let axes = Set(try self.axes(of: scale, in: extents) + self.axes(of: shift, in: extents))
    let isRow = axes.count <= 1
    // One axis is put innermost; for several the sample, or each part of it, becomes one row.
    var (place, arrangement) = try arranged(
      position, of: node, order: isRow ? nil : Array(1..<extents.count), innermost: axes.first)
    let shape = network.nodes[place].outputShape
    var wanted = isRow ? [shape.extents.last ?? 1] : Array(extents.dropFirst())
    if axes.isEmpty, let last = shape.extents.last { wanted = [last] }
    let width = Shape(wanted).elementCount
    if !isRow {
      let rows = arrangement.lead > 1 ? [arrangement.lead] : []
      place = try append(Reshape(to: Shape(rows + [width])), to: [place], for: node, suffix: ".row")
    }
    try reserve(2 * width)
    var budget = 2 * width
    func row(_ constant: ONNXTensor) throws(Refusal) -> Tensor {
      // Axes of extent 1 before the one that matters are left out, and so are those behind it.
      let own = isRow ? constant.reshaped(constant.count == 1 ? [] : [constant.count]) : constant
      let trimmed =
        own.extents.count > wanted.count
        ? own.reshaped(Array(own.extents.suffix(wanted.count))) : own
      let wide = try ConstantNode.expanded(trimmed, to: wanted, &budget)
      guard let tensor = Tensor(wide, [width]) else { throw Refusal("computes with texts") }
      return tensor
    }
    let parameters = ["scale": try row(scale), "shift": try row(shift)]
    place = try append(ScaleAndShift(), to: [place], parameters, for: node)
    if !isRow { place = try append(Reshape(to: shape), to: [place], for: node, suffix: ".shape") }
    finish(node, at: place, arrangement.view)
  }
}

extension GraphWriter {
  /// Adds a constant with a number for each channel.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - tensor: [channels].
  ///   - layout: Where the channels of the value stand that it is computed with.
  /// - Returns: Its name.
  mutating func channels(_ name: String, _ tensor: Tensor, _ layout: Layout) -> String {
    layout == .channelsFirst
      ? constant(name, Tensor([tensor.count, 1, 1], tensor.elements)) : constant(name, tensor)
  }

  /// Writes a scale and a shift of each channel.
  ///
  /// - Parameters:
  ///   - scale: [channels].
  ///   - shift: [channels].
  ///   - position: The node of the network.
  mutating func affine(scale: Tensor, shift: Tensor, at position: Int) {
    let name = network.nodes[position].name
    let (x, layout) = input(0, of: position)
    let product = emit("Mul", [x, channels("\(name).scale", scale, layout)], at: position)
    finish("Add", [product, channels("\(name).shift", shift, layout)], at: position, layout)
  }
}
