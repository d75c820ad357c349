import Espalier

extension TrainingResult {
  /// The result as text for people, at most 80 columns wide.
  ///
  /// - Parameter reportPath: Where the report lies, or nil if there is none.
  /// - Returns: The lines.
  func table(reportPath: String?) -> String {
    let cost = trained.cost
    var lines = [
      Terminal.strong("\(subject) on " + Terminal.printable(data.title)),
      "Data: \(data.sentence)",
      "Training: \(Wording.count(trained.epochs.count, "epoch")), seed \(seed)", "",
    ]
    lines += layerLines + [""]
    if let accuracy = best.trainingAccuracy {
      let topFive = best.trainingTopFive.map { ", top-5 \(Wording.decimal($0, 4))" } ?? ""
      lines += Wording.fact(
        "training",
        "accuracy \(Wording.decimal(accuracy, 4))\(topFive) while it learned, in that epoch")
    }
    lines += Wording.fact("validation", validation)
    if let score {
      let topFive = score.topFive.map { ", top-5 \(Wording.decimal($0, 4))" } ?? ""
      lines += Wording.fact(
        "held out",
        "\(Wording.metric(score.metric.rawValue)) \(Wording.decimal(score.value, 4))\(topFive) on "
          + Wording.count(data.testRows, "row"))
    } else {
      lines += Wording.fact("held out", "none; --test-fraction 0.2 would hold some out")
    }
    lines += Wording.fact("scaling", scaling)
    lines += Wording.fact("parameters", cost.parameterSentence)
    lines += Wording.fact("operations", operations)
    let peak = peakBytes.map { ", \(Wording.bytes($0)) at the peak of the process" } ?? ""
    lines += Wording.fact("memory", "\(Wording.bytes(cost.stateBytes)) of training state\(peak)")
    lines += Wording.fact(
      "time",
      "\(Wording.duration(cost.seconds)) training, "
        + "\(Wording.decimal(cost.secondsPerStep * 1000, 3)) ms for each of "
        + Wording.count(cost.stepCount, "step"))
    lines += Wording.fact("report", reportPath ?? "none; --output DIR writes one")
    for note in notes { lines += Wording.fact("note", note) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The operations; the paper's rule is none of networks for images.
  var operations: String {
    imageNetwork == nil
      ? trained.cost.operationSentence
      : "\(Wording.score(Double(trained.cost.multiplyAdds))) multiply-adds"
  }

  private var validation: String {
    let place = "epoch \(trained.bestEpoch + 1) of \(trained.epochs.count)"
    guard let loss = best.validationLoss else {
      return "none held out; training loss \(Wording.score(best.trainingLoss)) in \(place)"
    }
    let accuracy = best.validationAccuracy.map { ", accuracy \(Wording.decimal($0, 4))" } ?? ""
    let topFive = best.validationTopFive.map { ", top-5 \(Wording.decimal($0, 4))" } ?? ""
    return "loss \(Wording.score(loss))\(accuracy)\(topFive) in \(place), the best"
  }

  private var layerLines: [String] {
    var table = TextTable([
      ("layer", .left), ("inputs", .right), ("units", .right), ("connections", .right),
      ("density", .right),
    ])
    for layer in layers {
      table.append([
        layer.name, Wording.count(layer.inputs), Wording.count(layer.units),
        Wording.count(layer.connections), Wording.score(layer.density),
      ])
    }
    let cost = trained.cost
    table.append([
      "all", "", "", Wording.count(cost.connectionCount),
      Wording.score(Double(cost.connectionCount) / Double(max(cost.denseConnectionCount, 1))),
    ])
    return table.lines()
  }
}
