import Kernels
import Tensors

/// Finds the positions without a connection at which the loss has the largest |gradient|, without
/// ever holding the dense gradient.
///
///     for each block of columns:
///         dW = dy x_block^T                          [rows x block]
///         offer every |dW| at a free position to the best so far
///
/// The best so far lie in a buffer of twice their number; when it is full, a selection throws the
/// worse half away, and from then on only what beats the worst of the others is taken.
///
/// - Note: A position whose gradient is NaN is never a candidate.
package final class GradientGrowth {
  /// A position without a connection.
  package struct Candidate: BitwiseCopyable {
    package let row, column: Int32
    package let magnitude: Float

    /// Larger gradients come first, of equal ones the earlier position.
    @inline(__always)
    fileprivate func precedes(_ other: Candidate) -> Bool {
      if magnitude != other.magnitude { return magnitude > other.magnitude }
      return row != other.row ? row < other.row : column < other.column
    }
  }

  /// The number of candidates found by the last collection.
  package private(set) var count = 0

  private let connections: Connections
  private let batch: Int
  private let width: Int  // the columns of a whole block
  private let whole, rest: DensePrimitive?
  private let block: FloatArena
  private let cursors: UnsafeMutablePointer<Int32>  // for every row, its next entry
  private let counters: UnsafeMutablePointer<Int32>
  private let buffer = Scratch<Candidate>()
  private var worst: Candidate?  // the last of those that a selection kept

  /// Prepares the search.
  ///
  /// - Parameters:
  ///   - connections: The layer's connections.
  ///   - batch: The samples of a batch, padded.
  package init(_ connections: Connections, batch: Int) {
    self.connections = connections
    self.batch = batch
    let (rows, columns) = (connections.rowCount, connections.columnCount)
    // A block of 1 MiB stays in the second-level cache until it is looked through.
    width = min(columns, max(16, (1 << 18) / max(rows, 1)))
    func product(_ columns: Int) -> DensePrimitive? {
      if rows == 0 || columns == 0 || batch == 0 { return nil }
      return .matmul(rows: rows, columns: columns, inner: batch, transposingB: true)
    }
    whole = product(width)
    rest = product(width == 0 ? 0 : columns % width)
    block = FloatArena(count: rows * width)
    cursors = .allocate(capacity: max(rows, 1))
    cursors.initialize(repeating: 0, count: max(rows, 1))
    counters = .allocate(capacity: max(rows, columns) + 1)
    counters.initialize(repeating: 0, count: max(rows, columns) + 1)
  }

  deinit {
    cursors.deallocate()
    counters.deallocate()
  }

  /// A candidate; they are ordered row by row and from left to right.
  package subscript(position: Int) -> Candidate { buffer.start[position] }

  /// Finds the best free positions for the gradients of a batch.
  ///
  /// - Parameters:
  ///   - x: The inputs of the layer, [columns x batch].
  ///   - dy: The gradients of its outputs, [rows x batch], zero for padding.
  ///   - wanted: How many positions; fewer are found where fewer are free.
  package func collect(x: Floats, dy: Floats, count wanted: Int) {
    count = 0
    worst = nil
    guard wanted > 0, let whole else { return }
    let (rows, columns) = (connections.rowCount, connections.columnCount)
    buffer.reserve(2 * wanted)
    cursors.update(from: connections.rowStarts, count: rows)
    for first in stride(from: 0, to: columns, by: width) {
      let size = min(width, columns - first)
      let product = size == width ? whole : rest
      product?(dy, x + first * batch, block.start)
      for row in 0..<rows {
        let line = block.start + row * size
        hideConnections(ofRow: row, from: first, count: size, in: line)
        offer(line, row: row, from: first, count: size, wanted: wanted)
      }
    }
    if count > wanted { keepBest(wanted) }
    sortByPosition()
  }

  /// Puts NaN, which no comparison accepts, where a connection exists.
  private func hideConnections(ofRow row: Int, from first: Int, count: Int, in line: Floats) {
    let end = connections.rowStarts[row + 1]
    var entry = cursors[row]
    while entry < end, Int(connections.columns[Int(entry)]) < first + count {
      line[Int(connections.columns[Int(entry)]) - first] = .nan
      entry += 1
    }
    cursors[row] = entry
  }

  private func offer(_ line: Floats, row: Int, from first: Int, count size: Int, wanted: Int) {
    var lowest = worst?.magnitude ?? 0
    for column in 0..<size {
      let magnitude = line[column].magnitude
      guard magnitude >= lowest else { continue }
      let candidate = Candidate(
        row: Int32(truncatingIfNeeded: row), column: Int32(truncatingIfNeeded: first + column),
        magnitude: magnitude)
      if let worst, !candidate.precedes(worst) { continue }
      if count == 2 * wanted {
        keepBest(wanted)
        lowest = worst?.magnitude ?? 0
        if let worst, !candidate.precedes(worst) { continue }
      }
      buffer.start[count] = candidate
      count += 1
    }
  }

  /// Moves the best candidates to the front and forgets the others (Hoare's selection).
  private func keepBest(_ wanted: Int) {
    let items = buffer.start
    var low = 0
    var high = count - 1
    while low < high {
      let pivot = median(items[low], items[(low + high) / 2], items[high])
      var left = low
      var right = high
      while left <= right {
        while items[left].precedes(pivot) { left += 1 }
        while pivot.precedes(items[right]) { right -= 1 }
        if left <= right {
          swap(&items[left], &items[right])
          left += 1
          right -= 1
        }
      }
      if wanted - 1 <= right {
        high = right
      } else if wanted - 1 >= left {
        low = left
      } else {
        break
      }
    }
    count = wanted
    worst = items[wanted - 1]
  }

  private func median(_ a: Candidate, _ b: Candidate, _ c: Candidate) -> Candidate {
    let (first, second) = a.precedes(b) ? (a, b) : (b, a)
    if c.precedes(first) { return first }
    return c.precedes(second) ? c : second
  }

  /// Sorts the candidates by counting, by column and then by row; half of the buffer is free.
  private func sortByPosition() {
    let (lower, upper) = (buffer.start, buffer.start + count)
    sort(lower, to: upper, keyCount: connections.columnCount) { $0.column }
    sort(upper, to: lower, keyCount: connections.rowCount) { $0.row }
  }

  @inline(__always)
  private func sort(
    _ source: UnsafeMutablePointer<Candidate>, to target: UnsafeMutablePointer<Candidate>,
    keyCount: Int, by key: (Candidate) -> Int32
  ) {
    counters.update(repeating: 0, count: keyCount + 1)
    for position in 0..<count { counters[Int(key(source[position])) + 1] += 1 }
    for value in 0..<keyCount { counters[value + 1] += counters[value] }
    for position in 0..<count {
      let value = Int(key(source[position]))
      target[Int(counters[value])] = source[position]
      counters[value] += 1
    }
  }
}
