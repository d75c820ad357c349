/// What PyTorch's newer exporter writes where a tensor is given the strides that it has.
enum StridedPattern {
  /// All elements in one row, and each taken from where it is: another shape, nothing else.
  ///
  ///     y = Gather(Reshape(x, [-1]), 0 1 2 ...)
  ///     y = Gather(Reshape(x, [-1]), Range(0, batch, 1) stride + (0 1 2 ... stride - 1))
  ///
  /// - Parameters:
  ///   - node: The choice.
  ///   - search: The graph.
  /// - Returns: A node with the same outputs; nil if it is something else.
  static func reshape(_ node: ONNXNode, in search: PatternSearch) -> ONNXNode? {
    guard node.kind == "Gather", [nil, .integer(0)].contains(node.attributes["axis"]),
      let index = node.input(1),
      let row = node.input(0).flatMap({ search.maker(of: $0, "Reshape") }),
      row.input(1).flatMap({ search.graph.constants[$0]?.integers }) == [-1],
      let extents = extents(of: index, in: search)
    else { return nil }
    return ONNXNode(
      name: node.name, kind: "Reshape", inputs: [row.inputs[0]], outputs: node.outputs,
      attributes: ["shape": .integers(extents)])
  }

  /// The shape of places that lie one after the other, -1 for the batch; nil for other places.
  private static func extents(of index: String, in search: PatternSearch) -> [Int]? {
    if let places = search.graph.constants[index] {
      return isCount(places) ? places.extents : nil
    }
    var (value, offsets): (String, ONNXTensor?) = (index, nil)
    while let sum = search.maker(of: value, "Add") {
      guard
        let (rest, constant) = search.pairs(sum).first(where: {
          search.graph.constants[$0.1]?.integers != nil
        }), let term = search.graph.constants[constant]
      else { return nil }
      if term.integers?.allSatisfy({ $0 == 0 }) != true || term.count > 1 {
        guard offsets == nil else { return nil }
        offsets = term
      }
      value = rest
    }
    guard let offsets, isCount(offsets), offsets.extents.first == 1,
      let starts = search.maker(of: value, "Unsqueeze"),
      starts.input(1).flatMap({ search.graph.constants[$0]?.integers })
        == Array(1..<offsets.extents.count),
      let product = search.maker(of: starts.inputs[0], "Mul")
    else { return nil }
    for (range, stride) in search.pairs(product)
    where search.graph.constants[stride]?.integers == [offsets.count] {
      guard let range = search.maker(of: range, "Range"), range.inputs.count == 3,
        search.scalar(range.inputs[0]) == 0, search.scalar(range.inputs[2]) == 1,
        isBatch(range.inputs[1], in: search)
      else { continue }
      return [-1] + offsets.extents.dropFirst()
    }
    return nil
  }

  private static func isCount(_ places: ONNXTensor) -> Bool {
    places.integers?.elementsEqual(0..<places.count) == true
  }

  /// Whether a value is the number of samples: the first extent of the graph's input.
  private static func isBatch(_ value: String, in search: PatternSearch) -> Bool {
    guard let shape = search.maker(of: value, "Squeeze").flatMap({ search.maker(of: $0.inputs[0]) })
    else { return false }
    return shape.kind == "Shape" && shape.inputs.first == search.graph.inputs.first?.name
      && [nil, .integer(0)].contains(shape.attributes["start"])
      && shape.attributes["end"] == .integer(1)
  }
}
