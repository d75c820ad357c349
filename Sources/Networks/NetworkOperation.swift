import Kernels
import Tensors

/// One kind of node of a network: a value that knows its shapes, its cost and how it runs.
///
/// Adding an operation costs one file in `Operations/` (its shape rule, forward and backward step
/// and cost), one line in ``OperationRegistry`` and one test file.
///
/// Shapes are those of one sample; the batch is the outermost dimension of every buffer.
public protocol NetworkOperation: Hashable, Sendable, Codable {
  /// The name of the kind, in lower case: the prefix of node names and the key in files.
  static var kind: String { get }

  /// How many inputs the operation takes.
  var inputCount: Int { get }

  /// Whether the operation may write its output over its first input, and the gradient of that
  /// input over that of the output: its backward step then finds the output where the input was.
  var runsInPlace: Bool { get }

  /// Whether the backward step reads the output, which then nobody may write over.
  var readsOutput: Bool { get }
  /// Whether the operation changes nothing unless the network is trained, like dropout.
  var isTrainingOnly: Bool { get }

  /// How the samples of a batch may lie where the operation reads and writes.
  var layoutRole: LayoutRole { get }

  /// The function, if the operation applies one to each element; it may then be computed by the
  /// operation before it.
  var elementwise: ElementwiseForm? { get }

  /// Whether the operation can add to its result and apply a function to it before it is written.
  var takesFollowUp: Bool { get }

  /// The shape of one output sample.
  ///
  /// - Parameter inputs: The shapes of one sample of each input, ``inputCount`` of them.
  /// - Returns: The shape.
  /// - Throws: ``ShapeMismatch`` if the operation cannot take these inputs.
  func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape

  /// The parameters of the operation: what it trains, and what it only keeps.
  ///
  /// - Parameter inputs: The shapes of one sample of each input.
  /// - Returns: The declarations, in the order in which the operation reads them.
  func parameters(of inputs: [Shape]) -> [ParameterDeclaration]

  /// The multiplications (each with its addition) that one sample costs in the forward pass.
  ///
  /// - Parameter inputs: The shapes of one sample of each input.
  /// - Returns: The number.
  func multiplyAdds(of inputs: [Shape]) -> Int

  /// Prepares the operation to run on fixed buffers.
  ///
  /// - Parameter site: The buffers and shapes.
  /// - Returns: The steps, which allocate nothing when they run.
  func compile(at site: OperationSite) -> any CompiledOperation
}

extension NetworkOperation {
  /// One input, unless an operation says otherwise.
  public var inputCount: Int { 1 }

  /// Not in place, unless an operation says otherwise.
  public var runsInPlace: Bool { false }

  /// No, unless an operation says otherwise.
  public var readsOutput: Bool { false }
  public var isTrainingOnly: Bool { false }

  /// Sample by sample, unless an operation says otherwise.
  public var layoutRole: LayoutRole { .sampleMajor }

  /// None, unless an operation says otherwise.
  public var elementwise: ElementwiseForm? { nil }

  /// No, unless an operation says otherwise.
  public var takesFollowUp: Bool { false }

  /// The shape of the input, unless an operation says otherwise.
  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape { inputs[0] }

  /// No parameters, unless an operation says otherwise.
  public func parameters(of inputs: [Shape]) -> [ParameterDeclaration] { [] }

  /// No cost, unless an operation says otherwise.
  public func multiplyAdds(of inputs: [Shape]) -> Int { 0 }

  func isEqual(to other: any NetworkOperation) -> Bool {
    (other as? Self) == self
  }
}

/// A function that is applied to each element.
public struct ElementwiseForm: Hashable, Sendable {
  let function: ElementwiseFunction

  init(_ function: ElementwiseFunction) {
    self.function = function
  }
}

/// Why an operation cannot take its inputs.
public struct ShapeMismatch: Error, Hashable, Sendable {
  /// What the operation needs, as a clause such as "two inputs of one shape".
  public var needed: String

  /// Creates the reason.
  ///
  /// - Parameter needed: What the operation needs.
  public init(needed: String) {
    self.needed = needed
  }
}
