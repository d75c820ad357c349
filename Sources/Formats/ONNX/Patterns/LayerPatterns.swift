/// Layers that exporters write as several nodes.
enum LayerPatterns {
  /// A matrix product and the bias added to it.
  ///
  /// - Parameters:
  ///   - node: The addition.
  ///   - search: The graph.
  /// - Returns: A node with the same outputs; nil if it is something else.
  static func linear(_ node: ONNXNode, in search: PatternSearch) -> ONNXNode? {
    guard node.kind == "Add" else { return nil }
    for (value, bias) in search.pairs(node) {
      guard let product = search.maker(of: value, "MatMul"), search.isUsedOnce(value),
        product.inputs.count == 2, let weight = search.graph.constants[product.inputs[1]],
        weight.extents.count == 2, let constant = search.graph.constants[bias],
        constant.count == weight.extents[1], constant.extents.last == weight.extents[1]
      else { continue }
      return ONNXNode(
        name: product.name, kind: ONNXNode.linear, inputs: product.inputs + [bias],
        outputs: node.outputs)
    }
    return nil
  }

  /// A layer normalisation as mean, difference, square, mean, root and quotient.
  ///
  /// - Parameters:
  ///   - node: The quotient.
  ///   - search: The graph.
  /// - Returns: A node with the same outputs, without scale; nil if it is something else.
  static func normalization(_ node: ONNXNode, in search: PatternSearch) -> ONNXNode? {
    guard node.kind == "Div", node.inputs.count == 2,
      let difference = search.maker(of: node.inputs[0], "Sub"), difference.inputs.count == 2,
      let mean = search.maker(of: difference.inputs[1], "ReduceMean"),
      mean.input(0) == difference.inputs[0], let axis = soleAxis(mean, search),
      let root = search.maker(of: node.inputs[1], "Sqrt")?.input(0),
      let sum = search.maker(of: root, "Add")
    else { return nil }
    for (value, constant) in search.pairs(sum) {
      guard let epsilon = search.scalar(constant),
        let variance = search.maker(of: value, "ReduceMean"), soleAxis(variance, search) == axis,
        let square = variance.input(0).flatMap({ search.maker(of: $0) }),
        isSquare(square, of: difference, search)
      else { continue }
      return ONNXNode(
        name: node.name, kind: "LayerNormalization", inputs: [difference.inputs[0]],
        outputs: node.outputs, attributes: ["axis": .integer(axis), "epsilon": .float(epsilon)])
    }
    return nil
  }

  /// The scale and shift behind a layer normalisation that has none.
  ///
  /// - Parameters:
  ///   - node: The addition.
  ///   - search: The graph.
  /// - Returns: A node with the same outputs; nil if it is something else.
  static func scaledNormalization(_ node: ONNXNode, in search: PatternSearch) -> ONNXNode? {
    guard node.kind == "Add" else { return nil }
    for (value, shift) in search.pairs(node) {
      guard isRow(shift, search), search.isUsedOnce(value),
        let product = search.maker(of: value, "Mul")
      else { continue }
      for (inner, scale) in search.pairs(product) {
        guard isRow(scale, search), search.isUsedOnce(inner),
          var normalization = search.maker(of: inner, "LayerNormalization"),
          normalization.inputs.count == 1
        else { continue }
        normalization.inputs += [scale, shift]
        normalization.outputs = node.outputs
        return normalization
      }
    }
    return nil
  }

  /// A constant of one axis.
  private static func isRow(_ value: String, _ search: PatternSearch) -> Bool {
    search.graph.constants[value]?.extents.count == 1
  }

  /// The one axis over which a node takes the mean, keeping it; nil for anything else.
  private static func soleAxis(_ node: ONNXNode, _ search: PatternSearch) -> Int? {
    if case .integer(0)? = node.attributes["keepdims"] { return nil }
    var axes: [Int]?
    if case .integers(let values)? = node.attributes["axes"] { axes = values }
    if let name = node.input(1) { axes = search.graph.constants[name]?.integers }
    return axes?.count == 1 ? axes?[0] : nil
  }

  private static func isSquare(
    _ node: ONNXNode, of difference: ONNXNode, _ search: PatternSearch
  ) -> Bool {
    func isDifference(_ value: String) -> Bool {
      search.maker(of: value, "Sub")?.inputs == difference.inputs
    }
    guard node.inputs.count == 2, isDifference(node.inputs[0]) else { return false }
    switch node.kind {
    case "Pow": return search.scalar(node.inputs[1]) == 2
    case "Mul": return isDifference(node.inputs[1])
    default: return false
    }
  }
}
