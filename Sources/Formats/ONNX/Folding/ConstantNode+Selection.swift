extension ConstantNode {
  func gather(_ budget: inout Int) throws(Refusal) -> ONNXTensor {
    let (source, places) = (try tensor(0), try tensor(1))
    guard let indices = places.integers else { throw Refusal("has no integers as indices") }
    let axis = try Axes.axis(try node.integer("axis", default: 0), rank: source.extents.count)
    let extent = source.extents[axis]
    let outer = source.extents[..<axis].reduce(1, *)
    let inner = source.extents[(axis + 1)...].reduce(1, *)
    var taken: [Int] = []
    taken.reserveCapacity(indices.count)
    for index in indices {
      let place = index < 0 ? index.addingClamped(extent) : index
      guard place >= 0, place < extent else { throw Refusal("takes place \(index) of \(extent)") }
      taken.append(place)
    }
    let extents = source.extents[..<axis] + places.extents + source.extents[(axis + 1)...]
    guard let count = elementCount(extents, limit: ONNXTensor.countLimit) else {
      throw Refusal("makes a tensor of impossible extents")
    }
    try Self.spend(count, &budget)
    func gathered<Element>(_ values: [Element]) -> [Element] {
      var result: [Element] = []
      result.reserveCapacity(count)
      guard count > 0 else { return result }
      for block in 0..<outer {
        for place in taken {
          let start = (block * extent + place) * inner
          result += values[start..<start + inner]
        }
      }
      return result
    }
    return ONNXTensor(Array(extents), source.elements.mapped(gathered, gathered, gathered))
  }

  func concatenation(_ budget: inout Int) throws(Refusal) -> ONNXTensor {
    var parts: [ONNXTensor] = []
    for position in inputs.indices { parts.append(try tensor(position)) }
    guard let first = parts.first else { throw Refusal("has no inputs") }
    let axis = try Axes.axis(try node.integer("axis", default: 0), rank: first.extents.count)
    func others(_ part: ONNXTensor) -> [Int] {
      var extents = part.extents
      if extents.indices.contains(axis) { extents.remove(at: axis) }
      return extents
    }
    guard
      parts.allSatisfy({
        $0.extents.count == first.extents.count && others($0) == others(first)
      })
    else { throw Refusal("joins tensors that do not fit") }
    var count = 0
    for part in parts { count = count.addingClamped(part.count) }
    try Self.spend(count, &budget)
    var extents = first.extents
    extents[axis] = parts.reduce(0) { $0.addingClamped($1.extents[axis]) }
    guard elementCount(extents, limit: Axes.countLimit) == count else {
      throw Refusal("makes a tensor of impossible extents")
    }
    // Of nothing there may be any number of blocks.
    let outer = count == 0 ? 0 : extents[..<axis].reduce(1, *)
    func joined<Element>(_ sources: [[Element]]) -> [Element] {
      var result: [Element] = []
      result.reserveCapacity(count)
      for block in 0..<outer {
        for source in sources {
          let width = source.count / outer
          result += source[block * width..<(block + 1) * width]
        }
      }
      return result
    }
    let integers = parts.compactMap(\.integers)
    if integers.count == parts.count { return ONNXTensor(extents, .integers(joined(integers))) }
    let floats = parts.compactMap(\.floats)
    guard floats.count == parts.count else { throw Refusal("joins texts") }
    return ONNXTensor(extents, .floats(joined(floats)))
  }

  func sliced(_ budget: inout Int) throws(Refusal) -> ONNXTensor {
    let source = try tensor(0)
    guard let starts = try integers(1, or: "starts"), let ends = try integers(2, or: "ends"),
      starts.count == ends.count
    else { throw Refusal("has no bounds") }
    let rank = source.extents.count
    let named = try integers(3, or: "axes") ?? Array(0..<min(starts.count, rank))
    let axes = try Axes.axes(named, rank: rank)
    let steps = try integers(4) ?? axes.map { _ in 1 }
    guard axes.count == starts.count, steps.count == starts.count else {
      throw Refusal("has bounds for \(starts.count) axes, but names \(axes.count)")
    }
    var strides = ONNXTensor.strides(source.extents)
    var extents = source.extents
    var offset = 0
    for (position, axis) in axes.enumerated() {
      guard
        let span = Axes.span(
          from: starts[position], to: ends[position], by: steps[position],
          of: source.extents[axis])
      else { throw Refusal("has a step of \(steps[position])") }
      offset += span.start * strides[axis]
      extents[axis] = span.count
      strides[axis] *= span.count > 1 ? steps[position] : 1
    }
    try Self.spend(extents.reduce(1, *), &budget)
    return source.strided(extents, strides: strides, start: offset)
  }

  func scattered(_ budget: inout Int) throws(Refusal) -> ONNXTensor {
    let (target, updates) = (try tensor(0), try tensor(2))
    let reduction = try node.text("reduction", default: "none")
    guard let places = try integers(1), let depth = try tensor(1).extents.last, depth > 0,
      depth <= target.extents.count, reduction == "none"
    else { throw Refusal("does not put values at places") }
    let strides = ONNXTensor.strides(target.extents)
    let width = target.extents.dropFirst(depth).reduce(1, *)
    guard updates.count == places.count / depth * width else {
      throw Refusal("puts \(updates.count) values at \(places.count / depth) places")
    }
    try Self.spend(target.count + updates.count, &budget)
    var starts: [Int] = []
    for first in stride(from: 0, to: places.count, by: depth) {
      var start = 0
      for axis in 0..<depth {
        let (given, extent) = (places[first + axis], target.extents[axis])
        let place = given < 0 ? given.addingClamped(extent) : given
        guard (0..<extent).contains(place) else {
          throw Refusal("takes a place outside of 0..<\(extent)")
        }
        start += place * strides[axis]
      }
      starts.append(start)
    }
    func put<Element>(_ values: [Element], into target: [Element]) -> [Element] {
      var result = target
      for (index, start) in starts.enumerated() {
        for offset in 0..<width { result[start + offset] = values[index * width + offset] }
      }
      return result
    }
    if let old = target.integers, let new = updates.integers {
      return ONNXTensor(target.extents, .integers(put(new, into: old)))
    }
    guard let old = target.floats, let new = updates.floats else { throw Refusal("puts texts") }
    return ONNXTensor(target.extents, .floats(put(new, into: old)))
  }

  func choice(_ budget: inout Int) throws(Refusal) -> ONNXTensor {
    let parts = [try tensor(0), try tensor(1), try tensor(2)]
    var extents: [Int] = []
    for part in parts { extents = try Axes.broadcast(extents, part.extents) }
    var wide: [ONNXTensor] = []
    for part in parts { wide.append(try Self.expanded(part, to: extents, &budget)) }
    guard let mask = wide[0].integers else { throw Refusal("chooses by something but truth") }
    if let yes = wide[1].integers, let no = wide[2].integers {
      return ONNXTensor(extents, .integers(mask.indices.map { mask[$0] != 0 ? yes[$0] : no[$0] }))
    }
    guard let yes = wide[1].floats, let no = wide[2].floats else {
      throw Refusal("chooses between texts")
    }
    return ONNXTensor(extents, .floats(mask.indices.map { mask[$0] != 0 ? yes[$0] : no[$0] }))
  }
}

extension ONNXTensor.Elements {
  /// The elements changed by the function for their type.
  fileprivate func mapped(
    _ floats: ([Float]) -> [Float], _ integers: ([Int]) -> [Int], _ texts: ([String]) -> [String]
  ) -> Self {
    switch self {
    case .floats(let values): .floats(floats(values))
    case .integers(let values): .integers(integers(values))
    case .texts(let values): .texts(texts(values))
    }
  }
}
