import Networks
import Tensors

/// An image cut into windows, which are shifted before.
enum WindowPartitionForm: OperatorForm {
  static func write(_ operation: WindowPartition, at position: Int, to writer: inout GraphWriter) {
    if let image = operation.image {
      writeTokens(operation, image, at: position, to: &writer)
      return
    }
    let node = writer.network.nodes[position]
    let image = writer.network.nodes[node.inputs[0]].outputShape
    let grid = WindowGrid(
      height: image[0], width: image[1], size: operation.size, shift: operation.shift)
    let (x, _) = writer.input(0, of: position, as: .channelsLast)
    var value = x
    let missing = Extent(grid.padded.height - image[0], grid.padded.width - image[1])
    if missing.height > 0 || missing.width > 0 {
      let pads = ONNXTensor([0, 0, 0, 0, 0, missing.height, missing.width, 0])
      value = writer.emit(
        "Pad", [value, writer.constant("\(node.name)/pads", pads)], at: position)
    }
    value = writer.rolled(value, axis: 1, by: grid.shift.height, at: position)
    value = writer.rolled(value, axis: 2, by: grid.shift.width, at: position)
    let size = operation.size
    let cut = [grid.rows, size, grid.columns, size, image[2]]
    value = writer.reshaped(value, cut, at: position)
    value = writer.transposed(value, [0, 1, 3, 2, 4, 5], at: position)
    let shape = writer.constant("\(node.name)/shape", ONNXTensor([-1] + node.outputShape.extents))
    writer.finish("Reshape", [value, shape], at: position, .channelsLast)
    writer.note(position, reading: x)
  }
}

extension WindowPartitionForm {
  /// Tokens are chosen one by one; the last stands for the padding.
  private static func writeTokens(
    _ operation: WindowPartition, _ image: Extent, at position: Int, to writer: inout GraphWriter
  ) {
    let node = writer.network.nodes[position]
    let size = operation.size
    let grid = WindowGrid(
      height: image.height, width: image.width, size: size, shift: operation.shift)
    let places = (0..<grid.rows * grid.columns).flatMap { window in
      (0..<size * size).map { token -> Int in
        let row = window / grid.columns * size + token / size + grid.shift.height
        let column = window % grid.columns * size + token % size + grid.shift.width
        let (y, x) = (row % grid.padded.height, column % grid.padded.width)
        return y < image.height && x < image.width
          ? y * image.width + x : image.height * image.width
      }
    }
    let (x, _) = writer.input(0, of: position, as: .channelsLast)
    let index = writer.constant("\(node.name)/places", ONNXTensor(places))
    let value = writer.emit("Gather", [x, index], at: position, ["axis": .integer(1)])
    let shape = writer.constant("\(node.name)/shape", ONNXTensor([-1] + node.outputShape.extents))
    writer.finish("Reshape", [value, shape], at: position, .channelsLast)
    writer.note(position, reading: x)
  }
}

/// An image as tokens, with a token of zeros behind them.
enum AppendZeroTokenForm: OperatorForm {
  static func write(_ operation: AppendZeroToken, at position: Int, to writer: inout GraphWriter) {
    let node = writer.network.nodes[position]
    let (x, _) = writer.input(0, of: position, as: .channelsLast)
    let tokens = writer.reshaped(
      x, [node.outputShape[0] - 1, node.outputShape[1]], at: position)
    let pads = writer.constant("\(node.name)/pads", ONNXTensor([0, 0, 0, 0, 1, 0]))
    writer.finish("Pad", [tokens, pads], at: position, .channelsLast)
    writer.note(position, reading: x)
  }
}

/// Windows put together again to an image.
enum WindowReverseForm: OperatorForm {
  static func write(_ operation: WindowReverse, at position: Int, to writer: inout GraphWriter) {
    let node = writer.network.nodes[position]
    let (height, width) = (operation.height, operation.width)
    let grid = WindowGrid(
      height: height, width: width, size: operation.size, shift: operation.shift)
    let channels = node.outputShape[2]
    let (x, _) = writer.input(0, of: position, as: .channelsLast)
    let size = operation.size
    var value = writer.reshaped(
      x, [grid.rows, grid.columns, size, size, channels], at: position)
    value = writer.transposed(value, [0, 1, 3, 2, 4, 5], at: position)
    value = writer.reshaped(value, [grid.padded.height, grid.padded.width, channels], at: position)
    value = writer.rolled(
      value, axis: 1, by: grid.padded.height - grid.shift.height, at: position)
    value = writer.rolled(value, axis: 2, by: grid.padded.width - grid.shift.width, at: position)
    let bounds = [("starts", [0, 0]), ("ends", [height, width]), ("axes", [1, 2])].map {
      writer.constant("\(node.name)/\($0.0)", ONNXTensor($0.1))
    }
    writer.finish("Slice", [value] + bounds, at: position, .channelsLast)
    writer.note(position, reading: x)
  }
}

/// Attention inside of windows, with a bias for each distance.
enum WindowAttentionForm: OperatorForm {
  static func write(_ operation: WindowAttention, at position: Int, to writer: inout GraphWriter) {
    let node = writer.network.nodes[position]
    let (windows, tokens) = (node.outputShape[0], node.outputShape[1])
    let (heads, channels) = (operation.headCount, node.outputShape[2])
    let depth = channels / heads
    let (x, _) = writer.input(0, of: position, as: .channelsLast)
    var value = writer.reshaped(x, [windows, tokens, 3, heads, depth], at: position)
    value = writer.transposed(value, [3, 0, 1, 4, 2, 5], at: position)
    // Each [batch, windows, heads, tokens, depth].
    let parts = (0..<3).map { part in
      let index = writer.constant("\(node.name)/part", ONNXTensor([], .integers([part])))
      return writer.emit("Gather", [value, index], at: position, ["axis": .integer(0)])
    }
    let scale = writer.scalar(1 / Float(depth).squareRoot())
    let query = writer.emit("Mul", [parts[0], scale], at: position)
    let key = writer.transposed(parts[1], [0, 1, 2, 4, 3], at: position)
    var scores = writer.emit("MatMul", [query, key], at: position)
    let table = writer.constant("\(node.name).relative_position_bias_table", node.parameters[0])
    scores = writer.emit(
      "Add", [scores, bias(table, tokens, operation, at: position, to: &writer)], at: position)
    let grid = WindowGrid(
      height: operation.height, width: operation.width, size: operation.size,
      shift: operation.shift)
    if let mask = grid.mask {
      scores = writer.emit(
        "Add", [scores, writer.constant("\(node.name)/mask", mask)], at: position)
    }
    let weights = writer.emit("Softmax", [scores], at: position, ["axis": .integer(-1)])
    value = writer.emit("MatMul", [weights, parts[2]], at: position)
    value = writer.transposed(value, [0, 1, 3, 2, 4], at: position)
    let shape = writer.constant("\(node.name)/shape", ONNXTensor([-1] + node.outputShape.extents))
    writer.finish("Reshape", [value, shape], at: position, .channelsLast)
    writer.note(position, reading: x, table)
  }

  /// The bias of each head for each pair of tokens, [heads, tokens, tokens].
  private static func bias(
    _ table: String, _ tokens: Int, _ operation: WindowAttention, at position: Int,
    to writer: inout GraphWriter
  ) -> String {
    let (size, name) = (operation.size, writer.network.nodes[position].name)
    let width = 2 * size - 1
    let places = (0..<tokens).flatMap { query in
      (0..<tokens).map { key in
        (query / size - key / size + size - 1) * width + query % size - key % size + size - 1
      }
    }
    let index = writer.constant(
      "\(name)/distances", ONNXTensor([tokens, tokens], .integers(places)))
    let bias = writer.emit("Gather", [table, index], at: position, ["axis": .integer(0)])
    return writer.transposed(bias, [2, 0, 1], at: position)
  }
}

/// Four neighbours of an image side by side as channels.
enum PatchMergingForm: OperatorForm {
  static func write(_ operation: PatchMerging, at position: Int, to writer: inout GraphWriter) {
    let node = writer.network.nodes[position]
    let image = writer.network.nodes[node.inputs[0]].outputShape
    let (x, _) = writer.input(0, of: position, as: .channelsLast)
    var value = x
    if !image[0].isMultiple(of: 2) || !image[1].isMultiple(of: 2) {
      let pads = ONNXTensor([0, 0, 0, 0, 0, image[0] % 2, image[1] % 2, 0])
      value = writer.emit(
        "Pad", [value, writer.constant("\(node.name)/pads", pads)], at: position)
    }
    func constant(_ name: String, _ values: [Int]) -> String {
      writer.constant("\(node.name)/\(name)", ONNXTensor(values))
    }
    let (ends, axes, steps) = (
      constant("ends", [1 << 30, 1 << 30]), constant("axes", [1, 2]), constant("steps", [2, 2])
    )
    let parts = [[0, 0], [1, 0], [0, 1], [1, 1]].map { start in
      writer.emit(
        "Slice", [value, constant("starts", start), ends, axes, steps], at: position)
    }
    writer.finish("Concat", parts, at: position, .channelsLast, ["axis": .integer(3)])
    writer.note(position, reading: x)
  }
}

/// How an image is cut into windows, as torchvision does it.
struct WindowGrid {
  /// The image with zeros below and to the right.
  let padded: Extent
  /// By how much it is rolled up and to the left; not at all where one window covers it.
  let shift: Extent
  let size: Int

  init(height: Int, width: Int, size: Int, shift: Int) {
    self.size = size
    padded = Extent((height + size - 1) / size * size, (width + size - 1) / size * size)
    self.shift = Extent(size >= padded.height ? 0 : shift, size >= padded.width ? 0 : shift)
  }

  /// The number of windows one below the other.
  var rows: Int { padded.height / size }
  /// The number of windows side by side.
  var columns: Int { padded.width / size }

  /// What is added to the scores of pairs of tokens that were no neighbours before the roll:
  /// [windows, 1, tokens, tokens]; nil without a shift.
  var mask: ONNXTensor? {
    guard shift.height + shift.width > 0 else { return nil }
    func region(_ place: Int, _ extent: Int, _ shift: Int) -> Int {
      place < extent - size ? 0 : place < extent - shift ? 1 : 2
    }
    let tokens = size * size
    var values: [Float] = []
    for window in 0..<rows * columns {
      let regions = (0..<tokens).map { token in
        let row = window / columns * size + token / size
        let column = window % columns * size + token % size
        return 3 * region(row, padded.height, shift.height)
          + region(column, padded.width, shift.width)
      }
      for query in regions { values += regions.map { $0 == query ? 0 : -100 } }
    }
    return ONNXTensor([rows * columns, 1, tokens, tokens], .floats(values))
  }
}

extension GraphWriter {
  /// Adds operators that roll a value: its first elements along an axis become the last.
  fileprivate mutating func rolled(
    _ value: String, axis: Int, by count: Int, at position: Int
  ) -> String {
    guard count > 0 else { return value }
    let name = network.nodes[position].name
    func constant(_ suffix: String, _ number: Int) -> String {
      self.constant("\(name)/\(suffix)", ONNXTensor([number]))
    }
    let (split, axes) = (constant("split", count), constant("axis", axis))
    let (zero, end) = (constant("start", 0), constant("end", 1 << 30))
    let last = emit("Slice", [value, split, end, axes], at: position)
    let first = emit("Slice", [value, zero, split, axes], at: position)
    return emit("Concat", [last, first], at: position, ["axis": .integer(axis)])
  }

  /// Adds an operator that puts the axes of a value into another order.
  fileprivate mutating func transposed(
    _ value: String, _ order: [Int], at position: Int
  ) -> String {
    emit("Transpose", [value], at: position, ["perm": .integers(order)])
  }

  /// Adds an operator that gives a value other extents of a sample.
  fileprivate mutating func reshaped(
    _ value: String, _ extents: [Int], at position: Int
  ) -> String {
    let name = "\(network.nodes[position].name)/extents"
    return emit("Reshape", [value, constant(name, ONNXTensor([-1] + extents))], at: position)
  }
}
