import Espalier

/// The rows to learn from and the rows held out, as the options say.
struct LoadedData: Sendable {
  private(set) var training: Dataset
  let trainingRows: [Int]
  /// The table of the held-out rows: the training table, or one of its own.
  let test: Dataset
  let testRows: [Int]
  /// Whether the held-out rows are a table of their own.
  let hasTestTable: Bool

  /// What the target was to be understood as.
  let task: TargetTask
  /// How columns became numbers without gaps.
  let encoding: Encoding
  private let table: LabelledTable
  private let missing: MissingPolicy
  private var groupFile: String?
  /// What was found out about the table, a sentence each.
  let tableNotes: [String]
  /// The columns that are neither features nor of any other use.
  let leftOut: [String]

  /// Reads the data.
  ///
  /// - Parameters:
  ///   - data: Where they are.
  ///   - test: Which rows are held out.
  ///   - names: Columns that are of no interest; they need not be numbers.
  /// - Throws: A `DatasetError` that names file and place.
  init(_ data: DataOptions, _ test: TestOptions, dropping names: [String] = []) throws {
    task = data.task
    var labelled = try data.source().readLabelled(task: data.task)
    labelled.leaveOutTexts(of: names)
    leftOut = labelled.leftOut.map { labelled.table.columnNames[$0] }
    hasTestTable = !test.test.isEmpty
    let testTable: LabelledTable?
    if hasTestTable {
      var source = data.source()
      source.paths = test.test
      source.target = data.location(labels: test.testLabels)
      testTable = try source.readLabelled(matching: labelled)
      trainingRows = Array(0..<labelled.rowCount)
      testRows = Array(0..<(testTable?.rowCount ?? 0))
    } else {
      testTable = nil
      let split = try Self.split(labelled, test)
      (trainingRows, testRows) = (split.training, split.test)
    }
    encoding = try labelled.encoding(
      rows: trainingRows, missing: data.missing, others: testTable.map { [$0.table] } ?? [])
    training = try labelled.dataset(encoding)
    self.test = try testTable?.dataset(encoding) ?? training
    tableNotes = labelled.table.notes + labelled.notes
    (table, missing) = (labelled, data.missing)
  }

  /// The training table as it is where only some of its rows may be looked at.
  ///
  /// - Parameter rows: The rows on which gaps are filled.
  /// - Returns: The table of all rows, with the same features in the same order.
  /// - Throws: A `DatasetError` that names file and place.
  func training(fittedOn rows: [Int]) throws -> Dataset {
    if encoding.isIdentity { return training }
    var data = try table.dataset(table.encoding(rows: rows, missing: missing))
    if let groupFile {
      data.featureGroups = try GroupFile.read(
        path: groupFile, columnNames: data.features.columnNames, joining: data.featureGroups)
    }
    return data
  }

  private static func split(_ data: LabelledTable, _ test: TestOptions) throws -> Split {
    if let path = test.testRows {
      let rows = try TestRows.read(path: path, rowCount: data.rowCount)
      return try Split.rows(test: rows, rowCount: data.rowCount)
    }
    guard let fraction = test.testFraction else {
      return Split(training: Array(0..<data.rowCount), test: [])
    }
    // Seeds vary the training, never the rows held out.
    var generator = RandomSource(seed: 0).substream("test rows")
    return Split.random(
      rowCount: data.rowCount, testFraction: fraction, target: data.target, stratified: true,
      subjects: data.subjects, using: &generator)
  }

  /// Makes groups of columns one feature each, as a file says.
  mutating func group(by path: String) throws {
    groupFile = path
    training.featureGroups = try GroupFile.read(
      path: path, columnNames: training.features.columnNames, joining: training.featureGroups)
  }

  /// The number of rows, those held out among them.
  var rowCount: Int { trainingRows.count + testRows.count }

  /// What a learner sees of some columns, scaled by the training rows.
  func trial(columns: [Int], scaler: Scaler, rows: JudgeRows) -> Trial {
    let judged = rows.rows(Split(training: trainingRows, test: testRows))
    return Trial(
      training: training, rows: judged.training, test: test, rows: judged.test, columns: columns,
      scaler: scaler)
  }

  /// The scaler of the judge, fitted on the training rows.
  func scaler(_ scaling: InputScaling) -> Scaler {
    training.features.fitted(scaling, rows: trainingRows).scaler
  }

  /// Finds a feature by its name, or else by its index.
  func feature(_ text: String, option: String) throws -> Int {
    let names = training.featureNames
    if let position = names.firstIndex(of: text) { return position }
    if let index = Int(text) {
      if names.indices.contains(index) { return index }
      throw ToolError.usage(
        "\(option): there is no \(training.featureNoun) \(index); indices run from 0 to \(names.count - 1)"
      )
    }
    if let groups = training.featureGroups,
      let column = training.features.columnNames.firstIndex(of: text)
    {
      let group = names[groups.featureOfColumn[column]]
      throw ToolError.usage("\(option): '\(text)' is a column of the group '\(group)'; name that")
    }
    throw ToolError.usage(
      "\(option): no \(training.featureNoun) '\(text)'" + nameHint(for: text, among: names))
  }
}

extension Dataset {
  /// What a feature is called.
  var featureNoun: String { featureGroups == nil ? "column" : "feature" }
}
