import Datasets
import Tensors

/// The features that tell most of the target, each by itself: mutual information.
///
/// Columns, and numbers to predict, are cut into intervals of about equally many rows; of several
/// labels or numbers the one that a feature tells most of counts. The columns of a group are taken
/// together where the rows suffice for that, as for the levels of a category; otherwise the one
/// that tells most stands for the group.
///
/// It sees what is not linear, but one feature at a time: not what matters only together, nor that
/// two features say the same.
///
/// - Source: Shannon, "A Mathematical Theory of Communication", 1948; the estimate is that of
///   ``mutualInformation(_:_:weights:)``.
public struct MutualInformationSelection: SelectionMethod, Hashable {
  /// Whether rows are weighted so that every class counts the same.
  public var balancesClasses = false

  /// Creates the method.
  public init() {}

  public var name: String { "mutual-information" }

  public func settings(for task: SelectionTask) throws(SelectionError) -> [(
    name: String, value: String
  )] { balancesClasses ? [("classWeight", "balanced")] : [] }

  public func select(
    _ task: SelectionTask, random: RandomSource, observer: any SelectionObserver
  ) throws(SelectionError) -> FeatureSelection {
    let ranking = FeatureRanking(task)
    let rows = task.rows
    let given = task.weights(of: rows, balancesClasses: balancesClasses)
    let weights = countWeights(given?.map(Double.init) ?? rows.map { _ in 1 })
    let targets = divided(task.data.target.subset(rows))
    let limits = targets.map { Intervals.limit(rowCount: rows.count, otherCount: $0.count) }
    let limit = limits.min() ?? 2
    var scores: [Double] = []
    scores.reserveCapacity(task.eligible.count)
    for columns in blocks(task) {
      let width = columns.reduce(0) { $0 + $1.count }
      let block = task.data.features.gathered(rows: rows, columns: columns.flatMap(\.self))
      var first = 0
      for members in columns {
        let parts = members.indices.map { member in
          Intervals(rows.indices.map { block[$0 * width + first + member] }, limit: limit)
        }
        first += members.count
        let candidates = joined(parts).map { [$0] } ?? parts
        var best = 0.0
        for target in targets {
          for part in candidates {
            best = max(best, mutualInformation(part, target, weights: weights))
          }
        }
        scores.append(best)
      }
    }
    return FeatureSelection(features: ranking.best(features: scores), notes: ranking.notes)
  }

  /// The columns of the eligible features, some features at a time.
  private func blocks(_ task: SelectionTask) -> [[[Int]]] {
    let limit = max((1 << 22) / max(task.rows.count, 1), 1)
    var blocks: [[[Int]]] = []
    var width = limit
    for feature in task.eligible {
      let columns = task.data.columns(of: [feature])
      if width + columns.count > limit {
        blocks.append([])
        width = 0
      }
      blocks[blocks.count - 1].append(columns)
      width += columns.count
    }
    return blocks
  }

  /// The targets as divisions of the rows.
  private func divided(_ target: Target) -> [Intervals] {
    func numbers(_ values: [Float]) -> Intervals {
      let count = Double(values.count)
      return Intervals(values, limit: min(max(Int((count / 5).squareRoot()), 2), 16))
    }
    switch target {
    case .classes(let labels, let names):
      return [Intervals(codes: labels, count: names.count)]
    case .values(let values): return [numbers(values)]
    case .labels(let columns, _):
      return columns.map { Intervals(codes: $0.map { $0 ? 1 : 0 }, count: 2) }
    case .outputs(let columns, _): return columns.map(numbers)
    }
  }

  /// The division by all of several at once; nil where its parts would have too few rows.
  private func joined(_ parts: [Intervals]) -> Intervals? {
    guard parts.count > 1, let first = parts.first else { return nil }
    var codes = first.codes
    var count = first.count
    let limit = first.codes.count / 5
    for part in parts.dropFirst() {
      var numbers: [Int: Int] = [:]  // in the order of the rows, so that nothing depends on hashes
      for row in codes.indices {
        let code = codes[row] * part.count + part.codes[row]
        let number = numbers[code] ?? numbers.count
        numbers[code] = number
        codes[row] = number
      }
      count = numbers.count
      guard count <= limit else { return nil }
    }
    return Intervals(codes: codes, count: count)
  }
}
