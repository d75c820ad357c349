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

/// Every operation there is: what the tests of all operations walk through.
public enum OperationRegistry {
  /// The kinds; a new operation adds its line here.
  public static let all: [any NetworkOperation.Type] = [
    Input.self,
    Linear.self,
    SparseLinear.self,
    ReLU.self,
    LeakyReLU.self,
    ReLU6.self,
    PReLU.self,
    Sigmoid.self,
    Tanh.self,
    GELU.self,
    SiLU.self,
    HardSwish.self,
    Softmax.self,
    Add.self,
    Convolution.self,
    BatchNorm.self,
    LayerNorm.self,
    MaxPool.self,
    AveragePool.self,
    GlobalAveragePool.self,
    Flatten.self,
    Multiply.self,
    MatrixProduct.self,
    Concatenate.self,
    Reshape.self,
    Permute.self,
    GatherColumns.self,
    ScaleAndShift.self,
    Dropout.self,
    StochasticDepth.self,
    AppendZeroToken.self,
    WindowPartition.self,
    WindowReverse.self,
    WindowAttention.self,
    PatchMerging.self,
  ]
}

/// A function that is applied to each element.
public struct ElementwiseForm: Hashable, Sendable {
  let function: ElementwiseFunction

  init(_ function: ElementwiseFunction) {
    self.function = function
  }
}

/// What an operation keeps from batch to batch, and how it starts.
///
/// Names and layouts are PyTorch's, so that a tensor of a file fits by name and shape.
public struct ParameterDeclaration: Hashable, Sendable {
  /// The name inside the node, such as `weight`.
  public var name: String
  /// The shape.
  public var shape: Shape
  /// The initial values.
  public var start: InitialValues
  /// Whether training moves it; running statistics and constants stay out of every optimizer.
  public var isTrained: Bool
  /// Whether weight decay acts on it; biases are left alone by default.
  public var decays: Bool
  /// The entries of a matrix whose values the parameter holds; nil for a dense parameter.
  public var pattern: SparsePattern?

  /// Creates a declaration.
  ///
  /// - Parameters:
  ///   - name: The name inside the node.
  ///   - shape: The shape.
  ///   - initialBound: The bound of the uniform initial values, at least 0.
  ///   - decays: Whether weight decay acts on it.
  ///   - pattern: The entries of a matrix whose values the parameter holds.
  public init(
    _ name: String, shape: Shape, initialBound: Float, decays: Bool, pattern: SparsePattern? = nil
  ) {
    self.init(
      name, shape: shape, start: .uniform(bound: initialBound), decays: decays, pattern: pattern)
  }

  /// Creates a declaration.
  ///
  /// - Parameters:
  ///   - name: The name inside the node.
  ///   - shape: The shape.
  ///   - start: The initial values.
  ///   - decays: Whether weight decay acts on it.
  ///   - isTrained: Whether training moves it.
  ///   - pattern: The entries of a matrix whose values the parameter holds.
  public init(
    _ name: String, shape: Shape, start: InitialValues, decays: Bool = false,
    isTrained: Bool = true, pattern: SparsePattern? = nil
  ) {
    self.name = name
    self.shape = shape
    self.start = start
    self.decays = decays
    self.isTrained = isTrained
    self.pattern = pattern
  }
}

/// The values with which a parameter starts.
public enum InitialValues: Hashable, Sendable {
  /// The uniform distribution between minus and plus a bound.
  case uniform(bound: Float)
  /// The normal distribution around 0.
  case normal(deviation: Float)
  /// All the same.
  case constant(Float)
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

/// Where a node of a plan reads and writes.
public struct OperationSite {
  /// The number of samples in the batch.
  package let batchCount: Int
  /// The shapes of one sample of each input.
  package let inputShapes: [Shape]
  /// The shape of one output sample.
  package let outputShape: Shape
  /// The inputs, each [batch x input shape], or the transpose where that is the layout.
  package let inputs: [Floats]
  /// How each input lies.
  package let inputLayouts: [BatchLayout]
  /// The output, [batch x output shape], or the transpose where that is the layout.
  package let output: Floats
  /// How the output lies.
  package let outputLayout: BatchLayout
  /// The connections of each parameter; nil for a dense one.
  package let connections: [Connections?]
  /// The parameters, in the order of their declarations.
  package let parameters: [Floats]
  /// The gradients; nil where the plan only predicts.
  package let gradients: Gradients?
  /// What the plan is for: normalisation and dropout differ.
  package var purpose = Plan.Purpose.training
  /// The source of what is drawn anew in every step, and the number of the step.
  package var chance = StepRandomSource()
  /// What is done to the output before it is written, on behalf of the nodes behind this one.
  package var followUp = FollowUp()
  /// What the follow-up adds: one buffer that lies like the output, or none.
  package var addends: [Floats] = []
  /// Whether the parameters stay the same as long as the plan lives.
  package var keepsParameters = false

  package struct Gradients {
    /// Where the gradient of each input is written, never added; nil where nobody needs it.
    package let inputs: [Floats?]
    /// The gradient of the output, to be read.
    package let output: Floats
    /// Where the gradient of each parameter is written, never added; nil where only the
    /// gradients of the inputs are wanted.
    package let parameters: [Floats]?
  }

  /// The number of elements in the whole output, padding included.
  package var outputCount: Int {
    outputLayout.sampleCount(batchCount) * outputShape.elementCount
  }
}

/// An operation bound to its buffers.
public protocol CompiledOperation: AnyObject {
  /// Computes the output from the inputs and parameters.
  func forward()
  /// Computes the same output again in the same step, before ``backward()``.
  func recompute()
  /// Computes the gradients of the inputs and parameters from that of the output.
  func backward()
}

extension CompiledOperation {
  /// As in the forward pass, unless that changes more than the output.
  public func recompute() { forward() }
}
