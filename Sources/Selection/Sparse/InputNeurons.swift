import Kernels
import Networks
import Tensors

/// The inputs of NeuroFS, of which some are active, and their connections.
///
/// A feature of several inputs comes and goes with all of them.
///
/// An update is ``removeWeakest(after:)`` where inputs may go, ``prepare(fraction:)``, a backward
/// pass for growth, and ``replace()``.
final class InputNeurons {
  /// The multiply-adds of the gradients at missing connections so far.
  private(set) var multiplyAdds = 0
  private let layer: SparseLayer
  private let batch: Int
  private let isKept: [Bool]
  private let features: FeatureColumns
  private var schedule: InputSchedule
  private var isActive: [Bool]  // per feature
  private var isNew: [Bool]  // taken back by the last update
  private var isOpen: [Bool]  // per input: whether its feature is active
  private var dropCount = 0
  private let growth: GradientGrowth
  private let largest: ColumnGradients
  private let selection = FloatSelection()
  private let magnitudes = Scratch<Float>()
  private let marks = Scratch<Bool>()
  private let entries = Scratch<Int32>()

  /// - Parameters:
  ///   - layer: The layer of the inputs.
  ///   - features: Which inputs are which feature.
  ///   - schedule: How many features there are after each epoch.
  ///   - isKept: For every feature, whether it is never removed.
  ///   - batch: The samples of a gradient, padded.
  init(
    _ layer: SparseLayer, features: FeatureColumns, schedule: InputSchedule, isKept: [Bool],
    batch: Int
  ) {
    self.layer = layer
    self.features = features
    self.schedule = schedule
    self.isKept = isKept
    self.batch = batch
    isActive = isKept.map { _ in true }
    isNew = isKept.map { _ in false }
    isOpen = features.columns.map { _ in true }
    growth = GradientGrowth(layer.connections, batch: batch)
    largest = ColumnGradients(rowCount: layer.connections.rowCount, batch: batch)
    layer.connections.observer = { [unowned self] x, dy in collect(x, dy) }
  }

  /// The memory of the updates so far, in bytes.
  var byteCount: Int {
    layer.step.byteCount + growth.byteCount + largest.byteCount + selection.byteCount
      + magnitudes.byteCount + marks.byteCount + entries.byteCount
  }

  /// The state between two updates.
  var state: Snapshot {
    var state = Snapshot()
    state.save("multiplyAdds", multiplyAdds)
    state.save("removedCount", schedule.removedCount)
    state.save("returnedCount", schedule.returnedCount)
    state.save("isActive", isActive)
    state.save("isNew", isNew)
    state.save("scratch", ScratchSpaces.byteCounts(scratch))
    return state
  }

  /// Goes on from a state.
  ///
  /// - Parameter state: What ``state`` was, with the same features and schedule.
  /// - Throws: `SnapshotError` if it is that of others.
  func restore(from state: Snapshot) throws(SnapshotError) {
    multiplyAdds = try state.integer("multiplyAdds", in: 0...1 << 61)
    let removed = try state.integer(
      "removedCount", in: 0...schedule.inputCount - schedule.finalActiveCount)
    let returned = try state.integer("returnedCount", in: 0...schedule.inputCount - removed)
    schedule.restore(removedCount: removed, returnedCount: returned)
    isActive = try state.flags("isActive", count: isActive.count)
    isNew = try state.flags("isNew", count: isNew.count)
    isOpen = features.spread(isActive)
    // The connections are restored before: none may be left where an input is closed.
    try ScratchSpaces.restore(
      scratch, state, "scratch", entryCount: layer.connections.count + layer.connections.columnCount
    )
  }

  private var scratch: [any ScratchSpace] {
    layer.step.scratch + growth.scratch + [magnitudes, marks, entries]
  }

  /// How many inputs are active.
  var activeCount: Int { isOpen.count { $0 } }

  /// The strength of each input, 0 of an inactive one.
  var strength: [Double] { layer.inputStrength() }

  /// Removes features, the weakest first; those just taken back are safe while features are removed
  /// for good.
  ///
  /// - Parameter epoch: The epoch that ended, from 0.
  func removeWeakest(after epoch: Int) {
    schedule.advance(after: epoch)
    var scores = features.combined(strength)
    for feature in scores.indices {
      if !isActive[feature] {
        scores[feature] = -1
      } else if isKept[feature] {
        scores[feature] = .infinity
      } else if isNew[feature] && schedule.isRemoving(after: epoch) {
        scores[feature] = .greatestFiniteMagnitude
      }
    }
    isActive = isActive.map { _ in false }
    for feature in topPositions(schedule.keptCount, of: scores) { isActive[feature] = true }
    isOpen = features.spread(isActive)
  }

  /// Marks what is dropped: all connections of inactive inputs, and a share of the others.
  ///
  /// The next backward pass looks for features to take back and for connections to grow.
  ///
  /// - Parameter fraction: The share of the active inputs' connections, of each sign.
  func prepare(fraction: Double) {
    let (connections, weights) = (layer.connections, layer.values.weights)
    magnitudes.reserve(connections.count)
    entries.reserve(connections.count)
    let (magnitudes, entries) = (magnitudes.start, entries.start)
    var (count, negatives) = (0, 0)
    for entry in 0..<connections.count {
      let stays = isOpen[Int(connections.columns[entry])]
      layer.step.isDropped[entry] = !stays
      guard stays else { continue }
      magnitudes[count] = weights[entry]
      entries[count] = Int32(truncatingIfNeeded: entry)
      negatives += weights[entry].sign == .minus ? 1 : 0
      count += 1
    }
    marks.reserve(count)
    let marks = marks.start
    marks.update(repeating: false, count: count)
    selection.mark(
      Int(fraction * Double(negatives)), of: magnitudes, count: count, by: .smallestNegative,
      in: marks)
    selection.mark(
      Int(fraction * Double(count - negatives)), of: magnitudes, count: count,
      by: .smallestPositive, in: marks)
    dropCount = connections.count - count
    for position in 0..<count where marks[position] {
      layer.step.isDropped[Int(entries[position])] = true
      dropCount += 1
    }
  }

  /// Takes features back and finds the positions at which connections may be grown.
  private func collect(_ x: Floats, _ dy: Floats) {
    guard dropCount > 0 else { return }
    isNew = isActive.map { _ in false }
    let closed = isOpen.indices.filter { !isOpen[$0] }
    var magnitudes = isOpen.map { _ in 0.0 }
    for (input, magnitude) in zip(closed, largest.magnitudes(of: closed, x: x, dy: dy)) {
      magnitudes[input] = magnitude
    }
    let inactive = isActive.indices.filter { !isActive[$0] }
    let scores = features.combined(magnitudes)
    for position in topPositions(schedule.returnedCount, of: inactive.map { scores[$0] }) {
      isActive[inactive[position]] = true
      isNew[inactive[position]] = true
    }
    isOpen = features.spread(isActive)
    // The pass is over for these inputs, and where a gradient is NaN nothing is ever grown.
    for input in closed where !isOpen[input] {
      (x + input * batch).update(repeating: .nan, count: batch)
    }
    growth.collect(x: x, dy: dy, count: dropCount)
    multiplyAdds +=
      batch * layer.connections.rowCount * (closed.count + layer.connections.columnCount)
  }

  /// Replaces the dropped connections by those of largest |gradient| in the active inputs.
  ///
  /// - Returns: Whether there were enough gradients that are numbers.
  func replace() -> Bool {
    defer { dropCount = 0 }  // the passes of the training are not for growth
    guard dropCount > 0 else { return true }
    let listed = listPositions()
    guard listed.count >= dropCount else { return false }
    marks.reserve(listed.count)
    marks.start.update(repeating: false, count: listed.count)
    selection.mark(
      dropCount, of: magnitudes.start, count: listed.count, by: .largestMagnitude, in: marks.start)
    layer.step.grown.begin(capacity: dropCount)
    for (position, place) in listed.enumerated() where marks.start[position] {
      layer.step.grown.append(row: Int(place.row), column: Int(place.column))
    }
    var random = RandomSource(seed: 0)  // nothing is drawn
    layer.step.replace(
      with: layer.step.grown, carrying: layer.values, weight: .zero, using: &random)
    return true
  }

  /// Merges the positions without a connection and those of dropped connections of active inputs,
  /// row by row; their gradients go into `magnitudes`.
  private func listPositions() -> [(row: Int32, column: Int32)] {
    let connections = layer.connections
    var listed: [(row: Int32, column: Int32)] = []
    listed.reserveCapacity(growth.count + dropCount)
    magnitudes.reserve(growth.count + dropCount)
    let magnitudes = magnitudes.start
    var next = 0
    func listCandidates(row: Int32, before column: Int32) {
      while next < growth.count, growth.rows[next] == row, growth.columns[next] < column {
        magnitudes[listed.count] = growth.magnitudes[next]
        listed.append((row, growth.columns[next]))
        next += 1
      }
    }
    for row in 0..<Int32(connections.rowCount) {
      for entry in Int(connections.rowStarts[Int(row)])..<Int(connections.rowStarts[Int(row) + 1])
      where layer.step.isDropped[entry] {
        let column = connections.columns[entry]
        guard isOpen[Int(column)], !layer.gradient[entry].isNaN else { continue }
        listCandidates(row: row, before: column)
        magnitudes[listed.count] = layer.gradient[entry].magnitude
        listed.append((row, column))
      }
      listCandidates(row: row, before: .max)
    }
    return listed
  }
}

/// The largest |gradient| among the connections that an input has or might have.
private final class ColumnGradients {
  private let rowCount, batch: Int
  private let product: DensePrimitive
  private let block, inputs: FloatArena
  private static let width = 256

  init(rowCount: Int, batch: Int) {
    self.rowCount = rowCount
    self.batch = batch
    product = .matmul(rows: Self.width, columns: rowCount, inner: batch, transposingB: true)
    inputs = FloatArena(count: Self.width * batch)
    block = FloatArena(count: Self.width * rowCount)
  }

  /// The memory of the two blocks, in bytes.
  var byteCount: Int { inputs.byteCount + block.byteCount }

  /// max_i |sum_s dy_is x_js| for some inputs j.
  func magnitudes(of columns: [Int], x: Floats, dy: Floats) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(columns.count)
    for first in stride(from: 0, to: columns.count, by: Self.width) {
      let chunk = columns[first..<min(first + Self.width, columns.count)]
      for (place, column) in chunk.enumerated() {
        (inputs.start + place * batch).update(from: x + column * batch, count: batch)
      }
      product(inputs.start, dy, block.start)
      for place in 0..<chunk.count {
        let line = block.start + place * rowCount
        var largest: Float = 0
        for row in 0..<rowCount { largest = max(largest, line[row].magnitude) }
        result.append(Double(largest))
      }
    }
    return result
  }
}
