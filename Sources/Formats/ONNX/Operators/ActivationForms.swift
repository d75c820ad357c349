import Networks

/// The rectifier.
enum ReLUForm: OperatorForm {
  static let operators = ["Relu"]

  static func write(_ operation: ReLU, at position: Int, to writer: inout GraphWriter) {
    writer.elementwise("Relu", at: position)
  }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    try assembly.elementwise(ReLU(), node)
  }
}

/// The leaky rectifier.
enum LeakyReLUForm: OperatorForm {
  static let operators = ["LeakyRelu"]

  static func write(_ operation: LeakyReLU, at position: Int, to writer: inout GraphWriter) {
    writer.elementwise("LeakyRelu", at: position, ["alpha": .float(operation.slope)])
  }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    try assembly.elementwise(LeakyReLU(slope: node.float("alpha", default: 0.01)), node)
  }
}

/// The logistic function.
enum SigmoidForm: OperatorForm {
  static let operators = ["Sigmoid"]

  static func write(_ operation: Sigmoid, at position: Int, to writer: inout GraphWriter) {
    writer.elementwise("Sigmoid", at: position)
  }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    try assembly.elementwise(Sigmoid(), node)
  }
}

/// The hyperbolic tangent.
enum TanhForm: OperatorForm {
  static let operators = ["Tanh"]

  static func write(_ operation: Tanh, at position: Int, to writer: inout GraphWriter) {
    writer.elementwise("Tanh", at: position)
  }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    try assembly.elementwise(Tanh(), node)
  }
}

/// The Gaussian error linear unit, an operator since version 20 and written out before.
enum GELUForm: OperatorForm {
  static let operators = ["Gelu"]

  static func write(_ operation: GELU, at position: Int, to writer: inout GraphWriter) {
    let (x, layout) = writer.input(0, of: position)
    let one = writer.scalar(1)
    let inner: String
    switch operation.form {
    case .exact:
      let scaled = writer.emit("Div", [x, writer.scalar(1.414_213_5)], at: position)
      inner = writer.emit("Erf", [scaled], at: position)
    case .tanh:
      let square = writer.emit("Mul", [x, x], at: position)
      let cube = writer.emit("Mul", [x, square], at: position)
      let small = writer.emit("Mul", [writer.scalar(0.044_715), cube], at: position)
      let sum = writer.emit("Add", [x, small], at: position)
      let scaled = writer.emit("Mul", [writer.scalar(0.797_884_6), sum], at: position)
      inner = writer.emit("Tanh", [scaled], at: position)
    }
    let sum = writer.emit("Add", [inner, one], at: position)
    let product = writer.emit("Mul", [x, sum], at: position)
    writer.finish("Mul", [product, writer.scalar(0.5)], at: position, layout)
  }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    switch try node.text("approximate", default: "none") {
    case "none": try assembly.elementwise(GELU(.exact), node)
    case "tanh": try assembly.elementwise(GELU(.tanh), node)
    case let other: throw Refusal("approximates by '\(other)'")
    }
  }
}

/// The exponential linear unit.
enum ELUForm: OperatorForm {
  static let operators = ["Elu"]

  static func write(_ operation: ELU, at position: Int, to writer: inout GraphWriter) {
    writer.elementwise("Elu", at: position, ["alpha": .float(operation.alpha)])
  }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    try assembly.elementwise(ELU(alpha: node.float("alpha", default: 1)), node)
  }
}

/// The relatives of the exponential linear unit: gamma elu(x), and alpha elu(x / alpha).
enum ScaledELUReader: OperatorReader {
  static let operators = ["Selu", "Celu"]

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    if node.kind == "Selu" {
      let alpha = try node.float("alpha", default: 1.673_263_2)
      let gamma = try node.float("gamma", default: 1.050_701)
      try assembly.composed(ELU(alpha: alpha), node, scale: (1, gamma), shift: (0, 0))
    } else {
      let alpha = try node.float("alpha", default: 1)
      guard alpha > 0 else { throw Refusal("has the alpha \(alpha), which is not above 0") }
      try assembly.composed(ELU(), node, scale: (1 / alpha, alpha), shift: (0, 0))
    }
  }
}

extension NetworkAssembly {
  /// Adds an operation that takes each element alone, whatever the order in memory.
  ///
  /// - Parameters:
  ///   - operation: The operation.
  ///   - node: The node that it stands for.
  /// - Throws: ``Refusal`` if it does not fit.
  mutating func elementwise(
    _ operation: some NetworkOperation, _ node: ONNXNode
  ) throws(Refusal) {
    let (place, view) = try activation(0, of: node)
    finish(node, at: try append(operation, to: [place], for: node), view)
  }
}
