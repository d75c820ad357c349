/// The positions of the largest scores, the largest first; of equal ones the lower position first.
///
/// NaN ranks below everything.
///
/// - Parameters:
///   - count: How many; at most `scores.count`.
///   - scores: The scores.
/// - Returns: The positions.
package func topPositions(_ count: Int, of scores: [Double]) -> [Int] {
  func precedes(_ left: Int, _ right: Int) -> Bool {
    let (first, second) = (scores[left], scores[right])
    if first == second || (first.isNaN && second.isNaN) { return left < right }
    return second.isNaN || first > second
  }
  guard count > 0, count < scores.count / 8 else {
    return Array(scores.indices.sorted(by: precedes).prefix(count))
  }
  // A few of many: most are turned away by one comparison with the last of the best so far.
  var best: [Int] = []
  for position in scores.indices {
    if best.count == count {
      guard precedes(position, best[count - 1]) else { continue }
      best.removeLast()
    }
    best.insert(position, at: best.firstIndex { precedes(position, $0) } ?? best.count)
  }
  return best
}
