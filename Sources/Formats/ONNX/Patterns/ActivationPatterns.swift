/// Activations that exporters write out as formulas.
enum ActivationPatterns {
  /// A formula, and the node that replaces it.
  private struct Pattern {
    var formula: Formula
    var kind: String
    var attributes: [String: ONNXAttribute] = [:]
  }

  private static var patterns: [Pattern] {
    let byTanh: [String: ONNXAttribute] = ["approximate": .text("tanh")]
    let cube = Formula.product(0.044_715, [.x, .x, .x])
    let square = Formula.product(0.044_715, [.x, .x])
    func gelu(_ inner: Formula) -> Formula { .product(0.5, [.x, .sum(1, [inner])]) }
    return [
      Pattern(formula: .product(1, [.x, .call("Sigmoid", .x)]), kind: ONNXNode.silu),
      Pattern(formula: gelu(.call("Erf", .product(0.707_106_8, [.x]))), kind: "Gelu"),
      // The approximation by the hyperbolic tangent, with the cube written in two ways.
      Pattern(
        formula: gelu(.call("Tanh", .product(0.797_884_6, [.sum(0, [.x, cube])]))), kind: "Gelu",
        attributes: byTanh),
      Pattern(
        formula: gelu(.call("Tanh", .product(0.797_884_6, [.x, .sum(1, [square])]))),
        kind: "Gelu", attributes: byTanh),
      Pattern(
        formula: .product(1.0 / 6, [.x, .clip(0, 6, .sum(3, [.x]))]), kind: "HardSwish"),
      Pattern(formula: .product(1, [.x, .call("HardSigmoid", .x)]), kind: "HardSwish"),
    ]
  }

  /// The node that does what a node and those before it compute together; nil if there is none.
  ///
  /// - Parameters:
  ///   - node: The last node of the formula.
  ///   - search: The graph.
  /// - Returns: A node with the same outputs.
  static func replacement(for node: ONNXNode, in search: PatternSearch) -> ONNXNode? {
    guard node.kind == "Mul" || node.kind == "Div", let output = node.outputs.first else {
      return nil
    }
    let sources = search.sources(of: output)
    for pattern in patterns {
      for x in sources where search.matches(output, pattern.formula, x: x) {
        if pattern.kind == "HardSwish", !hasStandardHardSigmoid(node, search) { continue }
        return ONNXNode(
          name: node.name, kind: pattern.kind, inputs: [x], outputs: node.outputs,
          attributes: pattern.attributes)
      }
    }
    return nil
  }

  /// A hard sigmoid among the inputs is PyTorch's, (x + 3) / 6; ONNX's own default is another.
  private static func hasStandardHardSigmoid(_ node: ONNXNode, _ search: PatternSearch) -> Bool {
    for input in node.inputs {
      guard let hard = search.maker(of: input, "HardSigmoid") else { continue }
      guard case .float(let alpha)? = hard.attributes["alpha"], abs(alpha - 1.0 / 6) < 1e-5 else {
        return false
      }
      if case .float(let beta)? = hard.attributes["beta"], beta != 0.5 { return false }
    }
    return true
  }
}

extension ONNXNode {
  /// The kind of node that stands for x sigmoid(x), which is no operator of ONNX.
  static let silu = "espalier.Silu"
  /// The kind of node that stands for x W + b on the last axis, W [inputs x outputs].
  static let linear = "espalier.Linear"

  /// The operator as the file has it, for messages.
  var shownKind: String {
    switch kind {
    case Self.silu: "Mul"
    case Self.linear: "MatMul"
    default: kind
    }
  }
}
