extension ChartSection {
  /// A chart of curves, and their numbers as a table.
  ///
  /// - Parameters:
  ///   - key: What the ids of the drawing begin with; no two sections share it.
  ///   - heading: The heading.
  ///   - explanation: A sentence or two.
  ///   - title: What the chart shows.
  ///   - axis: What the first axis is.
  ///   - curves: The curves; those without a finite value are left out.
  /// - Returns: The chart; nil where no curve is left.
  static func curves(
    key: String, heading: String, explanation: String, title: String, axis: String,
    curves: [LineChart.Curve]
  ) -> ChartSection? {
    let drawn = curves.filter { $0.values.contains(where: \.isFinite) }
    guard let chart = LineChart(drawn) else { return nil }
    let values = drawn.map { curve in
      Dictionary(curve.points.map { ($0.place, $0.value) }, uniquingKeysWith: { first, _ in first })
    }
    return ChartSection(
      key: key, heading: heading, explanation: explanation, title: title,
      svg: chart.svg(key: key, title: title, axis: axis),
      legend: chart.paths.map { .init(name: $0.name, colour: $0.colour, dashed: $0.dashed) },
      table: .init(
        heads: [(axis, true)] + drawn.map { ($0.name, true) },
        rows: Set(values.flatMap(\.keys)).sorted().map { place in
          ["\(place)"] + values.map { $0[place].map(significant) ?? "" }
        }))
  }

  /// The loss over rotations.
  static func rotations(_ report: SelectionReport) -> ChartSection? {
    let hasMarks = report.runs.contains { $0.bestRotation != nil }
    let name = report.lossName.prefix(1).uppercased() + report.lossName.dropFirst()
    return curves(
      key: "loss", heading: "How the search went",
      explanation: name + " after each \(report.roundName)"
        + (hasMarks ? "; the dot is the best one." : "."),
      title: name + " over \(report.roundName)s", axis: report.roundName,
      curves: report.runs.map {
        .init(name: "seed \($0.seed)", values: $0.losses, marked: $0.bestRotation)
      })
  }

  /// The losses of the training of a network over its epochs.
  static func epochs(_ report: TrainingReport) -> ChartSection? {
    epochs(
      training: report.trainingLosses, validation: report.validationLosses,
      best: report.bestEpoch)
  }

  /// The same of some losses.
  ///
  /// - Parameters:
  ///   - training: The training loss of each epoch.
  ///   - held: The loss on held-out rows after each epoch; empty where none are held out.
  ///   - best: The epoch whose network was kept, from 1; nil for one before the first.
  /// - Returns: The chart; nil where no loss is a number.
  static func epochs(training: [Double], validation held: [Double], best: Int?) -> ChartSection? {
    curves(
      key: "loss", heading: "How the training went",
      explanation: "Loss after each epoch; the dot is the epoch whose network was kept.",
      title: "Loss over epochs", axis: "epoch",
      curves: [
        .init(name: "validation loss", values: held, marked: best),
        .init(
          name: "training loss", values: training, marked: held.isEmpty ? best : nil),
      ])
  }

  /// The accuracies of the training of a network over its epochs.
  static func accuracies(_ report: TrainingReport) -> ChartSection? {
    curves(
      key: "accuracy", heading: "How often it was right",
      explanation: "The share of rows whose class is right after each epoch, or among the first"
        + " five; of training rows while they were learned.",
      title: "Accuracy over epochs", axis: "epoch",
      curves: report.accuracies.map {
        .init(name: $0.name, values: $0.values, marked: report.bestEpoch)
      })
  }

  /// The loss over the number of columns left.
  static func elimination(_ report: SelectionReport) -> ChartSection? {
    curves(
      key: "count", heading: "How many columns are needed",
      explanation: "Loss on held-out training rows as columns are taken away one phase at a time.",
      title: "Held-out loss over the number of columns", axis: "columns",
      curves: report.runs.map {
        .init(
          name: "seed \($0.seed)", values: $0.elimination.map(\.loss),
          places: $0.elimination.map(\.count))
      })
  }
}
