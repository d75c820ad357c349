import Espalier

extension LayerPruningResult {
  /// The result as a page.
  var report: TrainingReport {
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
    let nodes = trained.network.nodes
    let retrained = trained.epochs.dropFirst(original.epochs.count)
    return TrainingReport(
      title: "Shallower network on \(data.title)",
      producer: "espalier \(EspalierCommand.version)",
      method: options.layers.budget == .nepenthe ? "NEPENTHE" : options.layers.budget.rawValue,
      headlines: headlines,
      layers: trained.network.prunableLayers.map { position in
        .init(
          name: nodes[position].name,
          inputs: nodes[nodes[position].inputs[0]].outputShape.elementCount,
          units: nodes[position].outputShape.elementCount,
          connections: nodes[position].parameters[0].count)
      }, trainingLosses: retrained.map(\.trainingLoss),
      validationLosses: retrained.compactMap(\.validationLoss),
      bestEpoch: max(1, outcome.best * epochCount),
      cost: costLines,
      data: data.report,
      settings: settings.map { .init(name: $0.name, value: $0.value.plain) }, notes: notes)
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
    for iteration in outcome.path {
      let entropies = iteration.layers.map { Wording.decimal($0.entropy, 2) }
      lines.append(
        .init(
          name: "iteration \(iteration.number)",
          value: "score \(Wording.decimal(iteration.score, 4)),"
            + " \(Wording.count(iteration.weightCount)) weights, entropies"
            + " \(entropies.joined(separator: " "))" + (iteration.isAccepted ? "" : ", too low")))
    }
    return lines
  }
}
