import Tensors

/// Draws different numbers in ascending order, in memory that is used again.
///
/// The numbers come from Floyd's algorithm, which draws each once: for j from `bound - count` to
/// `bound - 1`, draw t in 0...j and take it, or j if t was taken before. They live in a hash table
/// whose hash is the number itself, scaled: collisions are kept in order, so that the table is
/// sorted at every moment.
///
/// - Source: Bentley and Floyd, "A sample of brilliance", Communications of the ACM 30, 1987; Amble
///   and Knuth, "Ordered hash tables", The Computer Journal 17, 1974.
package final class DistinctSample {
  /// The numbers in ascending order, and `Int.max` behind them.
  package var numbers: UnsafePointer<Int> { UnsafePointer(table.start) }
  let table = Scratch<Int>()

  /// Draws numbers from `0..<bound`, every set of them as likely as any other.
  ///
  /// - Parameters:
  ///   - count: How many, in `0...bound`.
  ///   - bound: The number of possible values.
  ///   - random: The source of random numbers.
  /// - Complexity: O(`count`) expected; memory is taken only when `count` exceeds all earlier ones.
  package func draw(_ count: Int, below bound: Int, using random: inout RandomSource) {
    require(count >= 0 && count <= bound, "DistinctSample: \(count) of \(bound) numbers")
    // Half of the slots stay free; what collides at the upper end runs into the last third.
    let size = 3 * count + 2
    table.reserve(size)
    table.start.update(repeating: .max, count: size)
    let scale = 2 * Double(count) / Double(max(bound, 1))
    for last in bound - count..<bound {
      if !insert(random.index(below: last + 1), scale) { _ = insert(last, scale) }
    }
    var used = 0
    for slot in 0..<size where table.start[slot] != .max {
      table.start[used] = table.start[slot]
      used += 1
    }
    table.start[used] = .max
  }

  /// The memory it has taken so far, in bytes.
  package var byteCount: Int { table.byteCount }

  /// Whether the number was new.
  private func insert(_ number: Int, _ scale: Double) -> Bool {
    let table = table.start
    var slot = Int(Double(number) * scale)
    while table[slot] < number { slot += 1 }
    if table[slot] == number { return false }
    var carried = number
    while carried != .max {
      swap(&carried, &table[slot])
      slot += 1
    }
    return true
  }
}

/// Memory for temporary values, which is kept and only ever grows.
package final class Scratch<Element: BitwiseCopyable> {
  private(set) package var start: UnsafeMutablePointer<Element> = .allocate(capacity: 1)
  private var capacity = 1

  package init() {}

  deinit {
    start.deallocate()
  }

  /// The memory it has taken so far, in bytes.
  package var byteCount: Int { capacity * MemoryLayout<Element>.stride }

  /// Makes room for a number of elements; the contents are undefined afterwards.
  package func reserve(_ count: Int) {
    guard count > capacity else { return }
    start.deallocate()
    start = .allocate(capacity: count)
    capacity = count
  }
}
