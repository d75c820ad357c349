/// When a buffer is in use, and how large it is.
struct BufferLifetime: Hashable {
  /// The number of elements.
  var count: Int
  /// The first and the last step that touches the buffer.
  var steps: ClosedRange<Int>
  /// A later time at which it is in use again, filled anew; nil where there is none.
  var again: ClosedRange<Int>?

  /// Lets the buffer live during some more steps, and some more of a later time.
  mutating func extend(over more: ClosedRange<Int>, again later: ClosedRange<Int>? = nil) {
    steps = Self.union(steps, more)
    guard let later else { return }
    again = again.map { Self.union($0, later) } ?? later
  }

  /// Whether two buffers are in use at the same time.
  func meets(_ other: BufferLifetime) -> Bool {
    func meets(_ own: ClosedRange<Int>) -> Bool {
      own.overlaps(other.steps) || other.again.map { own.overlaps($0) } ?? false
    }
    return meets(steps) || again.map(meets) ?? false
  }

  private static func union(_ a: ClosedRange<Int>, _ b: ClosedRange<Int>) -> ClosedRange<Int> {
    min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
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
    let neighbours = placed.filter { lifetimes[$0].meets(lifetimes[index]) }
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
