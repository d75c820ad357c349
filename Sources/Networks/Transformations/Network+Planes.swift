import Tensors

extension Network {
  /// The same network for images whose channels lie one after another in one row, as the columns
  /// of a table of images do.
  ///
  /// - Returns: A network for rows of [channels x height x width] numbers; this one if its input is
  ///   no image.
  public func readingPlanes() -> Network {
    let image = inputShape
    guard image.rank == 3 else { return self }
    var network = Network(input: [image.elementCount])
    do {
      try network.append(Reshape(to: [image[2], image[0], image[1]]), named: "planes")
      try network.append(Permute(axes: [1, 2, 0]), named: "image")
      for node in nodes.dropFirst() {
        try network.append(
          node.operation, to: node.inputs.map { $0 + 2 }, named: node.name,
          parameters: node.parameters)
      }
    } catch {
      fatalError("readingPlanes: \(error)")  // what met before meets again
    }
    return network
  }
}
