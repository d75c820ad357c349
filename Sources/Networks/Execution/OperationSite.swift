import Kernels
import Tensors

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
