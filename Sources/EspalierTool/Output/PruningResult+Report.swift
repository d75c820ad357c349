import Espalier

extension PruningResult {
  /// The result as a page.
  var report: TrainingReport {
    var headlines = [
      SelectionReport.Setting(
        name: "fewer parameters", value: Wording.decimal(100 * compression, 1) + " %")
    ]
    for (name, scores) in [("validation rows", validation), ("held-out rows", test)] {
      guard let scores else { continue }
      headlines.append(
        .init(name: "\(scores.metric), \(name)", value: Wording.score(scores.refined)))
    }
    let refined = trained.epochs.dropFirst(original.epochs.count)
    return TrainingReport(
      title: "Narrower layers on \(data.title)",
      producer: "espalier \(EspalierCommand.version)", method: "ODF2NNA", headlines: headlines,
      layers: layers, trainingLosses: refined.map(\.trainingLoss),
      validationLosses: refined.compactMap(\.validationLoss),
      bestEpoch: max(1, trained.bestEpoch - original.epochs.count + 1),
      cost: [
        .init(name: "parameters", value: sentence(parameters)),
        .init(name: "multiply-adds", value: sentence(multiplyAdds)),
      ] + (validation.map { [.init(name: "validation rows", value: sentence($0))] } ?? [])
        + (test.map { [.init(name: "held-out rows", value: sentence($0))] } ?? [])
        + path.map {
          .init(
            name: "threshold \(Wording.score($0.epsilon))",
            value: "\(Wording.count($0.parameterCount)) parameters, score"
              + " \(Wording.decimal($0.score, 4))" + ($0.isAccepted ? "" : ", too low"))
        },
      data: data.report,
      settings: settings.map { .init(name: $0.name, value: $0.value.plain) }, notes: notes)
  }

  private var layers: [TrainingReport.Layer] {
    let nodes = trained.network.nodes
    return trained.network.prunableLayers.map { position in
      .init(
        name: nodes[position].name,
        inputs: nodes[nodes[position].inputs[0]].outputShape.elementCount,
        units: nodes[position].outputShape.elementCount,
        connections: nodes[position].parameters[0].count)
    }
  }
}
