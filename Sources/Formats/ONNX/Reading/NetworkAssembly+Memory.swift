import Networks
import Tensors

extension NetworkAssembly {
  /// Gives the first input of a node other extents; memory is rearranged only where it must be.
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - extents: Extents of the same product.
  /// - Throws: ``Refusal`` if they would mix the samples of a batch.
  mutating func reshape(_ node: ONNXNode, to extents: [Int]) throws(Refusal) {
    let (place, view) = try activation(0, of: node)
    if let reshaped = view.reshaped(extents) {
      finish(node, at: place, reshaped)
      return
    }
    let natural = Array(1..<max(view.axes.count, 1))
    let (target, arrangement) = try rearranged(place, view, natural, for: node)
    guard let reshaped = arrangement.view.reshaped(extents) else {
      throw Refusal("cuts through the samples of a batch")
    }
    finish(node, at: target, reshaped)
  }

  /// Takes some places of the first input of a node along an axis, several times.
  ///
  /// What lies behind the axis in memory is taken with it, unless that is long: then the axis is
  /// put innermost.
  ///
  /// - Parameters:
  ///   - choices: The places, each a list of its own.
  ///   - axis: The axis.
  ///   - node: The node.
  /// - Returns: For each list the node of the network and the view, with the axes of the input.
  /// - Throws: ``Refusal`` if the axis is that of the batch.
  mutating func choose(
    _ choices: [[Int]], along axis: Int, of node: ONNXNode
  ) throws(Refusal) -> [(node: Int, view: AxisView)] {
    let (place, given) = try activation(0, of: node)
    guard let batchAxis = given.batchAxis, axis != batchAxis,
      choices.allSatisfy({ !$0.isEmpty })
    else { throw Refusal("chooses among the samples of a batch") }
    // With the batch first, and back.
    let front = [batchAxis] + given.axes.indices.filter { $0 != batchAxis }
    let back = given.axes.indices.map { front.firstIndex(of: $0) ?? 0 }
    let view = given.transposed(front)
    let target = back[axis]
    func block(_ order: [Int]) -> Int {
      order.drop { $0 != target }.dropFirst().reduce(1) { $0 * view.extents[$1] }
    }
    var order = view.memoryOrder()
    if block(order) * view.extents[target] > Self.rowLimit {
      order = view.memoryOrder(innermost: target)
    }
    var (source, arrangement) = try rearranged(place, view, order, for: node)
    if let name = node.input(0), source != place {
      self[name] = .activation(node: source, view: arrangement.view.transposed(back))
    }
    let width = block(order)
    if width > 1 {
      let behind = order.drop { $0 != target }.count
      let row = [view.extents[target] * width]
      source = try append(
        Reshape(to: Shape(arrangement.sampleExtents.dropLast(behind) + row)), to: [source],
        for: node, suffix: ".rows")
    }
    var chosen: [(node: Int, view: AxisView)] = []
    for indices in choices {
      let isAll = indices.elementsEqual(0..<view.extents[target])
      try reserve(indices.count * width)
      let columns = indices.flatMap { $0 * width..<($0 + 1) * width }
      let result =
        isAll ? source : try append(GatherColumns(indices: columns), to: [source], for: node)
      chosen.append((result, arrangement.with(indices.count, at: target).view.transposed(back)))
    }
    return chosen
  }

  /// The longest row of which parts are taken as they lie.
  private static let rowLimit = 4096

  /// Puts a view into memory, one dimension for each axis.
  ///
  /// - Parameters:
  ///   - place: The node of the network.
  ///   - view: How its memory is to be read.
  ///   - order: The axes behind the first in the order that is wanted.
  ///   - node: The node of the graph that needs it.
  /// - Returns: A node of the network, and how its memory is arranged.
  /// - Throws: ``Refusal`` if the batch is not the outermost.
  mutating func rearranged(
    _ place: Int, _ view: AxisView, _ order: [Int], for node: ONNXNode
  ) throws(Refusal) -> (node: Int, arrangement: Arrangement) {
    guard view.batchIsFirst else { throw Refusal("mixes the batch with another axis") }
    let factors = view.factors(order)
    let places = factors.compactMap(\.place)
    guard places.count == factors.count else {
      throw Refusal("mixes the batch with another axis")
    }
    let arrangement = Arrangement(
      extents: view.extents, order: order, lead: view.lead, batch: batch)
    let wanted = Shape(arrangement.sampleExtents)
    var result = place
    if zip(places, places.dropFirst()).contains(where: >) {
      result = try permuted(result, factors, for: node)
    }
    if network.nodes[result].outputShape != wanted {
      result = try append(Reshape(to: wanted), to: [result], for: node, suffix: ".shape")
    }
    return (result, arrangement)
  }

  /// Puts factors into another order in memory.
  private mutating func permuted(
    _ place: Int, _ factors: [AxisView.Factor], for node: ONNXNode
  ) throws(Refusal) -> Int {
    let image = network.nodes[place].outputShape
    let places = factors.compactMap(\.place)
    // Channels outermost, then rows and columns, be they one factor or two: PyTorch's flattening.
    let rest = places.dropFirst()
    if image.rank == 3, let first = factors.first, first.extent == image[2],
      rest.allSatisfy({ $0 < places[0] }), !zip(rest, rest.dropFirst()).contains(where: >)
    {
      return try append(Flatten(), to: [place], for: node, suffix: ".flatten")
    }
    let inMemory = factors.indices.sorted { places[$0] < places[$1] }
    let extents = Shape(inMemory.map { factors[$0].extent })
    var result = place
    if image != extents {
      result = try append(Reshape(to: extents), to: [result], for: node, suffix: ".factors")
    }
    let axes = factors.indices.map { factor in
      inMemory.firstIndex(of: factor) ?? 0
    }
    return try append(Permute(axes: axes), to: [result], for: node, suffix: ".order")
  }
}
