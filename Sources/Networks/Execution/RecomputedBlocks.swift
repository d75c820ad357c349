/// The blocks of a network whose activations a training step computes again instead of keeping them.
///
/// A block ends with a node behind which nobody reads anything from before it. Between the forward
/// and the backward pass only that node's output is kept; before the backward steps of the block
/// its other nodes run once more, on the same numbers, and so put out the same bits.
///
/// - Source: Chen, Xu, Zhang and Guestrin, "Training Deep Nets with Sublinear Memory Cost",
///   arXiv:1604.06174; there the blocks are those of the author of a network.
enum RecomputedBlocks {
  /// Divides a network so that a step takes as little memory as possible.
  ///
  /// The possible ends of blocks are tried in even divisions of the activations, from one part,
  /// which recomputes nothing, on.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - sizes: The size of each node's output.
  ///   - total: The memory of a step for some blocks.
  /// - Returns: The blocks, in order; what is behind the last of them is kept.
  static func smallest(
    for network: Network, sizes: [Int], total: ([ClosedRange<Int>]) -> Int
  ) -> [ClosedRange<Int>] {
    let ends = crossings(in: network)
    var best: (blocks: [ClosedRange<Int>], total: Int) = ([], total([]))
    var tried: Set<[ClosedRange<Int>]> = [[]]
    for count in stride(from: 2, through: min(ends.count + 1, mostParts), by: 1) {
      let blocks = evenBlocks(count, ends: ends, sizes: sizes)
      guard tried.insert(blocks).inserted else { continue }
      let size = total(blocks)
      if size < best.total { best = (blocks, size) }
    }
    return best.blocks
  }

  private static let mostParts = 32

  /// The nodes behind which nobody reads anything from before them but their output, which nobody
  /// writes over.
  static func crossings(in network: Network) -> [Int] {
    let nodes = network.nodes
    var lastReaders = nodes.indices.map { $0 }
    for (position, node) in nodes.enumerated() {
      for input in node.inputs { lastReaders[input] = position }
    }
    let consumers = network.consumers
    var farthest = 0
    var found: [Int] = []
    for position in nodes.indices.dropLast() {
      let readers = consumers[position]
      let isWrittenOver =
        readers.count == 1 && nodes[readers[0]].operation.runsInPlace
        && nodes[readers[0]].inputs.first == position
      if position > 0, farthest <= position, !isWrittenOver {
        found.append(position)
      }
      farthest = max(farthest, lastReaders[position])
    }
    return found
  }

  /// Blocks at the possible ends next to an even division of the activations.
  private static func evenBlocks(
    _ count: Int, ends: [Int], sizes: [Int]
  ) -> [ClosedRange<Int>] {
    let whole = sizes.reduce(0, +)
    var blocks: [ClosedRange<Int>] = []
    var (first, sum, next) = (1, 0, 0)
    for (position, size) in sizes.enumerated() {
      sum += size
      while next < ends.count, ends[next] < position { next += 1 }
      if next < ends.count, ends[next] == position, blocks.count < count - 1,
        sum * count >= whole * (blocks.count + 1)
      {
        blocks.append(first...position)
        first = position + 1
      }
    }
    return blocks
  }

  /// The nodes of blocks that run again, by the end of the block.
  ///
  /// - Parameters:
  ///   - blocks: The blocks.
  ///   - sharesInput: Whether each node writes over its input.
  ///   - network: The network.
  /// - Returns: All but the last node, and those whose buffer it took over.
  static func nodes(
    of blocks: [ClosedRange<Int>], sharesInput: [Bool], in network: Network
  ) -> [Int: [Int]] {
    var found: [Int: [Int]] = [:]
    for block in blocks {
      var kept: Set<Int> = [block.upperBound]
      var position = block.upperBound
      while sharesInput[position], let input = network.nodes[position].inputs.first {
        kept.insert(input)
        position = input
      }
      found[block.upperBound] = block.filter { !kept.contains($0) }
    }
    return found
  }
}

extension Network {
  /// Whether a node writes its output over its input: it may, and nobody else reads that.
  func sharesInput(
    _ position: Int, isTraining: Bool, consumers: [[Int]], sizes: [Int]
  ) -> Bool {
    guard nodes[position].operation.runsInPlace, let input = nodes[position].inputs.first else {
      return false
    }
    return input != 0 && consumers[input].count == 1 && sizes[input] == sizes[position]
      && !(isTraining && nodes[input].operation.readsOutput)
  }
}
