import Networks

/// An activation with linear parts, and the weights in front of it: a layer that can become linear.
///
/// Every call site counts: of ResNet-18 there are 17, of MobileNet-V2 35, of Swin-T 12 (the
/// activations of its perceptrons), of VGG-16 15.
public struct RectifierLayer: Hashable, Sendable {
  /// The position of the activation.
  public let node: Int
  /// Its name.
  public let name: String
  /// The position of the linear layer or convolution that feeds it, whose weights are pruned.
  ///
  /// Behind a sum it is that of the longer path, not of the one around it. Nil if another layer reads
  /// the same weights, or there are none.
  public let product: Int?
  /// Whether a path leads around these weights, so that the output still depends on the input where
  /// all of them are 0.
  public let isBypassed: Bool
}

extension Network {
  /// The activations with linear parts, in order.
  public var rectifierLayers: [RectifierLayer] {
    let depths = rectifierDepths
    var taken: Set<Int> = []
    return nodes.indices.compactMap { position in
      guard RectifierForm(nodes[position].operation) != nil else { return nil }
      var product = feedingProduct(of: position, depths)
      if let found = product, !taken.insert(found).inserted { product = nil }
      return RectifierLayer(
        node: position, name: nodes[position].name, product: product,
        isBypassed: product.map { !isCut(byEmptying: [$0]) } ?? false)
    }
  }

  /// The kinds of the activations without linear parts, each once.
  public var curvedActivationKinds: [String] {
    var kinds: [String] = []
    for node in nodes where node.operation.elementwise != nil || node.operation is Softmax {
      let kind = type(of: node.operation).kind
      if RectifierForm(node.operation) == nil && !kinds.contains(kind) { kinds.append(kind) }
    }
    return kinds
  }

  /// Whether the output no longer depends on the input when some products have no weights left.
  ///
  /// - Parameter products: The positions of the products.
  /// - Returns: Whether every path leads through one of them.
  public func isCut(byEmptying products: Set<Int>) -> Bool {
    var depends = [Bool](repeating: false, count: nodes.count)
    depends[0] = true
    for (position, node) in nodes.enumerated().dropFirst() {
      depends[position] =
        !products.contains(position) && node.inputs.contains { depends[$0] }
    }
    return !depends[nodes.count - 1]
  }

  /// Whether a node is a product whose weights can be pruned.
  func isProduct(_ position: Int) -> Bool {
    let operation = nodes[position].operation
    return operation is Linear || operation is Convolution || operation is SparseLinear
  }

  /// How many activations lie on the longest path to each node.
  private var rectifierDepths: [Int] {
    var depths = [Int](repeating: 0, count: nodes.count)
    for (position, node) in nodes.enumerated() {
      depths[position] =
        (node.inputs.map { depths[$0] }.max() ?? 0)
        + (RectifierForm(node.operation) != nil ? 1 : 0)
    }
    return depths
  }

  /// The product in front of a node; of several the deepest, and of these the last.
  private func feedingProduct(of position: Int, _ depths: [Int]) -> Int? {
    nodes[position].inputs.compactMap { input -> Int? in
      if isProduct(input) { return input }
      let operation = nodes[input].operation
      if RectifierForm(operation) != nil || operation is WindowAttention
        || operation is MatrixProduct
      {
        return nil
      }
      return feedingProduct(of: input, depths)
    }.max { (depths[$0], $0) < (depths[$1], $1) }
  }
}
