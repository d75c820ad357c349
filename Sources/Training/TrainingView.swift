import Datasets
import Networks
import Tensors

/// Rows of a dataset as a network sees them: scaled columns, and targets ready for a loss.
package struct TrainingView {
  package let features: FeatureStore
  /// The rows; a position in the view is an index into this array.
  package let rows: [Int]
  package let scaler: Scaler
  /// The mean of each scaled column over the rows on which the scaler was fitted.
  package let means: [Float]
  /// The standard deviation of each scaled column over these rows.
  package let deviations: [Float]
  package let targets: TrainingTargets
  /// How much each row counts, by position in the view; nil for all the same.
  package let weights: [Float]?
  /// What the network's outputs mean.
  package let meaning: OutputMeaning
  package let loss: Loss

  package var rowCount: Int { rows.count }

  /// Looks at some rows.
  ///
  /// - Parameters:
  ///   - data: The table and its target.
  ///   - rows: The rows of the view.
  ///   - scaling: How columns are scaled.
  ///   - fittingRows: The rows on which scaler, target's scale and class weights are fitted.
  ///   - balancesClasses: Whether rows are weighted so that every class counts the same.
  package init(
    _ data: Dataset, rows: [Int], scaling: InputScaling, fittingRows: [Int],
    balancesClasses: Bool = false
  ) {
    features = data.features
    self.rows = rows
    weights = data.weights.map { weights in rows.map { weights[$0] } }
    let fittingWeights = data.weights.map { weights in fittingRows.map { weights[$0] } }
    let fitted = features.fitted(scaling, rows: fittingRows)
    (scaler, means, deviations) = (fitted.scaler, fitted.means, fitted.deviations)
    switch data.target {
    case .classes(let indices, let names):
      let weights = TrainingTargets.balancedWeights(
        fittingRows.map { Int32(indices[$0]) }, rowWeights: fittingWeights,
        classCount: names.count)
      targets = .labels(
        rows.map { Int32(indices[$0]) }, classCount: names.count,
        classWeights: balancesClasses ? weights : nil)
      meaning = .classes(names: names)
      loss = .crossEntropy
    case .values(let values):
      let scale = TargetScale(fittingRows.map { values[$0] }, weights: fittingWeights)
      meaning = .value(scale)
      targets = .values(Tensor([rows.count, 1], rows.map { scale.standardised(values[$0]) }))
      loss = .meanSquaredError
    case .labels(let columns, let names):
      meaning = .labels(names: names)
      targets = .values(
        Tensor(
          [rows.count, columns.count],
          rows.flatMap { row in columns.map { $0[row] ? 1 : 0 } }))
      loss = .binaryCrossEntropy
    case .outputs(let columns, let names):
      let scales = columns.map { column in
        TargetScale(fittingRows.map { column[$0] }, weights: fittingWeights)
      }
      meaning = .outputs(names: names, scales: scales)
      targets = .values(
        Tensor(
          [rows.count, columns.count],
          rows.flatMap { row in
            columns.indices.map { scales[$0].standardised(columns[$0][row]) }
          }))
      loss = .meanSquaredError
    }
  }
  /// Buffers for the targets and weights of a batch of these rows.
  ///
  /// - Parameter capacity: The largest number of rows of a batch.
  /// - Returns: The buffers.
  package func targetBatch(capacity: Int) -> TargetBatch {
    TargetBatch(targets, rowWeights: weights, capacity: capacity)
  }
}
