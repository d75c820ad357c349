import Tensors

/// The entry score of every feature: what its entries into the network showed.
struct EntryScores {
  private let rule: EntryScoring
  private var values: [Double]
  private var entryCounts: [Int32]

  /// - Parameters:
  ///   - featureCount: The number of features, p.
  ///   - rule: How the scores of several entries become one.
  init(featureCount: Int, rule: EntryScoring) {
    self.rule = rule
    values = [Double](repeating: 0, count: featureCount)
    entryCounts = [Int32](repeating: 0, count: featureCount)
  }

  /// The entry score; below every other for a feature that never entered.
  subscript(feature: Int) -> Double {
    guard entryCounts[feature] > 0 else { return -.greatestFiniteMagnitude }
    guard rule == .mean else { return values[feature] }
    return values[feature] / Double(entryCounts[feature] + 1)
  }

  /// The scores so far.
  var state: Snapshot {
    var state = Snapshot()
    state.save("values", .double(values))
    state.save("entryCounts", .int32(entryCounts))
    return state
  }

  /// Goes on from a state.
  ///
  /// - Parameter state: What ``state`` was, of as many features.
  /// - Throws: `SnapshotError` if it is that of others.
  mutating func restore(from state: Snapshot) throws(SnapshotError) {
    values = try state.doubles("values", count: values.count)
    let counts = try state.int32s("entryCounts", count: values.count)
    guard counts.allSatisfy({ 0 <= $0 && $0 < 1 << 30 }) else {
      throw .impossibleValue("entryCounts")
    }
    entryCounts = counts
  }

  /// Takes the score of one entry.
  mutating func record(_ score: Double, of feature: Int) {
    let isFirst = entryCounts[feature] == 0
    entryCounts[feature] += 1
    switch rule {
    case .firstImpressionMaximum:
      values[feature] = isFirst ? score : max(values[feature], score)
    case .mean:
      values[feature] += score
    case .latest:
      values[feature] = score
    case .exponentialAverage:
      values[feature] = isFirst ? score : (values[feature] + score) / 2
    }
  }
}

/// The z-scores of some numbers, s = (u - mean u) / sd u with sd from N - 1.
///
/// All are 0 where the numbers are equal, or not all finite: a score that is no number would win
/// every comparison and be kept for ever.
///
/// - Parameter numbers: The numbers.
/// - Returns: As many z-scores.
func zScores(_ numbers: [Double]) -> [Double] {
  let count = Double(numbers.count)
  let mean = numbers.reduce(0, +) / count
  let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
  guard variance.isFinite, variance > 0 else { return numbers.map { _ in 0 } }
  let deviation = variance.squareRoot()
  return numbers.map { ($0 - mean) / deviation }
}
