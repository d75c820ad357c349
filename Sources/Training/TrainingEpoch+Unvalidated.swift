extension TrainingEpoch {
  /// An epoch of a training in which no rows are held out.
  ///
  /// - Parameter trainingLoss: The mean training loss over the batches.
  package init(trainingLoss: Double) {
    self.init(
      trainingLoss: trainingLoss, trainingAccuracy: nil, trainingTopFive: nil,
      validationLoss: nil, validationAccuracy: nil, validationTopFive: nil)
  }
}
