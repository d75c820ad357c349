/// When a buffer is in use, and how large it is.
struct BufferLifetime: Hashable {
  /// The number of elements.
  var count: Int
  /// The first and the last step that touches the buffer.
  var steps: ClosedRange<Int>

  /// Lets the buffer live during some more steps.
  mutating func extend(over more: ClosedRange<Int>) {
    steps = min(steps.lowerBound, more.lowerBound)...max(steps.upperBound, more.upperBound)
  }
}

/// Places buffers in one block of memory so that none overlaps another one that is in use at the
/// same time.
///
/// The largest buffers are placed first, each at the lowest offset that is free during its whole
/// life ("greedy by size", Pisarchyk and Lee 2020, arXiv:2001.03288).
///
/// - Parameters:
///   - lifetimes: The buffers.
///   - alignment: Offsets are multiples of this number of elements.
/// - Returns: The offset of each buffer, and the size of the whole block.
func placeBuffers(
  _ lifetimes: [BufferLifetime], alignment: Int = 16
) -> (offsets: [Int], total: Int) {
  let order = lifetimes.indices.sorted {
    (lifetimes[$0].count, $1) > (lifetimes[$1].count, $0)
  }
  var offsets = [Int](repeating: 0, count: lifetimes.count)
  var placed: [Int] = []
  var total = 0
  for index in order {
    let size = (lifetimes[index].count + alignment - 1) / alignment * alignment
    let neighbours = placed.filter { lifetimes[$0].steps.overlaps(lifetimes[index].steps) }
      .sorted { offsets[$0] < offsets[$1] }
    var offset = 0
    for neighbour in neighbours {
      if offset + size <= offsets[neighbour] { break }
      let end = offsets[neighbour] + lifetimes[neighbour].count
      offset = max(offset, (end + alignment - 1) / alignment * alignment)
    }
    offsets[index] = offset
    placed.append(index)
    total = max(total, offset + size)
  }
  return (offsets, total)
}
