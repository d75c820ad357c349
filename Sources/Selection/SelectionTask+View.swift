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
