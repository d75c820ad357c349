import Espalier

extension TrainingEpoch {
  /// What it reached, as members of an object.
  var members: [(String, JSON)] {
    let replaced = replacedCount > 0 ? [("replacedConnections", JSON.integer(replacedCount))] : []
    return [
      ("trainingLoss", .number(trainingLoss)),
      ("trainingAccuracy", .optional(trainingAccuracy, JSON.number)),
      ("trainingTopFive", .optional(trainingTopFive, JSON.number)),
      ("validationLoss", .optional(validationLoss, JSON.number)),
      ("validationAccuracy", .optional(validationAccuracy, JSON.number)),
      ("validationTopFive", .optional(validationTopFive, JSON.number)),
    ] + replaced
  }

  /// What it reached, for people: on the training rows, and on those held out of them.
  var sentences: [String] {
    let validation = validationLoss.map {
      Self.sentence("validation", $0, validationAccuracy, validationTopFive)
    }
    return [
      Self.sentence("training", trainingLoss, trainingAccuracy, trainingTopFive), validation,
    ].compactMap(\.self)
  }

  private static func sentence(
    _ rows: String, _ loss: Double, _ accuracy: Double?, _ topFive: Double?
  ) -> String {
    let shares = [("accuracy", accuracy), ("top-5", topFive)].compactMap { name, value in
      value.map { "\(name) \(Wording.decimal($0, 4))" }
    }
    return (["\(rows) loss \(Wording.score(loss))"] + shares).joined(separator: ", ")
  }
}
