/// How many inputs NeuroFS has after each epoch, and how many it takes back; features where
/// several inputs are one.
///
///     R   = (1 - zeta) d - K       the inputs to be gone at the end of the removal phase
///     u_t = zeta r (1 - t / T)     those taken back
///     r  <- r + ceil((R - r) / (T_r - t)) while r < R
///
/// - Source: arXiv:2303.07200, section 3.2, with the roundings of the released code.
struct InputSchedule: Equatable {
  /// The inputs that are gone for now, r.
  private(set) var removedCount = 0
  /// The inputs that the last update took back, u.
  private(set) var returnedCount = 0
  /// The inputs, d.
  let inputCount: Int
  private let finalRemovedCount, removalEpochCount, epochCount: Int
  private let fraction: Double

  init(
    inputCount: Int, count: Int, fraction: Double, removalPhase: Double, epochCount: Int
  ) {
    self.inputCount = inputCount
    self.fraction = fraction
    self.epochCount = epochCount
    finalRemovedCount = max(0, Int((1 - fraction) * Double(inputCount)) - count)
    removalEpochCount = Int(removalPhase * Double(epochCount))
  }

  /// The inputs that are active at the end.
  var finalActiveCount: Int { inputCount - finalRemovedCount }

  /// The inputs that survive an update: all but those gone and those that give way to others.
  var keptCount: Int { inputCount - removedCount - returnedCount }

  /// Whether inputs are still being removed.
  func isRemoving(after epoch: Int) -> Bool { epoch < removalEpochCount }

  /// Goes on from where another schedule of the same numbers was.
  mutating func restore(removedCount: Int, returnedCount: Int) {
    (self.removedCount, self.returnedCount) = (removedCount, returnedCount)
  }

  /// Goes on to the update after an epoch.
  ///
  /// - Parameter epoch: The epoch that ended, from 0.
  mutating func advance(after epoch: Int) {
    let remaining = 1 - Double(epoch) / Double(epochCount)
    returnedCount = Int(Double(removedCount) * fraction * remaining)
    let missing = finalRemovedCount - removedCount
    let epochsLeft = max(1, removalEpochCount - epoch)
    removedCount += (missing + epochsLeft - 1) / epochsLeft
  }
}
