extension EntryPrune {
  public var settings: [(name: String, value: String)] {
    var settings = [
      ("inputLayer", isFlexible ? "flexible" : "fixed"),
      ("candidateFraction", candidateFraction.map { "\($0)" } ?? "automatic"),
      ("stepsPerRotation", stepsPerRotation.map { "\($0)" } ?? "automatic"),
      ("hiddenCount", "\(hiddenCount)"),
      ("batchCount", "\(batchCount)"),
      ("learningRate", "\(optimizer.learningRate)"),
      ("weightDecay", "\(optimizer.weightDecay)"),
      ("scoring", scoring.rawValue),
      ("quantity", quantity.rawValue),
      ("entrantMoments", entrantMoments.rawValue),
      ("regrowth", regrowth.rawValue),
      ("retestProbability", "\(retestProbability)"),
      ("scaling", scaling.rawValue),
      ("balancesClasses", "\(balancesClasses)"),
    ]
    switch length {
    case .rotations(let count):
      settings.append(("rotations", "\(count)"))
    case .validated(let validation):
      settings.append(("validationFraction", "\(validation.fraction)"))
      settings.append(("stratifiedValidation", "\(validation.isStratified)"))
      settings.append(("patience", "\(validation.patience)"))
      settings.append(("maximumEpochs", "\(validation.maximumEpochs)"))
    }
    return settings.map { (name: $0.0, value: $0.1) }
  }

  func checkSettings() throws(SelectionError) {
    func check(
      _ isValid: Bool, _ name: String, _ value: Any, _ range: String
    ) throws(SelectionError) {
      if !isValid { throw .badSetting(name: name, value: "\(value)", range: range) }
    }
    if let candidateFraction {
      try check(
        candidateFraction > 0 && candidateFraction <= 1, "the candidate fraction",
        candidateFraction, "above 0 and at most 1")
    }
    if let stepsPerRotation {
      try check(
        stepsPerRotation >= 1, "the number of steps in a rotation", stepsPerRotation,
        "at least 1")
    }
    try check(hiddenCount >= 1, "the number of hidden units", hiddenCount, "at least 1")
    try check(batchCount >= 1, "the batch size", batchCount, "at least 1")
    try check(
      optimizer.learningRate > 0 && optimizer.learningRate.isFinite, "the learning rate",
      optimizer.learningRate, "positive")
    try check(
      (0...1).contains(retestProbability), "the chance of a second test", retestProbability,
      "in 0...1")
    switch length {
    case .rotations(let count):
      try check(count >= 1, "the number of rotations", count, "at least 1")
    case .validated(let validation):
      try check(
        validation.fraction > 0 && validation.fraction < 1, "the validation fraction",
        validation.fraction, "above 0 and below 1")
      try check(validation.patience >= 1, "the patience", validation.patience, "at least 1")
      try check(
        validation.maximumEpochs >= 1, "the number of epochs", validation.maximumEpochs,
        "at least 1")
    }
  }
}
