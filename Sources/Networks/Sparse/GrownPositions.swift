import Kernels
import Tensors

/// The positions in a layer at which connections are grown, row by row and from left to right.
package final class GrownPositions {
  package private(set) var count = 0
  package var rows: UnsafePointer<Int32> { UnsafePointer(rowStorage.start) }
  package var columns: UnsafePointer<Int32> { UnsafePointer(columnStorage.start) }

  let rowStorage = Scratch<Int32>()
  let columnStorage = Scratch<Int32>()
  let sample = DistinctSample()
  // The choice by gradient: the magnitudes of all positions above, and which are taken.
  let magnitudes = Scratch<Float>()
  let marks = Scratch<Bool>()

  package init() {}

  /// The memory it has taken so far, in bytes.
  package var byteCount: Int {
    rowStorage.byteCount + columnStorage.byteCount + sample.byteCount + magnitudes.byteCount
      + marks.byteCount
  }

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
    let (rows, columns, magnitudes) = (rowStorage.start, columnStorage.start, magnitudes.start)
    var listed = 0
    func list(row: Int, column: Int32, gradient: Float) {
      rows[listed] = Int32(truncatingIfNeeded: row)
      columns[listed] = column
      magnitudes[listed] = gradient.isNaN ? 0 : gradient.magnitude
      listed += 1
    }
    let (offeredRows, offeredColumns) = (candidates.rows, candidates.columns)
    var next = 0
    for row in 0..<connections.rowCount {
      func listCandidates(before column: Int32) {
        while next < candidates.count, offeredRows[next] == row, offeredColumns[next] < column {
          list(
            row: row, column: offeredColumns[next], gradient: candidates.magnitudes[next])
          next += 1
        }
      }
      for entry in Int(connections.rowStarts[row])..<Int(connections.rowStarts[row + 1])
      where isDropped[entry] {
        listCandidates(before: connections.columns[entry])
        list(row: row, column: connections.columns[entry], gradient: scores.gradient[entry])
      }
      listCandidates(before: .max)
    }
    keepLargest(chosen, of: listed, with: selection)
  }

  private func keepLargest(_ chosen: Int, of listed: Int, with selection: FloatSelection) {
    marks.reserve(listed)
    let (rows, columns, marks) = (rowStorage.start, columnStorage.start, marks.start)
    marks.update(repeating: false, count: listed)
    selection.mark(chosen, of: magnitudes.start, count: listed, by: .largestMagnitude, in: marks)
    var kept = 0
    for position in 0..<listed {
      rows[kept] = rows[position]
      columns[kept] = columns[position]
      kept += marks[position] ? 1 : 0
    }
    count = kept
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
