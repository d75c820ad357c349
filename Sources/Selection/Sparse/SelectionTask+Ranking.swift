extension SelectionTask {
  /// The features to be chosen by their scores, best first; those that must be kept come before
  /// all others.
  ///
  /// - Parameter scores: A score per eligible column, in their order.
  /// - Returns: As many features as are wanted, of equal ones the lower column first.
  func ranking(_ scores: [Double]) -> [FeatureSelection.Feature] {
    let kept = Set(keep)
    let rivals = eligible.indices.filter { !kept.contains(eligible[$0]) }
    let best = topPositions(count - keep.count, of: rivals.map { scores[$0] })
    let chosen = eligible.indices.filter { kept.contains(eligible[$0]) } + best.map { rivals[$0] }
    let order = topPositions(chosen.count, of: chosen.map { scores[$0] })
    return order.map { .init(index: eligible[chosen[$0]], score: scores[chosen[$0]]) }
  }
}
