import Networks
import Tensors

/// Some columns in an order of their own.
enum GatherColumnsForm: OperatorForm {
  static let operators = ["Gather", "Slice", arrayFeatures]
  /// How scikit-learn's pipelines choose columns.
  private static let arrayFeatures = "ai.onnx.ml.ArrayFeatureExtractor"

  static func write(_ operation: GatherColumns, at position: Int, to writer: inout GraphWriter) {
    let (x, layout) = writer.input(0, of: position)
    let name = "\(writer.network.nodes[position].name)/columns"
    let indices = writer.constant(name, ONNXTensor(operation.indices))
    let axis = layout == .channelsFirst ? 1 : writer.network.nodes[position].outputShape.rank
    writer.finish("Gather", [x, indices], at: position, layout, ["axis": .integer(axis)])
  }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    let extents = try assembly.activation(0, of: node).view.extents
    let isSlice = node.kind == "Slice"
    let choice =
      isSlice ? try sliced(node, extents, assembly) : try gathered(node, extents, assembly)
    if choice.indices.isEmpty, choice.axis != 0 {
      // A rotation by nothing, in files of PyTorch: joined to the rest it goes away.
      var none = extents
      none[choice.axis] = 0
      assembly[node.output] = .constant(ONNXTensor(none, .floats([])))
      return
    }
    let (place, view) = try assembly.choose([choice.indices], along: choice.axis, of: node)[0]
    let dropsAxis = !isSlice && choice.isScalar
    let kept = extents.indices.filter { !dropsAxis || $0 != choice.axis }
    assembly.finish(node, at: place, view.transposed(Array(kept)))
  }

  private typealias Choice = (axis: Int, indices: [Int], isScalar: Bool)

  private static func gathered(
    _ node: ONNXNode, _ extents: [Int], _ assembly: NetworkAssembly
  ) throws(Refusal) -> Choice {
    let isLast = node.kind == arrayFeatures
    let named = isLast ? -1 : try node.integer("axis", default: 0)
    let axis = try Axes.axis(named, rank: extents.count)
    guard let constant = try assembly.constant(1, of: node), let given = constant.integers,
      constant.extents.count <= 1 || isLast
    else { throw Refusal("has no list of constant indices") }
    let indices = given.map { $0 < 0 ? $0.addingClamped(extents[axis]) : $0 }
    guard indices.allSatisfy({ (0..<extents[axis]).contains($0) }) else {
      throw Refusal("takes a place outside of 0..<\(extents[axis])")
    }
    return (axis, indices, constant.extents.isEmpty && !isLast)
  }

  private static func sliced(
    _ node: ONNXNode, _ extents: [Int], _ assembly: NetworkAssembly
  ) throws(Refusal) -> Choice {
    func numbers(_ position: Int, _ name: String) throws(Refusal) -> [Int]? {
      if let constant = try assembly.constant(position, of: node) { return constant.integers }
      return try node.integers(name)
    }
    guard let starts = try numbers(1, "starts"), let ends = try numbers(2, "ends"),
      starts.count == 1, ends.count == 1
    else { throw Refusal("cuts along several axes") }
    let axes = try Axes.axes(try numbers(3, "axes") ?? [0], rank: extents.count)
    let steps = try numbers(4, "steps") ?? [1]
    guard axes.count == 1, steps.count == 1,
      let span = Axes.span(from: starts[0], to: ends[0], by: steps[0], of: extents[axes[0]])
    else { throw Refusal("cuts along several axes") }
    guard span.count <= 1 << 24 else { throw Refusal("takes \(span.count) columns") }
    return (axes[0], (0..<span.count).map { span.start + $0 * steps[0] }, false)
  }
}

/// Neighbouring columns as several outputs.
enum SplitReader: OperatorReader {
  static let operators = ["Split"]

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    let extents = try assembly.activation(0, of: node).view.extents
    let axis = try Axes.axis(try node.integer("axis", default: 0), rank: extents.count)
    var widths = try assembly.constant(1, of: node)?.integers
    if widths == nil { widths = try node.integers("split") }
    let count = node.outputs.count
    let share = (extents[axis] + count - 1) / max(count, 1)
    let parts = widths ?? (0..<count).map { min(share, extents[axis] - $0 * share) }
    guard parts.count == count, parts.allSatisfy({ (1...extents[axis]).contains($0) }),
      parts.reduce(0, +) == extents[axis]
    else { throw Refusal("divides \(extents[axis]) columns into parts of \(parts)") }
    guard extents[axis] <= 1 << 24 else { throw Refusal("divides \(extents[axis]) columns") }
    let ends = parts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    let choices = zip(ends, ends.dropFirst()).map { Array($0..<$1) }
    let chosen = try assembly.choose(choices, along: axis, of: node)
    for (name, (place, view)) in zip(node.outputs, chosen) {
      var part = node
      part.outputs = [name]
      assembly.finish(part, at: place, view)
    }
  }
}

/// Columns or channels side by side.
enum ConcatenateForm: OperatorForm {
  static let operators = ["Concat"]

  static func write(_ operation: Concatenate, at position: Int, to writer: inout GraphWriter) {
    let (first, layout) = writer.input(0, of: position)
    let rest = (1..<operation.inputCount).map { writer.input($0, of: position, as: layout).name }
    let axis = layout == .channelsFirst ? 1 : writer.network.nodes[position].outputShape.rank
    writer.finish("Concat", [first] + rest, at: position, layout, ["axis": .integer(axis)])
  }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    let parts = node.inputs.indices.filter { !assembly.isEmpty($0, of: node) }
    let view = try assembly.activation(parts.first ?? 0, of: node).view
    let axis = try Axes.axis(try node.integer("axis", default: 1), rank: view.axes.count)
    guard axis > 0 else { throw Refusal("joins along the batch") }
    let order = view.memoryOrder(innermost: axis)
    var (places, width): ([Int], Int) = ([], 0)
    var arrangement = Arrangement(
      extents: view.extents, order: order, lead: view.lead, batch: assembly.batch)
    for position in parts {
      guard try assembly.activation(position, of: node).view.axes.count == view.axes.count else {
        throw Refusal("joins tensors of different ranks")
      }
      let (place, part) = try assembly.arranged(position, of: node, order: order)
      guard part.lead == arrangement.lead,
        part.with(0, at: axis).extents == arrangement.with(0, at: axis).extents
      else { throw Refusal("joins tensors that do not fit: \(assembly.described(node))") }
      places.append(place)
      width += part.extents[axis]
    }
    arrangement.extents[axis] = width
    guard places.count > 1 else {
      assembly.finish(node, at: places[0], arrangement.view)
      return
    }
    let result = try assembly.append(Concatenate(inputCount: places.count), to: places, for: node)
    assembly.finish(node, at: result, arrangement.view)
  }
}
