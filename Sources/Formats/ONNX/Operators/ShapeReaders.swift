/// Operators that hand their input on.
enum IdentityReader: OperatorReader {
  static let operators = ["Identity", "Dropout", "Cast", "CastLike"]

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    if node.kind == "Cast" {
      let number = try node.integer("to", default: 0)
      let type = Int32(exactly: number).flatMap(ONNXTensor.ElementType.init(rawValue:))
      guard type?.isFloat == true else { throw Refusal("rounds activations") }
    }
    let (place, view) = try assembly.activation(0, of: node)
    assembly.finish(node, at: place, view)
  }
}

/// Operators that change the extents and not the order of the elements.
enum ReshapeReader: OperatorReader {
  static let operators = ["Reshape", "Flatten", "Squeeze", "Unsqueeze"]

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    let extents = try assembly.activation(0, of: node).view.extents
    try assembly.reshape(node, to: try wantedExtents(of: node, extents, assembly))
  }

  private static func wantedExtents(
    of node: ONNXNode, _ extents: [Int], _ assembly: NetworkAssembly
  ) throws(Refusal) -> [Int] {
    var named = try assembly.constant(1, of: node)?.integers
    if named == nil { named = try node.integers(node.kind == "Reshape" ? "shape" : "axes") }
    switch node.kind {
    case "Flatten":
      let axis = try node.integer("axis", default: 1)
      let place = axis < 0 ? axis.addingClamped(extents.count) : axis
      guard place >= 0, place <= extents.count else { throw Refusal("names axis \(axis)") }
      return [extents[..<place].reduce(1, *), extents[place...].reduce(1, *)]
    case "Squeeze": return try Axes.squeezed(extents, named)
    case "Unsqueeze": return try Axes.unsqueezed(extents, named ?? [])
    default:
      guard let wanted = named else { throw Refusal("has no shape") }
      let keepsZeros = try node.integer("allowzero", default: 0) != 0
      return try Axes.reshaped(extents, to: wanted, keepsZeros: keepsZeros)
    }
  }
}

/// The operator that changes the order of the axes.
enum TransposeReader: OperatorReader {
  static let operators = ["Transpose"]

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    let (place, view) = try assembly.activation(0, of: node)
    let order = try Axes.order(try node.integers("perm"), rank: view.axes.count)
    assembly.finish(node, at: place, view.transposed(order))
  }
}
