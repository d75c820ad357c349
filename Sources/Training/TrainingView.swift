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
    let weights = data.weights.map { weights in fittingRows.map { weights[$0] } }
    let fitted = data.features.fitted(scaling, rows: fittingRows)
    self.init(
      data, rows: rows, scaler: fitted.scaler, means: fitted.means,
      deviations: fitted.deviations,
      meaning: OutputMeaning(learning: data.target, fittedOn: fittingRows, weights: weights),
      balancedOn: balancesClasses ? (fittingRows, weights) : nil)
  }

  /// Looks at some rows as a trained network does.
  ///
  /// - Parameters:
  ///   - data: The table and its target, which is one of the network's.
  ///   - rows: The rows of the view.
  ///   - model: The network, whose scales are taken over; means and deviations are left open.
  ///   - balancingRows: The rows by which classes are weighted; nil for no weights.
  init(_ data: Dataset, rows: [Int], of model: TrainedNetwork, balancingRows: [Int]?) {
    self.init(
      data, rows: rows, scaler: model.scaler, means: [], deviations: [], meaning: model.meaning,
      balancedOn: balancingRows.map { rows in
        (rows, data.weights.map { weights in rows.map { weights[$0] } })
      })
  }

  private init(
    _ data: Dataset, rows: [Int], scaler: Scaler, means: [Float], deviations: [Float],
    meaning: OutputMeaning, balancedOn: (rows: [Int], weights: [Float]?)?
  ) {
    features = data.features
    self.rows = rows
    weights = data.weights.map { weights in rows.map { weights[$0] } }
    (self.scaler, self.means, self.deviations) = (scaler, means, deviations)
    self.meaning = meaning
    targets = meaning.targets(of: data.target, rows: rows, balancedOn: balancedOn)
    loss = meaning.loss
  }

  /// Buffers for the targets and weights of a batch of these rows.
  ///
  /// - Parameter capacity: The largest number of rows of a batch.
  /// - Returns: The buffers.
  package func targetBatch(capacity: Int) -> TargetBatch {
    TargetBatch(targets, rowWeights: weights, capacity: capacity)
  }
}
