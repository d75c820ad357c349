import Networks
import Tensors

/// A fully connected layer.
enum LinearForm: OperatorForm {
  static let operators = ["Gemm", "MatMul", ONNXNode.linear]

  static func write(_ operation: Linear, at position: Int, to writer: inout GraphWriter) {
    let node = writer.network.nodes[position]
    writer.linear(
      weight: node.parameters[0], bias: operation.hasBias ? node.parameters[1] : nil, at: position)
  }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    if node.kind == "MatMul", assembly.isActivation(0, of: node),
      assembly.isActivation(1, of: node)
    {
      try MatrixProductForm.read(node, into: &assembly)
      return
    }
    guard let constant = try assembly.constant(1, of: node), constant.extents.count == 2 else {
      throw Refusal("multiplies by something but a constant matrix")
    }
    let isGemm = node.kind == "Gemm"
    guard try node.integer("transA", default: 0) == 0 else {
      throw Refusal("transposes its input")
    }
    let isTransposed = try node.integer("transB", default: 0) != 0
    let matrix = isTransposed ? constant : constant.transposed([1, 0])
    let (outputCount, inputCount) = (matrix.extents[0], matrix.extents[1])
    guard outputCount > 0, inputCount > 0,
      var weight = Tensor(matrix, [outputCount, inputCount])
    else { throw Refusal("multiplies by an empty matrix") }
    let alpha = isGemm ? try node.float("alpha", default: 1) : 1
    if alpha != 1 { weight.scale(by: alpha) }

    let rank = try assembly.activation(0, of: node).view.axes.count
    guard rank >= 2, !isGemm || rank == 2 else {
      throw Refusal("has an input of \(rank) axes")
    }
    let (place, arrangement) = try assembly.arranged(0, of: node, innermost: rank - 1)
    var parameters = ["weight": weight]
    if let bias = try bias(of: node, outputCount, assembly) { parameters["bias"] = bias }
    let layer = Linear(outputCount, hasBias: parameters["bias"] != nil)
    let result = try assembly.append(layer, to: [place], parameters, for: node)
    assembly.finish(node, at: result, arrangement.with(outputCount, at: rank - 1).view)
  }

  /// The bias of every unit; nil where there is none.
  private static func bias(
    of node: ONNXNode, _ outputCount: Int, _ assembly: NetworkAssembly
  ) throws(Refusal) -> Tensor? {
    guard let constant = try assembly.constant(2, of: node), let values = constant.floats else {
      return nil
    }
    let beta = node.kind == "Gemm" ? try node.float("beta", default: 1) : 1
    guard values.count == 1 || (values.count == outputCount && constant.extents.last == outputCount)
    else { throw Refusal("adds a bias of \(values.count) numbers to \(outputCount) units") }
    return Tensor(
      [outputCount], (0..<outputCount).map { beta * values[values.count == 1 ? 0 : $0] })
  }
}

/// A sparse layer: written as a dense one with zeros, since ONNX has no product of sparse matrices.
enum SparseLinearForm: OperatorForm {
  static func write(_ operation: SparseLinear, at position: Int, to writer: inout GraphWriter) {
    let (pattern, parameters) = (operation.pattern, writer.network.nodes[position].parameters)
    var weight = Tensor([pattern.rowCount, pattern.columnCount])
    parameters[0].withElements { values in
      weight.withMutableElements { target in
        for row in 0..<pattern.rowCount {
          for entry in Int(pattern.rowStarts[row])..<Int(pattern.rowStarts[row + 1]) {
            target[row * pattern.columnCount + Int(pattern.columns[entry])] = values[entry]
          }
        }
      }
    }
    writer.linear(weight: weight, bias: parameters[1], at: position)
  }
}

extension GraphWriter {
  /// Writes a fully connected layer: one operator on rows, a product and a sum on rows of rows.
  ///
  /// - Parameters:
  ///   - weight: [units x inputs].
  ///   - bias: A number for each unit; nil for none.
  ///   - position: The node of the network.
  mutating func linear(weight: Tensor, bias: Tensor?, at position: Int) {
    let name = network.nodes[position].name
    let (x, _) = input(0, of: position, as: .channelsLast)
    let shift = bias.map { constant("\(name).bias", $0) }
    if network.nodes[position].outputShape.rank == 1 {
      let matrix = constant("\(name).weight", weight)
      finish(
        "Gemm", [x, matrix] + [shift].compactMap(\.self), at: position, .channelsLast,
        ["transB": .integer(1)])
      return
    }
    let (rows, columns) = (weight.shape[0], weight.shape[1])
    let transposed = ONNXTensor([rows, columns], .floats(weight.elements)).transposed([1, 0])
    let matrix = constant("\(name).weight", transposed)
    guard let shift else {
      finish("MatMul", [x, matrix], at: position, .channelsLast)
      return
    }
    let product = emit("MatMul", [x, matrix], at: position)
    finish("Add", [product, shift], at: position, .channelsLast)
  }
}

extension Tensor {
  fileprivate mutating func scale(by factor: Float) {
    withMutableElements { elements in
      for index in elements.indices { elements[index] *= factor }
    }
  }
}
