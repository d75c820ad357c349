/// A node whose inputs are constants, and the rules of the operators that rearrange them.
struct ConstantNode {
  let node: ONNXNode
  let inputs: [ONNXTensor?]

  /// An input.
  ///
  /// - Parameter position: Its position.
  /// - Returns: The tensor.
  /// - Throws: ``Refusal`` if it is left out.
  func tensor(_ position: Int) throws(Refusal) -> ONNXTensor {
    guard inputs.indices.contains(position), let tensor = inputs[position] else {
      throw Refusal("lacks input \(position)")
    }
    return tensor
  }

  /// An input of integers; nil if it is left out.
  ///
  /// - Parameter position: Its position.
  /// - Returns: The integers.
  /// - Throws: ``Refusal`` if it holds something else.
  func integers(_ position: Int) throws(Refusal) -> [Int]? {
    guard inputs.indices.contains(position), let tensor = inputs[position] else { return nil }
    guard let integers = tensor.integers else {
      throw Refusal("has no integers for input \(position)")
    }
    return integers
  }

  /// Integers that are an attribute in old versions and an input in new ones.
  func integers(_ position: Int, or attribute: String) throws(Refusal) -> [Int]? {
    if let integers = try integers(position) { return integers }
    return try node.integers(attribute)
  }

  func constant() throws(Refusal) -> ONNXTensor {
    switch node.attributes.count == 1 ? node.attributes.first?.value : nil {
    case .tensor(let tensor): tensor
    case .float(let value): ONNXTensor([], .floats([value]))
    case .integer(let value): ONNXTensor([], .integers([value]))
    case .text(let value): ONNXTensor([], .texts([value]))
    case .floats(let values): ONNXTensor([values.count], .floats(values))
    case .integers(let values): ONNXTensor(values)
    case .texts(let values): ONNXTensor([values.count], .texts(values))
    default: throw Refusal("has no dense value")
    }
  }

  func cast() throws(Refusal) -> ONNXTensor {
    let tensor = try tensor(0)
    let number = try node.integer("to", default: 0)
    guard let type = Int32(exactly: number).flatMap(ONNXTensor.ElementType.init(rawValue:)) else {
      throw Refusal("names the unknown type \(number)")
    }
    switch tensor.elements {
    case .floats(let values) where !type.isFloat && type != .text:
      let integers = values.map { value in
        if type == .bool { return value == 0 ? 0 : 1 }
        return Int(exactly: value.rounded(.towardZero)) ?? 0
      }
      return ONNXTensor(tensor.extents, .integers(integers))
    case .integers(let values) where type == .bool:
      return ONNXTensor(tensor.extents, .integers(values.map { $0 == 0 ? 0 : 1 }))
    case .integers(let values) where type.isFloat:
      return ONNXTensor(tensor.extents, .floats(values.map { Float($0) }))
    case .texts where type != .text: throw Refusal("makes numbers of texts")
    default: return tensor
    }
  }

  func shape() throws(Refusal) -> ONNXTensor {
    ONNXTensor(try Self.part(of: tensor(0).extents, node))
  }

  /// The part of a shape that a node asks for.
  ///
  /// - Parameters:
  ///   - extents: The shape.
  ///   - node: A node of the kind `Shape`.
  /// - Returns: The part.
  /// - Throws: ``Refusal`` if the node contradicts itself.
  static func part(of extents: [Int], _ node: ONNXNode) throws(Refusal) -> [Int] {
    func place(_ name: String, default: Int) throws(Refusal) -> Int {
      let value = try node.integer(name, default: `default`)
      return min(max(value < 0 ? value.addingClamped(extents.count) : value, 0), extents.count)
    }
    let start = try place("start", default: 0)
    let end = try place("end", default: extents.count)
    return start < end ? Array(extents[start..<end]) : []
  }

  func unsqueezed() throws(Refusal) -> ONNXTensor {
    let tensor = try tensor(0)
    let axes = try integers(1, or: "axes") ?? []
    return tensor.reshaped(try Axes.unsqueezed(tensor.extents, axes))
  }

  func squeezed() throws(Refusal) -> ONNXTensor {
    let tensor = try tensor(0)
    return tensor.reshaped(try Axes.squeezed(tensor.extents, try integers(1, or: "axes")))
  }

  func reshaped() throws(Refusal) -> ONNXTensor {
    let tensor = try tensor(0)
    guard let wanted = try integers(1, or: "shape") else { throw Refusal("has no shape") }
    let keepsZeros = try node.integer("allowzero", default: 0) != 0
    return tensor.reshaped(try Axes.reshaped(tensor.extents, to: wanted, keepsZeros: keepsZeros))
  }

  func transposed(_ budget: inout Int) throws(Refusal) -> ONNXTensor {
    let tensor = try tensor(0)
    let rank = tensor.extents.count
    let order = try Axes.order(try node.integers("perm"), rank: rank)
    try Self.spend(tensor.count, &budget)
    return tensor.transposed(order)
  }

  func expanded(_ budget: inout Int) throws(Refusal) -> ONNXTensor {
    let tensor = try tensor(0)
    let extents = try Axes.broadcast(tensor.extents, try integers(1) ?? [])
    return try Self.expanded(tensor, to: extents, &budget)
  }

  /// A tensor repeated along its axes of extent 1.
  static func expanded(
    _ tensor: ONNXTensor, to extents: [Int], _ budget: inout Int
  ) throws(Refusal) -> ONNXTensor {
    if tensor.extents == extents { return tensor }
    guard let count = elementCount(extents, limit: ONNXTensor.countLimit) else {
      throw Refusal("makes a tensor of impossible extents \(extents)")
    }
    try spend(count, &budget)
    let missing = extents.count - tensor.extents.count
    var strides = [Int](repeating: 0, count: extents.count)
    for (axis, stride) in ONNXTensor.strides(tensor.extents).enumerated()
    where tensor.extents[axis] > 1 {
      strides[axis + missing] = stride
    }
    return tensor.strided(extents, strides: strides)
  }

  func repeated(_ budget: inout Int) throws(Refusal) -> ONNXTensor {
    let extents = try integers(0) ?? []
    guard let count = elementCount(extents, limit: ONNXTensor.countLimit) else {
      throw Refusal("makes a tensor of impossible extents \(extents)")
    }
    try Self.spend(count, &budget)
    guard case .tensor(let value) = node.attributes["value"] else {
      return ONNXTensor(extents, .floats([Float](repeating: 0, count: count)))
    }
    guard value.count == 1 else { throw Refusal("repeats \(value.count) values") }
    return value.strided(extents, strides: extents.map { _ in 0 })
  }

  func range(_ budget: inout Int) throws(Refusal) -> ONNXTensor {
    guard let start = try integers(0)?.first, let end = try integers(1)?.first,
      let step = try integers(2)?.first, step != 0,
      [start, end, step].allSatisfy({ $0.magnitude <= 1 << 40 })
    else { throw Refusal("has no range of integers") }
    let limit = budget
    let values = Array(stride(from: start, to: end, by: step).lazy.prefix(max(limit, 0) + 1))
    try Self.spend(values.count, &budget)
    return ONNXTensor(values)
  }

  func product() throws(Refusal) -> ONNXTensor {
    guard let values = try integers(0), try integers(1, or: "axes") ?? [0] == [0],
      let count = elementCount(values, limit: .max)
    else { throw Refusal("does not multiply the extents of a shape") }
    let keeps = try node.integer("keepdims", default: 1) != 0
    return ONNXTensor(keeps ? [1] : [], .integers([count]))
  }

  /// Takes elements from the budget.
  static func spend(_ count: Int, _ budget: inout Int) throws(Refusal) {
    guard count <= budget else { throw Refusal("makes a constant of \(count) elements") }
    budget -= count
  }
}

extension Int {
  /// The sum, or the nearest number there is.
  func addingClamped(_ other: Int) -> Int {
    let (sum, overflows) = addingReportingOverflow(other)
    return overflows ? (other > 0 ? .max : .min) : sum
  }
}
