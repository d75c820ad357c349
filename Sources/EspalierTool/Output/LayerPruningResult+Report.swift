import Espalier

extension LayerPruningResult {
  /// The result as a page.
  var report: PruningReport {
    let gone = Wording.goneShare(sizes.after.parameters, sizes.before.parameters)
    var headlines = [
      SelectionReport.Setting(
        name: "fewer parameters", value: Wording.decimal(100 * gone, 1) + " %"),
      .init(name: "score, validation rows", value: Wording.decimal(validationScore, 4)),
    ]
    if let test {
      headlines.append(
        .init(name: "\(test.metric), held-out rows", value: Wording.score(test.after)))
    }
    let retrained = trained.epochs.dropFirst(original.epochs.count)
    var report = PruningReport(
      title: "Shallower network on \(data.title)",
      producer: "espalier \(EspalierCommand.version)",
      method: options.layers.budget == .nepenthe ? "NEPENTHE" : options.layers.budget.rawValue)
    report.headlines = headlines
    report.layers = original.network.changes(to: trained.network).map(PruningReport.Layer.init)
    report.scoreName = "score of the validation rows"
    report.sizeName = "weights"
    let candidates = outcome.path.map { iteration in
      PruningReport.Candidate(
        parameters: iteration.weightCount, score: iteration.score, scoreAtOnce: .nan,
        isChosen: iteration.number == outcome.best)
    }
    report.original = candidates.first
    report.path = Array(candidates.dropFirst())
    report.entropies = outcome.layers.indices.map { place in
      .init(
        name: outcome.layers[place].name, values: outcome.path.map { $0.layers[place].entropy })
    }
    report.trainingLosses = retrained.map(\.trainingLoss)
    report.validationLosses = retrained.compactMap(\.validationLoss)
    report.bestEpoch = outcome.best > 0 ? outcome.best * epochCount : nil
    report.sections = [.init(heading: "What is left", facts: costLines)]
    if outcome.path.count > 1 {
      report.sections.append(.init(heading: "Iterations", facts: iterationLines))
    }
    report.measured = [
      .init(
        name: "latency",
        value: "\(Wording.time(sizes.after.seconds)) for a batch of 64 rows, before"
          + " \(Wording.time(sizes.before.seconds))")
    ]
    report.data = data.report
    report.settings = settings.map { .init(name: $0.name, value: $0.value.plain) }
    report.notes = notes
    return report
  }

  private var costLines: [SelectionReport.Setting] {
    var lines: [SelectionReport.Setting] = [
      .init(name: "masked", value: maskedSentence), .init(name: "gone", value: goneSentence),
      .init(name: "parameters", value: sentence(\.parameters)),
      .init(name: "multiply-adds", value: sentence(\.multiplyAdds)),
      .init(name: "layers one after another", value: sentence(\.depth)),
      .init(name: "bytes", value: sentence(\.bytes)),
    ]
    lines += removal.report.kept.map {
      .init(name: "kept", value: "\($0.change.rawValue), \($0.sentence)")
    }
    if let test {
      lines.append(.init(name: "held-out rows", value: sentence(test)))
    }
    lines.append(.init(name: "difference", value: differenceSentence))
    return lines
  }

  private var iterationLines: [SelectionReport.Setting] {
    outcome.path.map { iteration in
      let entropies = iteration.layers.map { Wording.decimal($0.entropy, 2) }
      return .init(
        name: "\(iteration.number)",
        value: "score \(Wording.decimal(iteration.score, 4)),"
          + " \(Wording.count(iteration.weightCount)) weights, entropies"
          + " \(entropies.joined(separator: " "))" + (iteration.isAccepted ? "" : ", too low"))
    }
  }
}
