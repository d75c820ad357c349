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
    return behind([
      ("planes", Reshape(to: [image[2], image[0], image[1]])), ("image", Permute(axes: [1, 2, 0])),
    ])
  }

  /// The network for images that ``readingPlanes()`` made this one of; this one if it is none.
  ///
  /// - Returns: A network whose input is [height, width, channels], or this one.
  public func readingImages() -> Network {
    let consumers = consumers
    guard let image = planes, consumers[0] == [1], consumers[1] == [2] else { return self }
    var network = Network(input: [image.height, image.width, image.channels])
    do {
      for node in nodes.dropFirst(3) {
        try network.append(
          node.operation, to: node.inputs.map { $0 - 2 }, named: node.name,
          parameters: node.parameters)
      }
    } catch {
      fatalError("readingImages: \(error)")  // what met before meets again
    }
    return network
  }

  /// The same network for rows of numbers, which is what tables have: images as
  /// ``readingPlanes()`` takes them, anything else in the order in which it lies.
  ///
  /// - Returns: A network for rows; this one if it is.
  public func readingRows() -> Network {
    switch inputShape.rank {
    case 1: self
    case 3: readingPlanes()
    default: behind([("rows", Reshape(to: inputShape))])
    }
  }

  /// The network behind others that lead from one row to its input.
  private func behind(_ steps: [(name: String, operation: any NetworkOperation)]) -> Network {
    let taken = Set(nodes.map(\.name))
    var network = Network(input: [inputShape.elementCount])
    do {
      for step in steps {
        var name = step.name
        while taken.contains(name) { name += "_" }
        try network.append(step.operation, named: name)
      }
      for node in nodes.dropFirst() {
        try network.append(
          node.operation, to: node.inputs.map { $0 + steps.count }, named: node.name,
          parameters: node.parameters)
      }
    } catch {
      fatalError("readingRows: \(error)")  // what met before meets again
    }
    return network
  }
}
