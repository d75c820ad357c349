import Datasets
import Tensors

/// The features with the largest weights in linear models with an L1 penalty, just strong enough
/// that as many live as are wanted.
///
/// Classes are told apart by logistic regression, one against the rest where there are more than
/// two, and labels each by one; numbers are predicted by linear regression (the lasso). The penalty
/// falls until at least K features live; the score of a column is its largest weight over the
/// outputs, on columns of equal deviation, and that of a group the largest of its columns. Columns
/// that do not live follow by their gradient.
///
/// - Source: Tibshirani, "Regression Shrinkage and Selection via the Lasso", JRSS B 1996; the way
///   there is that of ``LassoPath``.
public struct LassoSelection: SelectionMethod, Hashable {
  /// How columns are scaled; nil where the content decides: log(1 + x), then 0...1, for counts that
  /// are mostly 0, and deviation 1 otherwise.
  public var scaling: InputScaling?
  /// Whether rows are weighted so that every class counts the same.
  public var balancesClasses = false
  /// How many cells are looked at in each step at most, as far as rows can be left out.
  public var cellLimit = 20_000_000

  /// Creates the method.
  public init() {}

  public var name: String { "l1" }

  public func settings(for task: SelectionTask) throws(SelectionError) -> [(
    name: String, value: String
  )] {
    [
      ("scale", effectiveScaling(task).rawValue),
      ("classWeight", balancesClasses ? "balanced" : "none"),
    ]
  }

  private func effectiveScaling(_ task: SelectionTask) -> InputScaling {
    scaling ?? (task.data.holdsSparseCounts(rows: task.rows) ? .logarithmMinMax : .standard)
  }

  public func select(
    _ task: SelectionTask, random: RandomSource, observer: any SelectionObserver
  ) throws(SelectionError) -> FeatureSelection {
    let ranking = FeatureRanking(task)
    let sample = TaskSample(task, cellLimit: cellLimit, takesAllColumns: true, random: random)
    let (rows, columns) = (sample.rows, sample.columns)
    let scaler = task.data.features.fitted(effectiveScaling(task), rows: rows).scaler
    let gatherer = ColumnGatherer(task.data.features, columns: columns, scaler: scaler)
    let (targets, isLogistic) = outputs(task.data.target.subset(rows))
    var path = LassoPath(
      targets: targets, isLogistic: isLogistic,
      weights: weights(task.weights(of: rows, balancesClasses: balancesClasses), rows.count),
      gradients: { gradients(of: gatherer, rows: rows, $0) },
      gather: { places in
        let block = task.data.features.gathered(
          rows: rows, columns: places.map { columns[$0] }, scaler: scaler)
        return places.indices.map { place in
          rows.indices.map { block[$0 * places.count + place] }
        }
      })
    let places = placesOfFeatures(task, columns)
    let end = path.follow(columnCount: columns.count) { weights in
      places.count { $0.contains { weights[$0] != 0 } } >= task.count
    }
    // What does not live comes after all that does.
    let least = end.weights.filter { $0 > 0 }.min() ?? 1
    let scores = places.map { members in
      members.reduce(0) { largest, place in
        let weight = end.weights[place]
        return max(largest, weight > 0 ? weight : 1e-3 * least * end.shares[place])
      }
    }
    return FeatureSelection(
      features: ranking.best(features: scores), notes: ranking.notes + sample.notes)
  }

  /// The places of each eligible feature's columns among some columns.
  private func placesOfFeatures(_ task: SelectionTask, _ columns: [Int]) -> [[Int]] {
    guard task.data.featureGroups != nil else { return columns.indices.map { [$0] } }
    var place = [Int](repeating: 0, count: task.data.features.columnCount)
    for (position, column) in columns.enumerated() { place[column] = position }
    return task.eligible.map { task.data.columns(of: [$0]).map { place[$0] } }
  }

  /// What is predicted, for each output and row, and whether it is 0 or 1.
  private func outputs(_ target: Target) -> (targets: [[Float]], isLogistic: Bool) {
    switch target {
    case .classes(let labels, let names):
      let classes = names.count <= 2 ? [1] : Array(names.indices)
      return (classes.map { index in labels.map { $0 == index ? 1 : 0 } }, true)
    case .labels(let columns, _):
      return (columns.map { $0.map { $0 ? 1 : 0 } }, true)
    case .values(let values): return ([standardised(values)], false)
    case .outputs(let columns, _): return (columns.map(standardised), false)
    }
  }

  private func standardised(_ values: [Float]) -> [Float] {
    let count = Double(max(values.count, 1))
    let mean = values.reduce(0) { $0 + Double($1) } / count
    let squares = values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    let deviation = (squares / count).squareRoot()
    return values.map { deviation > 0 ? Float((Double($0) - mean) / deviation) : 0 }
  }

  /// Weights of mean 1.
  private func weights(_ given: [Float]?, _ count: Int) -> [Float] {
    guard let given else { return [Float](repeating: 1, count: count) }
    let sum = given.reduce(0) { $0 + Double($1) }
    return given.map { Float(Double($0) * Double(count) / sum) }
  }
}

/// (1/n) Σ_i r_i x_ij of every column, for each run of residuals; reads the rows once.
private func gradients(
  of gatherer: ColumnGatherer, rows: [Int], _ residuals: [[Float]]
) -> [[Float]] {
  let width = gatherer.columns.count
  var sums = residuals.map { _ in [Float](repeating: 0, count: width) }
  let step = max(1, min(rows.count, (1 << 18) / max(width, 1)))
  var block = [Float](repeating: 0, count: step * width)
  for first in stride(from: 0, to: rows.count, by: step) {
    let range = first..<min(first + step, rows.count)
    block.withUnsafeMutableBufferPointer { gatherer.gather(rows: rows[range], into: $0) }
    for output in residuals.indices {
      sums[output].withUnsafeMutableBufferPointer { sums in
        block.withUnsafeBufferPointer { block in
          for row in range {
            let residual = residuals[output][row]
            let start = (row - first) * width
            for column in 0..<width { sums[column] += residual * block[start + column] }
          }
        }
      }
    }
  }
  let share = 1 / Float(max(rows.count, 1))
  return sums.map { $0.map { $0 * share } }
}
