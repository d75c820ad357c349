import Networks

/// The products of the matrices of two activations, as attention has them.
enum MatrixProductForm: OperatorForm {
  static func write(_ operation: MatrixProduct, at position: Int, to writer: inout GraphWriter) {
    let (x, _) = writer.input(0, of: position, as: .channelsLast)
    var (y, _) = writer.input(1, of: position, as: .channelsLast)
    if operation.transposesSecond {
      let rank = writer.network.nodes[position].outputShape.rank + 1
      let order = Array(0..<rank - 2) + [rank - 1, rank - 2]
      y = writer.emit("Transpose", [y], at: position, ["perm": .integers(order)])
    }
    writer.finish("MatMul", [x, y], at: position, .channelsLast)
  }

  /// Reads the product of two activations; ``LinearForm`` reads that of one and a constant.
  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    let views = [
      try assembly.activation(0, of: node).view, try assembly.activation(1, of: node).view,
    ]
    let rank = views[0].axes.count
    let extents = views.map(\.extents)
    guard rank >= 3, views[1].axes.count == rank,
      extents[0].dropLast(2) == extents[1].dropLast(2),
      extents[0][rank - 1] == extents[1][rank - 2]
    else {
      throw Refusal("needs matrices that meet, but gets \(assembly.described(node))")
    }
    let (x, first) = try assembly.arranged(0, of: node, order: Array(1..<rank))
    // The file transposes what is often read as it lies.
    let order = views[1].memoryOrder()
    let isTransposed =
      order.firstIndex(of: rank - 1) ?? 0 < order.firstIndex(of: rank - 2) ?? 0
    let (y, second) = try assembly.arranged(
      1, of: node,
      order: Array(1..<rank - 2) + (isTransposed ? [rank - 1, rank - 2] : [rank - 2, rank - 1]))
    guard first.lead == second.lead else { throw Refusal("mixes the batch with another axis") }
    let product = MatrixProduct(transposesSecond: isTransposed)
    let result = try assembly.append(product, to: [x, y], for: node)
    assembly.finish(node, at: result, first.with(extents[1][rank - 1], at: rank - 1).view)
  }
}
