import Kernels
import Tensors

/// A network compiled for one batch size: buffers placed, primitives created, steps in order.
///
/// Running a plan allocates nothing. A plan is used by one thread at a time.
public final class Plan {
  /// What a plan is for.
  public enum Purpose: Sendable {
    /// Forward only; buffers are shared by liveness.
    case inference
    /// Forward and backward; activations are kept for the backward pass.
    case training
    /// Forward, and backward to the input alone.
    case inputGradient
  }

  /// The number of samples in a batch.
  public let batchCount: Int
  /// The network as it was given; its parameters may have been trained since.
  public let original: Network
  package let parameters: ParameterStore
  /// The number of forward passes, from which dropout draws.
  package let clock: StepRandomSource.Clock

  private let block: FloatArena
  let steps: [any CompiledOperation]
  private let views: [ActivationView]
  private let sums: [Sum]
  private let outputGradients: [Floats?]
  /// The nodes that run again before the backward step of a node.
  private let recomputed: [[Int]]
  package let input, output: Floats
  /// How the batch is divided; nil where it is computed as a whole.
  private let parts: BatchParts?
  private let stepInput, stepOutput: Floats
  /// How the samples lie in ``input``; those of ``output`` lie one after another.
  package let inputLayout: BatchLayout

  /// Copies of a gradient that flows back along a second path, to be added to the first.
  private struct Sum {
    let step: Int  // after which backward step
    let source, target: Floats
    let count: Int
  }

  /// Compiles a network.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - batchCount: The number of samples in a batch, at least 1.
  ///   - purpose: What the plan is for.
  ///   - wantsInputGradient: Whether the backward pass goes on to the input.
  ///   - savesMemory: Whether activations of a training are computed again instead of kept, block
  ///     by block, where that takes less memory; the numbers are the same to the last bit.
  ///   - random: The source of what dropout draws while a network is trained.
  public convenience init(
    _ network: Network, batchCount: Int, for purpose: Purpose, wantsInputGradient: Bool = false,
    savesMemory: Bool = false, random: RandomSource = RandomSource(seed: 0)
  ) {
    self.init(
      network, sharing: ParameterStore(network), batchCount: batchCount, for: purpose,
      wantsInputGradient: wantsInputGradient, savesMemory: savesMemory, random: random,
      keepsParameters: purpose == .inference)
  }

  /// Compiles a network for inference in which the outputs of some nodes are looked at.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - batchCount: The number of samples in a batch, at least 1.
  ///   - observed: The positions of the nodes that ``forward(observe:)`` shows.
  package convenience init(_ network: Network, batchCount: Int, observing observed: Set<Int>) {
    self.init(
      network, sharing: ParameterStore(network), batchCount: batchCount, for: .inference,
      observing: observed, keepsParameters: true)
  }

  /// Compiles a network that computes with the parameters of another plan, whatever they become.
  package init(
    _ network: Network, sharing parameters: ParameterStore, batchCount: Int, for purpose: Purpose,
    observing observed: Set<Int> = [], wantsInputGradient: Bool = false, savesMemory: Bool = false,
    random: RandomSource = RandomSource(seed: 0), keepsParameters: Bool = false
  ) {
    require(batchCount > 0, "Plan: batch of \(batchCount)")
    self.batchCount = batchCount
    original = network
    self.parameters = parameters
    let layouts = batchLayouts(of: network)
    inputLayout = layouts[0]
    parts =
      keepsParameters && observed.isEmpty && layouts.allSatisfy { $0 == .sampleMajor }
      ? BatchParts(network, batchCount: batchCount) : nil
    let stepCount = batchCount / (parts?.count ?? 1)
    let fusions =
      purpose == .inference
      ? fusions(in: network, layouts: layouts, observed: observed) : [:]
    let computedBefore = Set(fusions.values.flatMap { $0.inner.dropFirst() + [$0.last] })
    func layout(_ blocks: [ClosedRange<Int>]) -> PlanLayout {
      PlanLayout(
        network, batchCount: stepCount, layouts: layouts, fusions: fusions, purpose: purpose,
        wantsInputGradient: wantsInputGradient || purpose == .inputGradient, recomputing: blocks)
    }
    let blocks =
      savesMemory && purpose == .training
      ? RecomputedBlocks.smallest(
        for: network, sizes: network.nodes.map(\.outputShape.elementCount),
        total: { layout($0).total }) : []
    let layout = layout(blocks)
    let block = FloatArena(count: layout.total)
    self.block = block
    let chance = StepRandomSource(random)
    clock = chance.clock

    var steps: [any CompiledOperation] = []
    for (position, node) in network.nodes.enumerated() {
      if computedBefore.contains(position) {
        steps.append(ComputedBefore())
        continue
      }
      let fusion = fusions[position]
      let target = fusion?.last ?? position
      let gradients = layout.outputGradients[position].map { output in
        OperationSite.Gradients(
          inputs: layout.inputGradients[position].map { offset in
            offset.map { block.start + $0 }
          },
          output: block.start + output,
          parameters: purpose == .training
            ? parameters.pointers(ofNode: position).gradients : nil)
      }
      steps.append(
        node.operation.compile(
          at: OperationSite(
            batchCount: stepCount, inputShapes: node.inputs.map { network.nodes[$0].outputShape },
            outputShape: node.outputShape,
            inputs: node.inputs.map { block.start + layout.outputs[$0] },
            inputLayouts: node.inputs.map { layouts[$0] },
            output: block.start + layout.outputs[target], outputLayout: layouts[position],
            connections: parameters.connections(ofNode: position),
            parameters: parameters.pointers(ofNode: position).values, gradients: gradients,
            purpose: purpose, chance: chance.of(node: node.name),
            followUp: fusion?.followUp ?? FollowUp(),
            addends: fusion?.addend.map { [block.start + layout.outputs[$0]] } ?? [],
            keepsParameters: keepsParameters)))
    }
    self.steps = steps
    views = observed.sorted().map { position in
      ActivationView(
        node: position, shape: network.nodes[position].outputShape, layout: layouts[position],
        elements: block.start + layout.outputs[position])
    }
    recomputed = steps.indices.map { layout.recomputed[$0] ?? [] }
    require(
      !recomputed.joined().contains { steps[$0] is any StatefulOperation },
      "Plan: an operation that remembers something cannot run twice in a step")
    sums = layout.sums.map { sum in
      Sum(
        step: sum.step, source: block.start + sum.source, target: block.start + sum.target,
        count: sum.count)
    }
    outputGradients = layout.outputGradients.map { offset in offset.map { block.start + $0 } }
    stepInput = block.start + layout.outputs[0]
    stepOutput = block.start + layout.outputs[network.nodes.count - 1]
    (input, output) = (parts?.input ?? stepInput, parts?.output ?? stepOutput)
  }

  /// The memory of activations and their gradients, in bytes.
  package var activationByteCount: Int { block.byteCount }

  /// The gradient of a node's output; valid after ``backward()`` for the first nodes only, whose
  /// buffers no later step of the pass has taken over.
  package func outputGradient(ofNode position: Int) -> Floats? { outputGradients[position] }

  /// Where the gradient of the network's output goes before ``backward()``.
  package var lossGradient: Floats? { outputGradients[outputGradients.count - 1] }

  /// Computes the output from the input and the parameters.
  package func forward() {
    clock.step += 1
    guard let parts else {
      for step in steps { step.forward() }
      return
    }
    parts.run(stepInput, stepOutput) {
      for step in steps { step.forward() }
    }
  }

  /// Computes the output and shows those of the observed nodes on the way, each as soon as it is
  /// there; a later step may write over it.
  ///
  /// - Parameter observe: Called once per observed node, in order.
  package func forward(observe: (ActivationView) -> Void) {
    guard parts == nil else {  // nobody looks at a node
      forward()
      return
    }
    clock.step += 1
    var shown = 0
    for (position, step) in steps.enumerated() {
      step.forward()
      while shown < views.count, views[shown].node == position {
        observe(views[shown])
        shown += 1
      }
    }
  }

  /// Computes all gradients from that of the output.
  package func backward() {
    var next = 0
    for position in steps.indices.reversed() {
      for earlier in recomputed[position] { steps[earlier].recompute() }
      steps[position].backward()
      while next < sums.count, sums[next].step == position {
        addScaled(1, sums[next].source, to: sums[next].target, count: sums[next].count)
        next += 1
      }
    }
  }

  /// Fills the input buffer with some rows of a matrix.
  ///
  /// - Parameters:
  ///   - matrix: [any number x input elements].
  ///   - rows: The rows; nil for the first `count`.
  ///   - count: The number of rows, at most the batch; samples behind them are left as they are.
  package func takeInput(
    from matrix: UnsafePointer<Float>, rows: UnsafePointer<Int>? = nil, count: Int
  ) {
    let width = original.inputShape.elementCount
    if inputLayout == .featureMajor {
      gatherFeatureMajor(
        matrix, width: width, rows: rows, count: count, to: input, batchCount: batchCount)
    } else if let rows {
      copyRows(
        of: matrix, width: width, rows: UnsafeBufferPointer(start: rows, count: count), to: input)
    } else {
      input.update(from: matrix, count: count * width)
    }
  }

  /// The network with the parameters as they are now.
  public var network: Network {
    var network = original
    parameters.store(into: &network)
    return network
  }

  /// The outputs for one batch.
  ///
  /// - Parameter inputs: [batchCount x input shape].
  /// - Returns: [batchCount x output shape].
  public func outputs(for inputs: Tensor) -> Tensor {
    let expected = Shape([batchCount] + original.inputShape.extents)
    require(inputs.shape == expected, "Plan: input \(inputs.shape) where \(expected) is needed")
    inputs.withElements { elements in
      if let start = elements.baseAddress { takeInput(from: start, count: batchCount) }
    }
    forward()
    let shape = Shape([batchCount] + original.outputShape.extents)
    return Tensor(shape, Array(UnsafeBufferPointer(start: output, count: shape.elementCount)))
  }
}

extension ParameterStore {
  fileprivate func pointers(ofNode node: Int) -> (values: [Floats], gradients: [Floats]) {
    let own = slots.indices.filter { slots[$0].node == node }
    return (own.map { values($0) }, own.map { gradients($0) })
  }

  fileprivate func connections(ofNode node: Int) -> [Connections?] {
    slots.filter { $0.node == node }.map(\.connections)
  }
}
