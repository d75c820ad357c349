import Espalier

extension TrainingResult {
  /// The result as a page.
  var report: TrainingReport {
    let cost = trained.cost
    var headlines = [
      SelectionReport.Setting(
        name: "of \(Wording.count(cost.denseConnectionCount)) connections",
        value: Wording.count(cost.connectionCount))
    ]
    if let score {
      headlines.append(
        .init(
          name: "\(Wording.metric(score.metric.rawValue)), held-out rows",
          value: Wording.decimal(score.value, 4)))
    }
    headlines.append(
      .init(
        name: best.validationLoss == nil ? "training loss" : "validation loss",
        value: Wording.score(best.validationLoss ?? best.trainingLoss)))
    return TrainingReport(
      title: "A network of \(topology) on \(data.title)",
      producer: "espalier \(EspalierCommand.version)", method: topology, headlines: headlines,
      layers: layers.map {
        .init(name: $0.name, inputs: $0.inputs, units: $0.units, connections: $0.connections)
      },
      trainingLosses: trained.epochs.map(\.trainingLoss),
      validationLosses: trained.epochs.compactMap(\.validationLoss),
      bestEpoch: trained.bestEpoch + 1,
      cost: [
        .init(name: "parameters", value: cost.parameterSentence),
        .init(name: "operations", value: cost.operationSentence),
        .init(name: "training state", value: Wording.bytes(cost.stateBytes)),
        .init(name: "steps", value: Wording.count(cost.stepCount)),
      ],
      data: data.report,
      settings: settings.map { .init(name: $0.name, value: $0.value.plain) }, notes: notes)
  }
}
