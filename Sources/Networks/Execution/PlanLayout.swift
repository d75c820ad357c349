import Tensors

/// Where every activation and gradient of a plan lies in its block.
///
/// A buffer is free again when the last step has read it; in training that is the backward step of
/// the first node that reads an output, or of the node itself, so that one backward pass follows a
/// forward one. Activations of a block that is computed again are free from the forward to the
/// backward pass.
///
/// An operation that runs in place shares the buffers of its input, where nobody else reads that.
/// A gradient that arrives along several paths is written by the last consumer and added to from
/// a buffer of its own by each other one, so that operations only ever write.
struct PlanLayout {
  /// An addition after a backward step.
  struct Sum {
    let step, source, target, count: Int
  }

  /// The offset of each node's output.
  private(set) var outputs: [Int] = []
  /// The offset of the gradient of each node's output; nil where no gradient flows.
  private(set) var outputGradients: [Int?] = []
  /// Per node and input, the offset to which the node writes that input's gradient.
  private(set) var inputGradients: [[Int?]] = []
  /// The additions, in the order of the backward pass.
  private(set) var sums: [Sum] = []
  /// The nodes that are computed again before the backward step of a node.
  let recomputed: [Int: [Int]]
  /// The size of the block.
  private(set) var total = 0

  init(
    _ network: Network, batchCount: Int, layouts: [BatchLayout], fusions: [Int: Fusion] = [:],
    purpose: Plan.Purpose, wantsInputGradient: Bool, recomputing blocks: [ClosedRange<Int>] = []
  ) {
    let nodes = network.nodes
    let last = nodes.count - 1
    let isTraining = purpose != .inference
    // Steps 0...last run forward, last+1 is the loss, then node i runs backward at 2 last + 2 - i.
    func backwardStep(_ node: Int) -> Int { 2 * last + 2 - node }
    let sizes = nodes.indices.map {
      layouts[$0].sampleCount(batchCount) * nodes[$0].outputShape.elementCount
    }

    let consumers = network.consumers
    // A gradient is needed where a parameter (or a wanted input) lies at or before the node.
    var needsGradient = nodes.map {
      purpose == .training && $0.declarations.contains(where: \.isTrained)
    }
    needsGradient[0] = wantsInputGradient
    for (position, node) in nodes.enumerated() {
      needsGradient[position] =
        needsGradient[position] || node.inputs.contains { needsGradient[$0] }
    }

    var lifetimes: [BufferLifetime] = []
    func place(_ count: Int, _ steps: ClosedRange<Int>, again: ClosedRange<Int>? = nil) -> Int {
      lifetimes.append(BufferLifetime(count: count, steps: steps, again: again))
      return lifetimes.count - 1
    }
    // First as indices into `lifetimes`, then as offsets. The input may be filled, and the output
    // read, outside a run, so both live for the whole of it.
    let sharesInput = nodes.indices.map { position in
      network.sharesInput(
        position, isTraining: isTraining, consumers: consumers, sizes: sizes)
    }
    recomputed = RecomputedBlocks.nodes(of: blocks, sharesInput: sharesInput, in: network)
    var blockEnds: [Int: Int] = [:]
    for (end, positions) in recomputed { for position in positions { blockEnds[position] = end } }
    func lastForwardUse(_ position: Int) -> Int { consumers[position].last ?? last }
    func lastBackwardUse(_ position: Int) -> Int {
      nodes[position].operation.readsOutput
        ? backwardStep(position) : consumers[position].first.map(backwardStep) ?? last + 1
    }
    // What is computed again is in use from the forward step to its last reader there, and from
    // the backward step of the end of its block on.
    // Towards the input, several backward passes may follow a forward one: one per class.
    func endOfUse(_ position: Int) -> Int {
      if purpose == .inputGradient { return backwardStep(0) }
      return isTraining && blockEnds[position] == nil
        ? lastBackwardUse(position) : lastForwardUse(position)
    }
    func laterUse(_ position: Int) -> ClosedRange<Int>? {
      blockEnds[position].map { end in
        backwardStep(end)...max(backwardStep(end), lastBackwardUse(position))
      }
    }
    // What a node computes for those behind it goes straight to the buffer of the last of them.
    var writers: [Int: Int] = [:]
    for (base, fusion) in fusions { writers[fusion.last] = base }
    let inner = Set(fusions.values.flatMap(\.inner))
    var outputIndices: [Int] = []
    for position in nodes.indices {
      let isEdge = position == 0 || position == last
      let steps =
        isEdge ? 0...backwardStep(0) : (writers[position] ?? position)...endOfUse(position)
      if inner.contains(position) {
        outputIndices.append(place(0, steps))
      } else if writers[position] == nil, sharesInput[position] {
        let shared = outputIndices[nodes[position].inputs[0]]
        lifetimes[shared].extend(over: steps, again: laterUse(position))
        outputIndices.append(shared)
      } else {
        outputIndices.append(place(sizes[position], steps, again: laterUse(position)))
      }
    }
    var gradientIndices = [Int?](repeating: nil, count: nodes.count)
    var inputGradientIndices = nodes.map { [Int?](repeating: nil, count: $0.inputs.count) }
    var pendingSums: [(step: Int, source: Int, target: Int, count: Int)] = []
    if isTraining {
      for position in nodes.indices.reversed() where needsGradient[position] {
        let first = consumers[position].last.map(backwardStep) ?? last + 1
        let steps = first...backwardStep(position)
        if let consumer = consumers[position].first, sharesInput[consumer],
          nodes[consumer].inputs.first == position, let shared = gradientIndices[consumer]
        {
          lifetimes[shared].extend(over: steps)
          gradientIndices[position] = shared
        } else {
          gradientIndices[position] = place(sizes[position], steps)
        }
      }
      var isWritten = [Bool](repeating: false, count: nodes.count)
      for position in nodes.indices.reversed() where gradientIndices[position] != nil {
        for (slot, input) in nodes[position].inputs.enumerated() {
          guard let target = gradientIndices[input] else { continue }
          if isWritten[input] {
            let step = backwardStep(position)
            let copy = place(sizes[input], step...step)
            inputGradientIndices[position][slot] = copy
            pendingSums.append((position, copy, target, sizes[input]))
          } else {
            inputGradientIndices[position][slot] = target
            isWritten[input] = true
          }
        }
      }
    }

    let placement = placeBuffers(lifetimes)
    total = placement.total
    outputs = outputIndices.map { placement.offsets[$0] }
    outputGradients = gradientIndices.map { $0.map { placement.offsets[$0] } }
    inputGradients = inputGradientIndices.map { $0.map { $0.map { placement.offsets[$0] } } }
    sums = pendingSums.map {
      Sum(
        step: $0.step, source: placement.offsets[$0.source], target: placement.offsets[$0.target],
        count: $0.count)
    }
  }
}
