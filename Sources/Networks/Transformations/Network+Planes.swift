import Tensors

extension Network {
  /// The images that a network made by ``readingPlanes()`` is for, or one like it; nil for one that
  /// reads other rows.
  public var planes: (height: Int, width: Int, channels: Int)? {
    guard nodes.count > 2, let planes = nodes[1].operation as? Reshape, nodes[1].inputs == [0],
      let image = nodes[2].operation as? Permute, nodes[2].inputs == [1], image.axes == [1, 2, 0],
      inputShape.rank == 1, planes.shape.rank == 3
    else { return nil }
    return (planes.shape[1], planes.shape[2], planes.shape[0])
  }

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
