import Espalier

extension TrainingCost {
  /// The cost as an object of a result.
  var json: JSON {
    .object([
      ("parameters", .integer(parameterCount)),
      ("connections", .integer(connectionCount)),
      ("denseConnections", .integer(denseConnectionCount)),
      ("epochs", .integer(epochCount)),
      ("steps", .integer(stepCount)),
      (
        "multiplyAdds",
        .object([
          ("publishedRule", .integer(publishedRuleMultiplyAdds)),
          ("training", .integer(trainingMultiplyAdds)), ("growth", .integer(growthMultiplyAdds)),
          ("importance", .integer(importanceMultiplyAdds)),
        ])
      ),
      ("stateBytes", .integer(stateBytes)),
      ("seconds", .measured(.number(seconds))),
      ("secondsPerStep", .measured(.number(secondsPerStep))),
      ("importanceSeconds", .measured(.number(importanceSeconds))),
    ])
  }

  /// The parameters for people.
  var parameterSentence: String {
    "\(Wording.count(parameterCount)); \(Wording.count(connectionCount)) of "
      + Wording.count(denseConnectionCount, "connection")
  }

  /// The operations for people.
  var operationSentence: String {
    let parts = [
      ("growth", growthMultiplyAdds), ("importance", importanceMultiplyAdds),
    ].filter { $0.1 > 0 }.map { "\(Wording.score(Double($0.1))) for \($0.0)" }
    return "\(Wording.score(Double(publishedRuleMultiplyAdds))) multiply-adds by the paper's rule, "
      + "\(Wording.score(Double(multiplyAdds))) as counted"
      + (parts.isEmpty ? "" : ", of them \(parts.joined(separator: " and "))")
  }
}

extension TrainingCost {
  /// The cost as a page shows it.
  var report: SelectionReport.Cost {
    .init(
      connections: connectionCount, denseConnections: denseConnectionCount,
      publishedRule: publishedRuleMultiplyAdds, training: trainingMultiplyAdds,
      growth: growthMultiplyAdds, importance: importanceMultiplyAdds, stateBytes: stateBytes)
  }
}
