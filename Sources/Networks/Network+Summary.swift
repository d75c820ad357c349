import Tensors

extension Network: CustomStringConvertible {
  /// The number of trained values.
  public var parameterCount: Int {
    nodes.reduce(0) { $0 + $1.parameterCount }
  }

  /// The multiplications (each with its addition) that one sample costs in a forward pass.
  public var multiplyAdds: Int {
    nodes.reduce(0) { $0 + multiplyAdds(of: $1) }
  }

  /// The multiplications (each with its addition) that one sample costs in a node.
  ///
  /// - Parameter node: A node of this network.
  /// - Returns: The number.
  public func multiplyAdds(of node: Node) -> Int {
    node.operation.multiplyAdds(of: node.inputs.map { nodes[$0].outputShape })
  }

  /// A table with a line per node: name, inputs, output shape, parameters, multiply-adds.
  public var description: String {
    let header = ["node", "inputs", "output", "parameters", "multiply-adds"]
    let lines = nodes.map { node in
      [
        node.name, node.inputs.map { nodes[$0].name }.joined(separator: ", "),
        node.outputShape.description, String(node.parameterCount), String(multiplyAdds(of: node)),
      ]
    }
    let total = ["total", "", "", String(parameterCount), String(multiplyAdds)]
    return Self.table([header] + lines + [total])
  }

  /// Lines of padded cells; the first columns are text, the others numbers.
  package static func table(_ rows: [[String]], textColumns: Int = 3) -> String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return column < textColumns ? row[column] + padding : padding + row[column]
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}

extension Network.Node {
  /// The number of trained values.
  public var parameterCount: Int {
    declarations.reduce(0) { $0 + ($1.isTrained ? $1.shape.elementCount : 0) }
  }
}
