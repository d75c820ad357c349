import Datasets
import Networks
import Training

extension TrainingView {
  /// Looks at some rows of a task.
  ///
  /// - Parameters:
  ///   - task: The data.
  ///   - rows: The rows of the view, some of the task's.
  ///   - scaling: How columns are scaled.
  ///   - fittingRows: The rows on which scaler, target's scale and class weights are fitted.
  ///   - balancesClasses: Whether rows are weighted so that every class counts the same.
  init(
    _ task: SelectionTask, rows: [Int], scaling: InputScaling, fittingRows: [Int],
    balancesClasses: Bool = false
  ) {
    self.init(
      task.data, rows: rows, scaling: scaling, fittingRows: fittingRows,
      balancesClasses: balancesClasses)
  }
}

extension SelectionTask {
  /// The weight of each of the rows times that of its class, with which every class counts the
  /// same; nil where there are no classes.
  var balancedWeights: [Float]? {
    guard case .classes(let indices, let names) = data.target else { return nil }
    let labels = rows.map { Int32(indices[$0]) }
    let ofRows = data.weights.map { weights in rows.map { weights[$0] } }
    let ofClasses = TrainingTargets.balancedWeights(
      labels, rowWeights: ofRows, classCount: names.count)
    return labels.indices.map { (ofRows?[$0] ?? 1) * ofClasses[Int(labels[$0])] }
  }
}
