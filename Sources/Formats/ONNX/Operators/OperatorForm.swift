import Networks

/// The ONNX form of one kind of operation: how it is written, and which operators are read as it.
protocol OperatorForm: OperatorReader {
  associatedtype Operation: NetworkOperation

  /// Writes a node.
  ///
  /// - Parameters:
  ///   - operation: The operation of the node.
  ///   - position: The position of the node in the network.
  ///   - writer: The graph that grows.
  static func write(_ operation: Operation, at position: Int, to writer: inout GraphWriter)
}

/// Operators of ONNX that are read.
protocol OperatorReader: Sendable {
  /// The operators, those of other domains than ONNX's own with the domain and a dot before them.
  static var operators: [String] { get }

  /// Reads a node.
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - assembly: The network that grows.
  /// - Throws: ``Refusal`` if the node does what no operation does.
  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal)
}

/// Every operator there is.
enum OperatorTable {
  /// What is written; a new operation adds its line here.
  private static let forms: [any OperatorForm.Type] = [
    LinearForm.self,
    SparseLinearForm.self,
    ReLUForm.self,
    ReLU6Form.self,
    LeakyReLUForm.self,
    PReLUForm.self,
    SigmoidForm.self,
    TanhForm.self,
    GELUForm.self,
    SiLUForm.self,
    HardSwishForm.self,
    ELUForm.self,
    SoftmaxForm.self,
    ConvolutionForm.self,
    MaxPoolForm.self,
    AveragePoolForm.self,
    GlobalAveragePoolForm.self,
    BatchNormForm.self,
    LayerNormForm.self,
    AddForm.self,
    MultiplyForm.self,
    ScaleAndShiftForm.self,
    MatrixProductForm.self,
    ConcatenateForm.self,
    GatherColumnsForm.self,
    FlattenForm.self,
    ReshapeForm.self,
    PermuteForm.self,
    DropoutForm.self,
    StochasticDepthForm.self,
    AppendZeroTokenForm.self,
    WindowPartitionForm.self,
    WindowReverseForm.self,
    WindowAttentionForm.self,
    PatchMergingForm.self,
  ]

  /// What is only read, because no operation of its own stands for it.
  private static let readers: [any OperatorReader.Type] = [
    IdentityReader.self,
    ReshapeReader.self,
    TransposeReader.self,
    SplitReader.self,
    PadReader.self,
    HardSigmoidReader.self,
    ScaledELUReader.self,
    InstanceNormReader.self,
    NotedOperationReader.self,
  ]

  private static let formsByKind: [String: any OperatorForm.Type] = {
    var result: [String: any OperatorForm.Type] = [:]
    for form in forms { result[form.operationKind] = form }
    return result
  }()

  private static let readersByOperator: [String: any OperatorReader.Type] = {
    var result: [String: any OperatorReader.Type] = [:]
    for reader in forms.map({ $0 as any OperatorReader.Type }) + readers {
      for name in reader.operators { result[name] = reader }
    }
    return result
  }()

  /// The form of an operation.
  ///
  /// - Parameter kind: The kind of the operation.
  /// - Returns: The form; nil for an operation that has none.
  static func form(of kind: String) -> (any OperatorForm.Type)? { formsByKind[kind] }

  /// What reads an operator.
  ///
  /// - Parameter name: The name of the operator.
  /// - Returns: The reader; nil for an operator that is not supported.
  static func reader(of name: String) -> (any OperatorReader.Type)? { readersByOperator[name] }
}

extension OperatorForm {
  /// None, unless a form says otherwise.
  static var operators: [String] { [] }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    throw Refusal("is not read")
  }

  fileprivate static var operationKind: String { Operation.kind }

  /// Writes a node whose operation is known to be of the form's kind.
  static func writeNode(at position: Int, to writer: inout GraphWriter) {
    guard let operation = writer.network.nodes[position].operation as? Operation else { return }
    write(operation, at: position, to: &writer)
  }
}
