/// Computes nodes whose inputs are all constants: the arithmetic of shapes, and rearranged weights.
///
/// What it makes altogether is limited, so that a small file cannot ask for a large memory.
struct ConstantFolder {
  /// How many elements may still be made.
  private var budget: Int

  /// Creates a folder.
  ///
  /// - Parameter elementCount: The number of elements of the constants in the file.
  init(elementCount: Int) {
    budget = 4 * elementCount + 1 << 20
  }

  /// Computes a node.
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - inputs: Its inputs; nil for one left out.
  /// - Returns: Its first output; nil if it is no operator that is computed here.
  /// - Throws: ``Refusal`` if it cannot be computed.
  mutating func fold(
    _ node: ONNXNode, _ inputs: [ONNXTensor?]
  ) throws(Refusal) -> ONNXTensor? {
    guard let rule = Self.rules[node.kind] else { return nil }
    return try rule(ConstantNode(node: node, inputs: inputs), &budget)
  }

  /// Whether a kind of node is computed here.
  ///
  /// - Parameter kind: The operator.
  /// - Returns: Whether it is.
  static func folds(_ kind: String) -> Bool { rules[kind] != nil }

  typealias Rule = @Sendable (ConstantNode, inout Int) throws(Refusal) -> ONNXTensor

  /// The operators that are computed.
  private static let rules: [String: Rule] = [
    "Constant": { (node, _) throws(Refusal) in try node.constant() },
    "Identity": { (node, _) throws(Refusal) in try node.tensor(0) },
    "Cast": { (node, _) throws(Refusal) in try node.cast() },
    "CastLike": { (node, _) throws(Refusal) in try node.tensor(0) },
    "Shape": { (node, _) throws(Refusal) in try node.shape() },
    "Size": { (node, _) throws(Refusal) in ONNXTensor([], .integers([try node.tensor(0).count])) },
    "Gather": { (node, budget) throws(Refusal) in try node.gather(&budget) },
    "Concat": { (node, budget) throws(Refusal) in try node.concatenation(&budget) },
    "Unsqueeze": { (node, _) throws(Refusal) in try node.unsqueezed() },
    "Squeeze": { (node, _) throws(Refusal) in try node.squeezed() },
    "Reshape": { (node, _) throws(Refusal) in try node.reshaped() },
    "Transpose": { (node, budget) throws(Refusal) in try node.transposed(&budget) },
    "Slice": { (node, budget) throws(Refusal) in try node.sliced(&budget) },
    "ScatterND": { (node, budget) throws(Refusal) in try node.scattered(&budget) },
    "Expand": { (node, budget) throws(Refusal) in try node.expanded(&budget) },
    "ConstantOfShape": { (node, budget) throws(Refusal) in try node.repeated(&budget) },
    "Range": { (node, budget) throws(Refusal) in try node.range(&budget) },
    "Add": { (node, budget) throws(Refusal) in try node.arithmetic(.add, &budget) },
    "Sub": { (node, budget) throws(Refusal) in try node.arithmetic(.subtract, &budget) },
    "Mul": { (node, budget) throws(Refusal) in try node.arithmetic(.multiply, &budget) },
    "Div": { (node, budget) throws(Refusal) in try node.arithmetic(.divide, &budget) },
    "Pow": { (node, budget) throws(Refusal) in try node.arithmetic(.power, &budget) },
    "Mod": { (node, budget) throws(Refusal) in
      let isTruncated = try node.node.integer("fmod", default: 0) != 0
      return try node.arithmetic(isTruncated ? .remainder : .modulo, &budget)
    },
    "Min": { (node, budget) throws(Refusal) in try node.arithmetic(.minimum, &budget) },
    "Max": { (node, budget) throws(Refusal) in try node.arithmetic(.maximum, &budget) },
    "Equal": { (node, budget) throws(Refusal) in try node.arithmetic(.equal, &budget) },
    "Not": { (node, budget) throws(Refusal) in try node.negation(&budget) },
    "Where": { (node, budget) throws(Refusal) in try node.choice(&budget) },
    "Neg": { (node, budget) throws(Refusal) in try node.mapped(&budget) { -$0 } },
    "Sqrt": { (node, budget) throws(Refusal) in try node.mapped(&budget) { $0.squareRoot() } },
    "Reciprocal": { (node, budget) throws(Refusal) in try node.mapped(&budget) { 1 / $0 } },
    "Floor": { (node, budget) throws(Refusal) in try node.mapped(&budget) { $0.rounded(.down) } },
    "Ceil": { (node, budget) throws(Refusal) in try node.mapped(&budget) { $0.rounded(.up) } },
    "ReduceProd": { (node, _) throws(Refusal) in try node.product() },
  ]
}

extension ONNXGraph {
  /// Computes the nodes whose inputs are constants.
  ///
  /// - Parameter folder: What computes them.
  /// - Throws: ``UnsupportedOperator`` for a node that cannot be computed.
  mutating func foldConstants(_ folder: inout ConstantFolder) throws(UnsupportedOperator) {
    var kept: [ONNXNode] = []
    for node in nodes {
      let isConstant = node.inputs.enumerated().allSatisfy { position, name in
        name.isEmpty || constants[name] != nil || (node.kind == "CastLike" && position > 0)
      }
      var result: ONNXTensor?
      if isConstant, node.outputs.count == 1 {
        do throws(Refusal) {
          result = try folder.fold(node, node.inputs.map { constants[$0] })
        } catch {
          throw UnsupportedOperator(kind: node.kind, node: node.label, reason: error.reason)
        }
      }
      if let result {
        constants[node.outputs[0]] = result
      } else {
        kept.append(node)
      }
    }
    nodes = kept
  }
}

extension UnsupportedOperator: Error {}
