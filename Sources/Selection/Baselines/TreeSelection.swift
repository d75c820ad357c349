import Datasets
import Evaluation
import Tensors

/// The features at which boosted trees gain most.
///
///     grow T trees on random shares of the rows, each branch among a few random columns
///     score of a column = Σ of what its branches lower the loss by
///
/// Trees see interactions, and need no scaling. A group has the sum of its columns' gains; of
/// several labels or numbers each has trees of its own, whose shares of the gain are summed.
///
/// - Source: Chen and Guestrin, "XGBoost: A Scalable Tree Boosting System", KDD 2016; the gain as
///   importance is Breiman's, "Classification and Regression Trees", 1984, section 5.3.4.
/// - Note: Needs XGBoost, which is opened when it is first used.
public struct TreeSelection: SelectionMethod, Hashable {
  /// How trees are boosted.
  public var settings = TreeSettings()
  /// Whether rows are weighted so that every class counts the same.
  public var balancesClasses = false
  /// How many cells the trees see at most; each takes some 12 bytes.
  public var cellLimit = 10_000_000

  /// Creates the method.
  public init() {}

  public var name: String { "trees" }

  /// Whether XGBoost is on this machine.
  public static var isAvailable: Bool { TreeEnsemble.isAvailable }

  public func settings(for task: SelectionTask) throws(SelectionError) -> [(
    name: String, value: String
  )] {
    guard Self.isAvailable else {
      throw .unavailable(method: "--method \(name)", reason: "\(TreeFault.unavailable)")
    }
    return [
      ("trees", "\(settings.treeCount)"), ("depth", "\(settings.depth)"),
      ("learningRate", "\(settings.learningRate)"), ("rowFraction", "\(settings.rowFraction)"),
      ("columnFraction", "\(settings.columnFraction)"),
      ("classWeight", balancesClasses ? "balanced" : "none"),
    ]
  }

  public func select(
    _ task: SelectionTask, random: RandomSource, observer: any SelectionObserver
  ) throws(SelectionError) -> FeatureSelection {
    _ = try settings(for: task)
    let ranking = FeatureRanking(task)
    let sample = TaskSample(
      task, cellLimit: cellLimit, takesAllColumns: false, random: random)
    let block = task.data.features.gathered(rows: sample.rows, columns: sample.columns)
    var generator = random.substream("trees")
    let seed = generator.next()
    var gains = [Double](repeating: 0, count: task.data.features.columnCount)
    for goal in goals(task.data.target.subset(sample.rows)) {
      do throws(TreeFault) {
        let trees = try TreeEnsemble(
          block, columnCount: sample.columns.count, goal,
          weights: task.weights(of: sample.rows, balancesClasses: balancesClasses),
          settings: settings, seed: seed)
        let found = try trees.gains()
        let total = found.reduce(0, +)
        for (column, gain) in zip(sample.columns, found) where total > 0 {
          gains[column] += gain / total
        }
      } catch {
        throw .refused(reason: error.description)
      }
    }
    let scores = task.eligible.map { feature in
      task.data.columns(of: [feature]).reduce(0) { $0 + gains[$1] }
    }
    return FeatureSelection(
      features: ranking.best(features: scores), notes: ranking.notes + sample.notes)
  }

  /// What is to be predicted, one thing after the other.
  private func goals(_ target: Target) -> [TreeEnsemble.Goal] {
    switch target {
    case .classes(let labels, let names): [.classes(labels, count: names.count)]
    case .values(let values): [.values(values)]
    case .labels(let columns, _):
      columns.map { .classes($0.map { $0 ? 1 : 0 }, count: 2) }
    case .outputs(let columns, _): columns.map { .values($0) }
    }
  }
}
