import Kernels
import Tensors

/// What every connection of a layer carries: arrays in the order of the entries.
package struct ConnectionValues {
  /// The weight of each connection.
  package let weights: Floats
  /// What the optimizer remembers of each connection: 0 for a grown one.
  package let states: [Floats]
  /// How long each connection has existed: 0 for a grown one.
  package let ages: UnsafeMutablePointer<UInt16>?
  /// Room for a float per connection whose contents an update may destroy, such as the gradient;
  /// nil: the update has its own.
  package let scratch: Floats?

  package init(
    weights: Floats, states: [Floats] = [], ages: UnsafeMutablePointer<UInt16>? = nil,
    scratch: Floats? = nil
  ) {
    self.weights = weights
    self.states = states
    self.ages = ages
    self.scratch = scratch
  }
}

/// Replaces connections of one layer: drops some and grows as many elsewhere.
///
///     drop   = the k connections of smallest |w|
///     free   = all positions but those of the survivors
///     grow   = k positions of `free`, at random or by |gradient|
///     merge the survivors and the grown; what a connection carries moves along
///
/// The number of connections stays, rows stay sorted, and no memory is taken once an update of the
/// largest size has been done.
package final class DropAndGrow {
  private let connections: Connections
  /// For every connection whether it is dropped; written by ``markDropped(_:by:weights:)`` or by a
  /// method of one's own before ``replace(with:carrying:weight:keepsRegrown:using:)``.
  package let isDropped: UnsafeMutablePointer<Bool>
  /// Where connections are grown; filled by one of its methods or position by position.
  package let grown = GrownPositions()
  private let selection = FloatSelection()
  let ownScratch = Scratch<Float>()

  // The connections to come: their columns, and which of the present ones each is (-1: none). They
  // stand in the layer's column direction, which is made anew at the end of an update.
  private var newColumns: UnsafeMutablePointer<Int32> { connections.rows }
  private var origins: UnsafeMutablePointer<Int32> { connections.positions }

  /// Prepares the updates of a layer.
  ///
  /// - Parameter connections: The layer's connections.
  package init(_ connections: Connections) {
    self.connections = connections
    let capacity = connections.count + 1  // the merge writes one past the last, see keep(_:at:)
    isDropped = .allocate(capacity: capacity)
    isDropped.initialize(repeating: false, count: capacity)
  }

  deinit {
    isDropped.deallocate()
  }

  /// The memory of the step so far, in bytes.
  package var byteCount: Int {
    (connections.count + 1) * MemoryLayout<Bool>.stride + ownScratch.byteCount + grown.byteCount
      + selection.byteCount
  }

  /// Drops connections and grows as many.
  ///
  /// - Parameters:
  ///   - rule: Which are dropped, where others are grown, and with which weight.
  ///   - dropCount: How many, in `0...connections.count`.
  ///   - values: What the connections carry.
  ///   - scores: The gradients; needed where the rule grows by them.
  ///   - random: The source of random numbers.
  /// - Returns: How many connections lie where none was before.
  @discardableResult
  package func update(
    _ rule: TopologyRule, dropCount: Int, values: ConnectionValues, scores: GradientScores? = nil,
    using random: inout RandomSource
  ) -> Int {
    if rule.growth == .none || dropCount == 0 { return 0 }
    markDropped(dropCount, by: rule.drop, weights: values.weights)
    switch (rule.growth, scores) {
    case (.gradient, let scores?):
      grown.choose(
        dropCount, by: scores, in: connections, isDropped: isDropped, dropCount: dropCount,
        with: selection)
    case (.gradient, nil):
      require(false, "DropAndGrow: growth by gradient without gradients")
    default:
      grown.draw(
        dropCount, in: connections, isDropped: isDropped, dropCount: dropCount, using: &random)
    }
    return replace(
      with: grown, carrying: values, weight: rule.grownWeight,
      keepsRegrown: rule.keepsWeightOfRegrown, using: &random)
  }

  /// Marks the connections nearest 0 as dropped; of equal ones the earlier.
  ///
  /// By sign, the number is split in proportion to the negative and the other weights. Weights of 0
  /// come first; a NaN counts as larger than infinity.
  ///
  /// - Parameters:
  ///   - dropCount: How many, in `0...connections.count`.
  ///   - drop: Whether the signs are treated apart.
  ///   - weights: The weight of each connection.
  /// - Complexity: O(connections).
  package func markDropped(_ dropCount: Int, by drop: TopologyRule.Drop, weights: Floats) {
    let count = connections.count
    require(
      dropCount >= 0 && dropCount <= count, "DropAndGrow: \(dropCount) of \(count) connections")
    isDropped.update(repeating: false, count: count)
    switch drop {
    case .magnitude:
      selection.mark(dropCount, of: weights, count: count, by: .smallestMagnitude, in: isDropped)
    case .magnitudeBySign:
      guard count > 0 else { return }
      var negatives = 0
      for entry in 0..<count { negatives += weights[entry].sign == .minus ? 1 : 0 }
      let fromNegatives = (2 * dropCount * negatives + count) / (2 * count)  // rounded to nearest
      selection.mark(
        fromNegatives, of: weights, count: count, by: .smallestNegative, in: isDropped)
      selection.mark(
        dropCount - fromNegatives, of: weights, count: count, by: .smallestPositive, in: isDropped)
    }
  }

  /// Removes the connections that are marked and puts others at given positions.
  ///
  /// - Parameters:
  ///   - grown: As many positions as are marked, in ascending order, none of a survivor.
  ///   - values: What the connections carry; a grown one starts with states and age 0.
  ///   - weight: The weight of a grown one.
  ///   - keepsRegrown: Whether one that is dropped and grown at once keeps all it carries.
  ///   - random: The source of the weights.
  /// - Returns: How many connections lie where none was before.
  /// - Complexity: O(connections + rows + columns).
  @discardableResult
  package func replace(
    with grown: GrownPositions, carrying values: ConnectionValues,
    weight: TopologyRule.GrownWeight, keepsRegrown: Bool = false, using random: inout RandomSource
  ) -> Int {
    let count = connections.count
    var dropped = 0
    for entry in 0..<count { dropped += isDropped[entry] ? 1 : 0 }
    require(
      grown.count == dropped, "DropAndGrow: \(grown.count) grown for \(dropped) dropped")
    let regrown = merge(grown, keepsRegrown: keepsRegrown)
    connections.columns.update(from: newColumns, count: count)
    if values.scratch == nil { ownScratch.reserve(count) }
    let scratch = values.scratch ?? ownScratch.start
    move(values.weights, through: scratch, nothing: 0)
    for state in values.states { move(state, through: scratch, nothing: 0) }
    if let ages = values.ages {
      scratch.withMemoryRebound(to: UInt16.self, capacity: 2 * count) {
        move(ages, through: $0, nothing: 0)
      }
    }
    if case .normal(let deviation) = weight {
      for entry in 0..<count where origins[entry] < 0 {
        values.weights[entry] = Float(deviation * random.normal())
      }
    }
    connections.indexColumns()
    return dropped - regrown
  }

  /// Lists the connections to come, and moves the starts of the rows.
  ///
  /// - Returns: How many of the grown ones were dropped just now.
  private func merge(_ grown: GrownPositions, keepsRegrown: Bool) -> Int {
    let (rowStarts, columns) = (connections.rowStarts, connections.columns)
    let (grownRows, grownColumns, grownCount) = (grown.rows, grown.columns, grown.count)
    let columnCount = connections.columnCount
    var regrown = 0
    var target = 0
    var next = 0
    var entry = 0
    for row in 0..<connections.rowCount {
      let end = Int(rowStarts[row + 1])
      rowStarts[row] = Int32(truncatingIfNeeded: target)
      while next < grownCount && grownRows[next] == row {
        let coming = grownColumns[next]
        require(coming >= 0 && coming < columnCount, "DropAndGrow: column \(coming) to grow")
        while entry < end && columns[entry] < coming {
          target += keep(entry, at: target)
          entry += 1
        }
        newColumns[target] = coming
        origins[target] = -1
        if entry < end && columns[entry] == coming {
          require(isDropped[entry], "DropAndGrow: (\(row), \(coming)) is connected already")
          if keepsRegrown { origins[target] = Int32(truncatingIfNeeded: entry) }
          regrown += 1
          entry += 1
        }
        target += 1
        next += 1
      }
      while entry < end {
        target += keep(entry, at: target)
        entry += 1
      }
    }
    require(next == grownCount, "DropAndGrow: grown positions outside the layer")
    return regrown
  }

  /// Lists a present connection; what is listed of a dropped one is overwritten by the next.
  ///
  /// - Returns: 1 if it survives, otherwise 0: no branch, which would often be foreseen wrongly.
  @inline(__always)
  private func keep(_ entry: Int, at target: Int) -> Int {
    newColumns[target] = connections.columns[entry]
    origins[target] = Int32(truncatingIfNeeded: entry)
    return isDropped[entry] ? 0 : 1
  }

  /// Brings an array from the order of the former connections into that of the present ones.
  private func move<Element: BitwiseCopyable>(
    _ elements: UnsafeMutablePointer<Element>, through moved: UnsafeMutablePointer<Element>,
    nothing: Element
  ) {
    for entry in 0..<connections.count {
      let origin = Int(origins[entry])
      let element = elements[max(origin, 0)]  // read in any case: no branch
      moved[entry] = origin < 0 ? nothing : element
    }
    elements.update(from: moved, count: connections.count)
  }
}
