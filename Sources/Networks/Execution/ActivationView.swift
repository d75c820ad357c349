import Kernels
import Tensors

/// The output of a node for one batch, while it is there.
package struct ActivationView {
  /// The position of the node.
  package let node: Int
  /// The shape of one sample.
  package let shape: Shape
  /// How the samples lie.
  package let layout: BatchLayout
  /// [batch x shape], or the transpose where that is the layout.
  package let elements: Floats
}
