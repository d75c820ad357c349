import Tensors

/// EntryPrune flex: how many features are active follows the validation loss.
///
/// After ten rotations without a lower loss the number of candidates is halved. If the loss is
/// then higher at the next such moment the direction turns, and the candidates are doubled.
struct AdaptiveSize {
  private let bounds: ClosedRange<Int>
  private let count: Int  // K
  private var waited = 0
  private var previousLoss: Double?
  private var shrinks = true

  /// The rotations without a lower loss after which the size changes.
  private static let interval = 10

  init(_ task: SelectionTask) {
    count = task.count
    let minimum = Int((1.2 * Double(task.count)).rounded())
    bounds = min(minimum, task.eligible.count)...task.eligible.count
  }

  /// The state between two rotations.
  var state: Snapshot {
    var state = Snapshot()
    state.save("waited", waited)
    state.save("previousLoss", previousLoss)
    state.save("shrinks", shrinks)
    return state
  }

  /// Goes on from a state.
  ///
  /// - Parameter state: What ``state`` was.
  /// - Throws: `SnapshotError` if there is none.
  mutating func restore(from state: Snapshot) throws(SnapshotError) {
    waited = try state.integer("waited")
    previousLoss = state.has("previousLoss") ? try state.double("previousLoss") : nil
    shrinks = try state.flag("shrinks")
  }

  /// Takes note of a rotation.
  ///
  /// - Parameters:
  ///   - loss: The validation loss.
  ///   - isBest: Whether it is the lowest so far.
  ///   - activeCount: The present number of active features.
  /// - Returns: The new number, or nil where it stays.
  mutating func next(after loss: Double, isBest: Bool, activeCount: Int) -> Int? {
    waited = isBest ? 0 : waited + 1
    guard waited >= Self.interval else { return nil }
    waited = 0
    if let previousLoss, previousLoss < loss { shrinks.toggle() }
    previousLoss = loss
    let candidates = Double(activeCount - count)
    let wanted = count + Int((shrinks ? candidates / 2 : candidates * 2).rounded())
    let next = min(max(wanted, bounds.lowerBound), bounds.upperBound)
    return next == activeCount ? nil : next
  }
}

/// The refit of EntryPrune flex: the number of active features moves from its first to its final
/// value in at most ten equal steps.
///
/// - Note: The released code takes floor(R / floor(R / T)) steps, more than the T it means to, and
///   passes its goal; here the steps end at T.
struct SizeSchedule {
  private let first, last, interval, stepCount: Int

  init(from first: Int, to last: Int, rotations: Int) {
    self.first = first
    self.last = last
    stepCount = min(rotations, 10)
    interval = stepCount > 0 ? rotations / stepCount : 1
  }

  /// Says how many features are active from the next rotation on.
  ///
  /// - Parameter rotation: The rotation that ended, from 0.
  /// - Returns: The number, or nil where it stays.
  func size(after rotation: Int) -> Int? {
    guard first != last, (rotation + 1) % interval == 0 else { return nil }
    let step = (rotation + 1) / interval
    guard step <= stepCount else { return nil }
    let remaining = Double(stepCount - step) / Double(stepCount)
    return last + Int((Double(first - last) * remaining).rounded())
  }
}
