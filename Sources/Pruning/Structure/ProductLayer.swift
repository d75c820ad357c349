import Networks
import Tensors

/// A linear layer or convolution by itself: its operation, its weights and what it reads.
struct ProductLayer {
  let operation: any NetworkOperation
  let weights: ProductWeights
  let inputShape: Shape

  /// The layer at a position; nil if there is none that can be merged with others.
  init?(_ network: Network, _ position: Int) {
    let site = UnitSite(network, position)
    guard site.node.operation is Linear || site.node.operation is Convolution,
      let product = site.node.operation as? any UnitProduct
    else { return nil }
    operation = site.node.operation
    weights = product.weights(at: site)
    inputShape = site.inputShapes[0]
  }

  /// Creates a layer.
  init(_ operation: any NetworkOperation, _ weights: ProductWeights, reading inputShape: Shape) {
    (self.operation, self.weights, self.inputShape) = (operation, weights, inputShape)
  }

  /// The layer with other weights.
  func with(_ weights: ProductWeights, reading inputShape: Shape? = nil) -> ProductLayer {
    let product = operation as? any UnitProduct
    return ProductLayer(
      product?.product(of: weights) ?? operation, weights, reading: inputShape ?? self.inputShape)
  }

  /// Weight and bias.
  var parameters: [Tensor] {
    [weights.values] + (weights.bias.map { [Tensor([$0.count], $0)] } ?? [])
  }

  /// The multiply-adds of a sample.
  ///
  /// - Parameter density: Of a layer on plain rows the share of the weights below which only those
  ///   count that are not 0.
  /// - Returns: Their number.
  func cost(sparseBelow density: Double) -> Int {
    let all = operation.multiplyAdds(of: [inputShape])
    guard density > 0, inputShape.rank == 1 else { return all }
    let count = weights.values.elements.count { $0 != 0 }
    return Double(count) < density * Double(all) ? count : all
  }

  /// Whether the layer does with fewer multiply-adds, and without more weights, than others.
  func isCheaper(than others: [ProductLayer], sparseBelow density: Double) -> Bool {
    let before = others.reduce(0) { $0 + $1.cost(sparseBelow: density) }
    return cost(sparseBelow: density) < before
      && weights.values.count <= others.reduce(0) { $0 + $1.weights.values.count }
  }
}
