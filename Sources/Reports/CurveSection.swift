/// A chart of one curve per run, and its numbers as a table, under the names of the template.
struct CurveSection {
  /// A row of the table.
  struct Row {
    var place: Int
    var values: [String]
  }

  /// What the ids of the drawing begin with; no two sections share it.
  let key: String
  let heading: String
  let explanation: String
  let title: String
  let axis: String
  let chart: LineChart
  let names: [String]
  let rows: [Row]

  /// The loss over rotations.
  static func rotations(_ report: SelectionReport) -> CurveSection? {
    let hasMarks = report.runs.contains { $0.bestRotation != nil }
    let name = report.lossName.prefix(1).uppercased() + report.lossName.dropFirst()
    return CurveSection(
      key: "loss", heading: "How the search went",
      explanation: name + " after each \(report.roundName)"
        + (hasMarks ? "; the dot is the best one." : "."),
      title: name + " over \(report.roundName)s", axis: report.roundName,
      curves: report.runs.map {
        .init(name: "seed \($0.seed)", values: $0.losses, marked: $0.bestRotation)
      })
  }

  /// The losses of the training of a network over its epochs.
  static func epochs(_ report: TrainingReport) -> CurveSection? {
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
  static func epochs(training: [Double], validation held: [Double], best: Int?) -> CurveSection? {
    CurveSection(
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
  static func accuracies(_ report: TrainingReport) -> CurveSection? {
    CurveSection(
      key: "accuracy", heading: "How often it was right",
      explanation: "The share of rows whose class is right after each epoch, or among the first"
        + " five; of training rows while they were learned.",
      title: "Accuracy over epochs", axis: "epoch",
      curves: report.accuracies.map {
        .init(name: $0.name, values: $0.values, marked: report.bestEpoch)
      })
  }

  /// The loss over the number of columns left.
  static func elimination(_ report: SelectionReport) -> CurveSection? {
    CurveSection(
      key: "count", heading: "How many columns are needed",
      explanation: "Loss on held-out training rows as columns are taken away one phase at a time.",
      title: "Held-out loss over the number of columns", axis: "columns",
      curves: report.runs.map {
        .init(
          name: "seed \($0.seed)", values: $0.elimination.map(\.loss),
          places: $0.elimination.map(\.count))
      })
  }

  init?(
    key: String, heading: String, explanation: String, title: String, axis: String,
    curves: [LineChart.Curve]
  ) {
    let drawn = curves.filter { $0.values.contains(where: \.isFinite) }
    guard let chart = LineChart(drawn) else { return nil }
    self.key = key
    self.heading = heading
    self.explanation = explanation
    self.title = title
    self.axis = axis
    self.chart = chart
    names = drawn.map(\.name)
    let values = drawn.map { curve in
      Dictionary(curve.points.map { ($0.place, $0.value) }, uniquingKeysWith: { first, _ in first })
    }
    rows = Set(values.flatMap(\.keys)).sorted().map { place in
      Row(place: place, values: values.map { $0[place].map(significant) ?? "" })
    }
  }
}
