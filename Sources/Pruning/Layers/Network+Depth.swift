import Networks

extension Network {
  /// The number of layers on the longest path from the input to the output.
  ///
  /// It is what has to be computed one after another; linear layers, convolutions and attention count.
  public var depth: Int {
    var depths = [Int](repeating: 0, count: nodes.count)
    for (position, node) in nodes.enumerated() {
      let isLayer = isProduct(position) || node.operation is WindowAttention
      depths[position] = (node.inputs.map { depths[$0] }.max() ?? 0) + (isLayer ? 1 : 0)
    }
    return depths.last ?? 0
  }
}
