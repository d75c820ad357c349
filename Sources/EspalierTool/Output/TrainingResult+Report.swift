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
    if let topFive = score?.topFive {
      headlines.append(
        .init(name: "top-5 accuracy, held-out rows", value: Wording.decimal(topFive, 4)))
    }
    headlines.append(
      .init(
        name: best.validationLoss == nil ? "training loss" : "validation loss",
        value: Wording.score(best.validationLoss ?? best.trainingLoss)))
    var report = TrainingReport(
      title: "\(subject) on \(data.title)",
      producer: "espalier \(EspalierCommand.version)", method: imageNetwork?.name ?? topology,
      headlines: headlines,
      layers: layers.map {
        .init(name: $0.name, inputs: $0.inputs, units: $0.units, connections: $0.connections)
      },
      trainingLosses: trained.epochs.map(\.trainingLoss),
      validationLosses: trained.epochs.compactMap(\.validationLoss), accuracies: accuracies,
      bestEpoch: trained.bestEpoch + 1,
      cost: [
        .init(name: "parameters", value: cost.parameterSentence),
        .init(name: "operations", value: operations),
        .init(name: "training state", value: Wording.bytes(cost.stateBytes)),
        .init(name: "steps", value: Wording.count(cost.stepCount)),
      ],
      data: data.report,
      settings: settings.map { .init(name: $0.name, value: $0.value.plain) }, notes: notes)
    let spreads = trained.network.connectionSpreads
    if spreads.contains(where: { $0.units != nil }) {
      report.connections = ConnectionReport(
        layers: spreads, changes: trained.epochs.connectionChanges, leaders: leaders)
    }
    return report
  }

  /// The inputs that are strongest in the end; none where not all epochs are known.
  private var leaders: [ConnectionReport.Leader] {
    let epochs = trained.strongestInputs
    guard epochs.count == trained.epochs.count, let last = epochs.last else { return [] }
    return last.prefix(LeaderCurves.limit).map { leader in
      ConnectionReport.Leader(
        name: trained.columnNames[leader.input],
        shares: epochs.map { epoch in
          epoch.first { $0.input == leader.input }?.share ?? .nan
        })
    }
  }

  private var accuracies: [TrainingReport.Curve] {
    func curve(
      _ name: String, _ member: (TrainingEpoch) -> Double?
    ) -> TrainingReport.Curve? {
      let values = trained.epochs.compactMap(member)
      return values.count == trained.epochs.count ? .init(name: name, values: values) : nil
    }
    return [
      curve("validation accuracy", \.validationAccuracy),
      curve("training accuracy", \.trainingAccuracy),
      curve("validation top-5", \.validationTopFive),
      curve("training top-5", \.trainingTopFive),
    ].compactMap(\.self)
  }
}
