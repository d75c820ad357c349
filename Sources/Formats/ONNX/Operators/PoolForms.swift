import Networks
import Tensors

/// The largest value of each window.
enum MaxPoolForm: OperatorForm {
  static let operators = ["MaxPool", "GlobalMaxPool", "ReduceMax"]

  static func write(_ operation: MaxPool, at position: Int, to writer: inout GraphWriter) {
    let (x, _) = writer.input(0, of: position, as: .channelsFirst)
    writer.finish(
      "MaxPool", [x], at: position, .channelsFirst,
      [
        "kernel_shape": .integers(operation.kernel.inFile),
        "strides": .integers(operation.stride.inFile),
        "pads": .integers(operation.padding.inFile),
      ])
  }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    let (place, arrangement) = try assembly.image(0, of: node)
    let image = arrangement.extents
    if node.kind == "ReduceMax" {
      guard Set(try assembly.reducedAxes(of: node, rank: 4)) == [2, 3] else {
        throw Refusal("takes the maximum of other axes than an image's height and width")
      }
      let pool = MaxPool(Extent(image[2], image[3]))
      let result = try assembly.append(pool, to: [place], for: node)
      let keeps = try node.integer("keepdims", default: 1) != 0
      let view = assembly.image(at: result, like: arrangement).view
      assembly.finish(node, at: result, view.transposed(keeps ? [0, 1, 2, 3] : [0, 1]))
      return
    }
    let isGlobal = node.kind == "GlobalMaxPool"
    let window = try WindowAttributes(node, kernel: isGlobal ? [image[2], image[3]] : nil)
    guard window.dilation == 1, node.outputs.dropFirst().allSatisfy(\.isEmpty) else {
      throw Refusal("has a dilated window, or tells the places of the maxima")
    }
    let pool = MaxPool(
      window.kernel, stride: window.stride, padding: try window.padding(of: arrangement))
    let result = try assembly.append(pool, to: [place], for: node)
    assembly.finish(node, at: result, assembly.image(at: result, like: arrangement).view)
  }
}

/// The mean of each window.
enum AveragePoolForm: OperatorForm {
  static let operators = ["AveragePool"]

  static func write(_ operation: AveragePool, at position: Int, to writer: inout GraphWriter) {
    let (x, _) = writer.input(0, of: position, as: .channelsFirst)
    writer.finish(
      "AveragePool", [x], at: position, .channelsFirst,
      [
        "kernel_shape": .integers(operation.kernel.inFile),
        "strides": .integers(operation.stride.inFile),
        "pads": .integers(operation.padding.inFile),
        "count_include_pad": .integer(operation.countsPadding ? 1 : 0),
      ])
  }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    let (place, arrangement) = try assembly.image(0, of: node)
    let window = try WindowAttributes(node)
    let padding = try window.padding(of: arrangement)
    let counts = try node.integer("count_include_pad", default: 0) != 0
    let given = try node.integers("pads") ?? [0, 0, 0, 0]
    guard window.dilation == 1, !counts || !window.roundsUp || padding.inFile == given else {
      throw Refusal("has a dilated window, or counts padding that rounding up adds")
    }
    let pool = AveragePool(
      window.kernel, stride: window.stride, padding: padding, countsPadding: counts)
    let result = try assembly.append(pool, to: [place], for: node)
    assembly.finish(node, at: result, assembly.image(at: result, like: arrangement).view)
  }
}

/// The mean of each channel.
enum GlobalAveragePoolForm: OperatorForm {
  static let operators = ["GlobalAveragePool", "ReduceMean"]

  static func write(
    _ operation: GlobalAveragePool, at position: Int, to writer: inout GraphWriter
  ) {
    let (x, layout) = writer.input(0, of: position)
    if layout == .channelsFirst {
      let mean = writer.emit("GlobalAveragePool", [x], at: position)
      writer.finish("Flatten", [mean], at: position, .channelsLast, ["axis": .integer(1)])
    } else {
      writer.finish(
        "ReduceMean", [x], at: position, .channelsLast,
        ["axes": .integers([1, 2]), "keepdims": .integer(0)])
    }
  }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    if node.kind == "GlobalAveragePool" {
      let (place, arrangement) = try assembly.image(0, of: node)
      let result = try assembly.append(GlobalAveragePool(), to: [place], for: node)
      assembly.finish(node, at: result, arrangement.with(1, at: 2).with(1, at: 3).view)
      return
    }
    let rank = try assembly.activation(0, of: node).view.axes.count
    let axes = try assembly.reducedAxes(of: node, rank: rank)
    guard !axes.isEmpty, !axes.contains(0) else { throw Refusal("takes the mean over the batch") }
    // The axes of the mean as the rows of an image of one column.
    let rest = (1..<rank).filter { !axes.contains($0) }
    let rows = (1..<rank).filter { axes.contains($0) }
    let order = try assembly.activation(0, of: node).view.memoryOrder()
    let isImage = order.count == 3 && order.suffix(1) == rest[...]
    var (place, arrangement) = try assembly.arranged(
      0, of: node, order: isImage ? order : rows + rest)
    guard arrangement.lead == 1 else { throw Refusal("takes a mean inside of parts of samples") }
    if !isImage {
      let extents = arrangement.extents
      let image = Shape([
        rows.reduce(1) { $0 * extents[$1] }, 1, rest.reduce(1) { $0 * extents[$1] },
      ])
      place = try assembly.append(Reshape(to: image), to: [place], for: node, suffix: ".shape")
    }
    let result = try assembly.append(GlobalAveragePool(), to: [place], for: node)
    for axis in axes { arrangement.extents[axis] = 1 }
    arrangement.order = rows + rest
    let keeps = try node.integer("keepdims", default: 1) != 0
    let kept = (0..<rank).filter { keeps || !axes.contains($0) }
    assembly.finish(node, at: result, arrangement.view.transposed(kept))
  }
}

extension NetworkAssembly {
  /// The axes that a node takes together, which were an attribute once and are an input now.
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - rank: The number of axes of what it reads.
  /// - Returns: The axes; none where the node names none.
  /// - Throws: ``Refusal`` if there are no such axes, or they are computed.
  fileprivate func reducedAxes(of node: ONNXNode, rank: Int) throws(Refusal) -> [Int] {
    var named = try constant(1, of: node)?.integers
    if named == nil { named = try node.integers("axes") }
    return try Axes.axes(named ?? [], rank: rank)
  }
}
