import Kernels
import Tensors

/// The positions in a layer at which connections are grown, row by row and from left to right.
package final class GrownPositions {
  package private(set) var count = 0
  package var rows: UnsafePointer<Int32> { UnsafePointer(rowStorage.start) }
  package var columns: UnsafePointer<Int32> { UnsafePointer(columnStorage.start) }

  private let rowStorage = Scratch<Int32>()
  private let columnStorage = Scratch<Int32>()
  private let sample = DistinctSample()
  // The choice by gradient: the magnitudes of all positions above, and which are taken.
  private let magnitudes = Scratch<Float>()
  private let marks = Scratch<Bool>()

  package init() {}

  /// Starts an empty list.
  ///
  /// - Parameter capacity: How many positions it will have at most.
  package func begin(capacity: Int) {
    count = 0
    rowStorage.reserve(capacity)
    columnStorage.reserve(capacity)
  }

  /// Adds a position behind all others.
  ///
  /// - Parameters:
  ///   - row: The row.
  ///   - column: The column.
  package func append(row: Int, column: Int) {
    require(
      count == 0 || rows[count - 1] < row
        || (rows[count - 1] == row && columns[count - 1] < column),
      "GrownPositions: (\(row), \(column)) out of order")
    rowStorage.start[count] = Int32(truncatingIfNeeded: row)
    columnStorage.start[count] = Int32(truncatingIfNeeded: column)
    count += 1
  }

  /// Draws positions uniformly among all at which no connection survives.
  ///
  /// - Parameters:
  ///   - chosen: How many.
  ///   - connections: The layer's connections, before any is dropped.
  ///   - isDropped: For every connection, whether it is dropped.
  ///   - dropCount: How many are.
  ///   - random: The source of random numbers.
  /// - Complexity: O(connections + rows) in all.
  package func draw(
    _ chosen: Int, in connections: Connections, isDropped: UnsafePointer<Bool>, dropCount: Int,
    using random: inout RandomSource
  ) {
    let free = connections.rowCount * connections.columnCount - connections.count + dropCount
    begin(capacity: chosen)
    sample.draw(chosen, below: free, using: &random)
    let (rows, columns) = (rowStorage.start, columnStorage.start)
    let (rowStarts, present) = (connections.rowStarts, connections.columns)
    let numbers = sample.numbers  // free positions are numbered from 0; `Int.max` ends the sample
    var taken = 0
    var freeBefore = 0  // the number of the row's first free position
    for row in 0..<connections.rowCount {
      var survivors = 0
      func take(before end: Int) {
        while numbers[taken] < end {
          rows[taken] = Int32(truncatingIfNeeded: row)
          columns[taken] = Int32(truncatingIfNeeded: numbers[taken] - freeBefore + survivors)
          taken += 1
        }
      }
      for entry in Int(rowStarts[row])..<Int(rowStarts[row + 1]) {
        // Right for a dropped connection as well, whose own position is free.
        take(before: freeBefore + Int(present[entry]) - survivors)
        survivors += isDropped[entry] ? 0 : 1
      }
      let rowEnd = freeBefore + connections.columnCount - survivors
      take(before: rowEnd)
      freeBefore = rowEnd
    }
    count = taken
  }

  /// Takes the positions of largest |gradient| among the candidates and the dropped connections.
  ///
  /// Of equal ones the first is taken; a NaN counts as 0.
  ///
  /// - Parameters:
  ///   - chosen: How many, at most as many as are dropped.
  ///   - scores: The gradients of both.
  ///   - connections: The layer's connections, before any is dropped.
  ///   - isDropped: For every connection, whether it is dropped.
  ///   - dropCount: How many are.
  ///   - selection: Chooses.
  package func choose(
    _ chosen: Int, by scores: GradientScores, in connections: Connections,
    isDropped: UnsafePointer<Bool>, dropCount: Int, with selection: FloatSelection
  ) {
    let candidates = scores.candidates
    begin(capacity: candidates.count + dropCount)
    magnitudes.reserve(candidates.count + dropCount)
    func add(row: Int, column: Int, gradient: Float) {
      magnitudes.start[count] = gradient.isNaN ? 0 : gradient.magnitude
      append(row: row, column: column)
    }
    var next = 0
    for row in 0..<connections.rowCount {
      func addCandidates(before column: Int) {
        while next < candidates.count, candidates[next].row == row,
          candidates[next].column < column
        {
          add(row: row, column: Int(candidates[next].column), gradient: candidates[next].magnitude)
          next += 1
        }
      }
      for entry in Int(connections.rowStarts[row])..<Int(connections.rowStarts[row + 1])
      where isDropped[entry] {
        addCandidates(before: Int(connections.columns[entry]))
        add(row: row, column: Int(connections.columns[entry]), gradient: scores.gradient[entry])
      }
      addCandidates(before: connections.columnCount)
    }
    keepLargest(chosen, with: selection)
  }

  private func keepLargest(_ chosen: Int, with selection: FloatSelection) {
    marks.reserve(count)
    marks.start.update(repeating: false, count: count)
    selection.mark(
      chosen, of: magnitudes.start, count: count, by: .largestMagnitude, in: marks.start)
    let listed = count
    count = 0
    for position in 0..<listed where marks.start[position] {
      append(row: Int(rows[position]), column: Int(columns[position]))
    }
  }
}

/// The gradients from which positions are chosen.
package struct GradientScores {
  /// The best positions without a connection.
  package let candidates: GradientGrowth
  /// The gradient of every connection.
  package let gradient: Floats

  package init(candidates: GradientGrowth, gradient: Floats) {
    self.candidates = candidates
    self.gradient = gradient
  }
}
