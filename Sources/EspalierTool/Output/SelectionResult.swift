import Espalier

/// All that a selection found, for every form of output.
struct SelectionResult: Sendable, CommandResult {
  /// The largest memory of each phase, in bytes.
  struct Peak: Sendable {
    var selection: Int?
    var judging: Int?
  }

  /// The data in numbers.
  struct Summary: Sendable {
    var title: String
    var rows: Int
    var features: Int
    /// The number of columns where features are groups of them; nil otherwise.
    var columns: Int?
    var classes: Int?
    /// The names of several labels or numbers to predict; nil for one target.
    var labels: [String]?
    var outputs: [String]?
    var hash: String
    var testHash: String?
    var trainingRows: Int
    var testRows: Int
    /// The columns of the file that are neither features nor targets, or must not be chosen.
    var leftOut: [String] = []
    /// Whether there is something to predict.
    var hasTarget = true
  }

  var method: String
  var settings: [(name: String, value: JSON)]
  var data: Summary
  /// The name of each feature.
  var names: [String]
  /// The names of the columns of each feature, where features are groups; nil otherwise.
  var groupColumns: [[String]]?
  /// The place of each feature in the file, from 0.
  var fileIndices: [Int]
  /// The names of the classes, labels or numbers; nil where a single number is predicted.
  var classNames: [String]?
  var imageShape: (height: Int, width: Int)?
  var features: [Consensus.Feature]
  var seedCount: Int
  var runs: [SeededRun]
  var judgement: Judgement?
  var stability: Stability?
  var truth: FoundTruth?
  /// The same for what the F-test would have chosen; nil where that is the method.
  var truthByFTest: FoundTruth?
  var path: CountPath?
  /// The selections inside folds; nil where none were asked for.
  var folds: FoldResult?
  /// What a page draws of the data.
  var charts = SelectionCharts()
  /// The rows that the choice saw, and those on which it is judged.
  var rows = Split(training: [], test: [])
  /// The rows that the judge learned from and those that it predicted; nil where nothing is judged.
  var judgedRows: Split?
  /// How columns were scaled, and who said so; nil for a method that scales nothing.
  var scaling: String?
  /// The count that was chosen in the end; nil where nothing was.
  var pathChoice: Int?
  /// The wall-clock time of all runs together.
  var selectionSeconds: Double
  /// The wall-clock time of the whole command so far.
  var seconds: Double
  var peak: Peak
  /// Whether an early end was asked for, by a signal.
  var isCutShort: Bool
  var notes: [String]

  /// The interval of the stability, where there are runs enough to speak of one.
  ///
  /// It rests on the variance of as many values as there are runs. In a simulation of 2,000 trials
  /// the interval of 2 runs has no width, that of 3 holds the true index in 45 of 100 trials,
  /// that of 5 in 75, that of 10 in 87.
  var stabilityInterval: (low: Double, high: Double)? {
    guard let stability, runs.count >= 10 else { return nil }
    return (stability.low, stability.high)
  }

  /// Whether any run ended early, for whatever reason.
  var isInterrupted: Bool {
    isCutShort || runs.contains { $0.selection.isInterrupted }
  }
}

extension SelectionResult.Summary {
  /// Summarises the data.
  ///
  /// - Parameters:
  ///   - data: The data.
  ///   - title: What they are called.
  ///   - dropped: The columns that must not be chosen.
  init(_ data: LoadedData, title: String, dropped: [String] = []) {
    let leftOut = data.leftOut
    self.init(
      title: title, rows: data.rowCount, features: data.training.featureCount,
      columns: data.training.featureGroups.map { _ in data.training.features.columnCount },
      classes: data.training.target.classCount, labels: data.training.target.labelNames,
      outputs: data.training.target.numberNames, hash: data.training.contentHash(),
      testHash: data.hasTestTable ? data.test.contentHash() : nil,
      trainingRows: data.trainingRows.count, testRows: data.testRows.count,
      leftOut: leftOut + dropped.filter { !leftOut.contains($0) }, hasTarget: data.hasTarget)
  }

  /// What a feature is called.
  var noun: String { columns == nil ? "column" : "feature" }

  /// Rows and target for people.
  var sentence: String {
    var parts = [Wording.count(trainingRows, "training row")]
    if testRows > 0 { parts.append("\(Wording.count(testRows)) held out") }
    parts.append(targetSentence)
    return parts.joined(separator: ", ")
  }

  private var targetSentence: String {
    if !hasTarget { return "no target" }
    if let classes { return Wording.count(classes, "class", plural: "classes") }
    if let labels { return Wording.count(labels.count, "label") + " to predict" }
    if let outputs { return Wording.count(outputs.count, "number") + " to predict" }
    return "a number to predict"
  }

  /// The data as a page shows them.
  var report: SelectionReport.DataSummary {
    .init(
      source: title, rows: rows, columns: features, classes: classes,
      target: labels == nil && outputs == nil && hasTarget ? nil : targetSentence, hash: hash,
      trainingRows: trainingRows, testRows: testRows)
  }

  var json: JSON {
    var members: [(String, JSON)] = [
      ("source", .string(title)), ("rows", .integer(rows)), ("features", .integer(features)),
      ("classes", .optional(classes, JSON.integer)), ("hash", .string(hash)),
      ("testHash", .optional(testHash, JSON.string)), ("trainingRows", .integer(trainingRows)),
      ("testRows", .integer(testRows)), ("leftOut", .strings(leftOut)),
    ]
    if !hasTarget { members.append(("hasTarget", .bool(false))) }
    if let columns { members.append(("columns", .integer(columns))) }
    if let labels { members.append(("labels", .strings(labels))) }
    if let outputs { members.append(("outputs", .strings(outputs))) }
    return .object(members)
  }
}

extension Target {
  /// The names of several labels; nil for anything else.
  fileprivate var labelNames: [String]? {
    if case .labels(_, let names) = self { names } else { nil }
  }

  /// The names of several numbers; nil for anything else.
  fileprivate var numberNames: [String]? {
    if case .outputs(_, let names) = self { names } else { nil }
  }
}
