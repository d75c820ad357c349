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
  /// The place in the encoding of the column that each column comes from.
  private let sources: [Int]
  private let table: LabelledTable
  private let missing: MissingPolicy
  private var groupFile: String?
  /// What was found out about the table, a sentence each.
  let tableNotes: [String]
  /// The columns that are neither features nor targets.
  let leftOut: [String]
  /// Whether there is something to predict; without, the target is a mere placeholder.
  let hasTarget: Bool

  /// Reads the data.
  ///
  /// - Parameters:
  ///   - data: Where they are.
  ///   - test: Which rows are held out.
  ///   - dropped: Columns that are of no interest; they need not be numbers.
  ///   - isTargetOptional: Whether there need not be a target.
  ///   - known: How columns become numbers; nil to find it out from the training rows.
  ///   - image: The images that a network reads; nil where it reads none, or none is there yet.
  /// - Throws: A `DatasetError` that names file and place.
  init(
    _ data: DataOptions, _ test: TestOptions, dropping dropped: DroppedColumns = DroppedColumns(),
    isTargetOptional: Bool = false, encoding known: Encoding? = nil,
    image: (height: Int, width: Int, channels: Int)? = nil
  ) throws {
    task = data.task
    var source = data.source()
    source.isTargetOptional = isTargetOptional
    if let image, source.reading.imageSize == nil {
      source.reading.imageSize = (image.height, image.width)
      source.reading.imageChannels = image.channels
    }
    var labelled = try EmbeddedRun.read(source, data.task)
    if let image { try labelled.table.refuseImages(otherThan: image, path: source.paths[0]) }
    try labelled.leaveOut(dropped, path: source.paths[0])
    hasTarget = labelled.hasTarget
    leftOut =
      labelled.leftOut.map { labelled.table.columnNames[$0] }
      + [labelled.weightName, labelled.subjectName].compactMap(\.self)
    hasTestTable = !test.test.isEmpty
    let testTable: LabelledTable?
    if hasTestTable {
      source.paths = test.test
      source.reading.expectsPictures = false  // what else it holds is compared with the training
      source.target = data.location(labels: test.testLabels)
      if let image = labelled.image {
        let size = source.reading.imageSize ?? (image.height, image.width)
        (source.reading.imageSize, source.reading.imageChannels) = (size, image.channels)
      }
      let table = try source.readLabelled(matching: labelled)
      try labelled.refuseSharedSubjects(with: table, path: test.test[0])
      (trainingRows, testRows) = (labelled.usableRows, table.usableRows)
      testTable = table
    } else {
      testTable = nil
      let split = try test.split(labelled)
      (trainingRows, testRows) = (split.training, split.test)
    }
    encoding =
      try known
      ?? labelled.encoding(
        rows: trainingRows, missing: data.missing, others: testTable.map { [$0.table] } ?? [])
    let encoded = try encoding.features(of: labelled.table, path: data.data.first ?? "")
    sources = encoded.sources
    training = labelled.dataset(encoded)
    var unknown = encoded.unknownLevelCount
    if let testTable {
      let features = try encoding.features(of: testTable.table, path: test.test.first ?? "")
      self.test = testTable.dataset(features)
      unknown = features.unknownLevelCount
    } else {
      self.test = training
    }
    let unknownNote =
      "\(Wording.count(unknown, "held-out cell")) of categorical columns hold a value that no training"
      + " row has; they count as none"
    let ofTest = (testTable?.labelledRows).map { rows in
      "\(Wording.count((testTable?.rowCount ?? 0) - rows.count, "held-out row")) without a target"
        + " left out"
    }
    tableNotes =
      labelled.table.notes + labelled.notes + [labelled.suspectNote, ofTest].compactMap(\.self)
      + (unknown > 0 ? [unknownNote] : [])
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

  /// What the targets are called.
  var targetNames: [String] { table.targetNames }

  /// The columns of the file that some columns come from, each once.
  func sourceNames(of columns: [Int]) -> [String] {
    var names: [String] = []
    for column in columns {
      let name = encoding.columns[sources[column]].name
      if !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// All columns that come from some columns of the file.
  ///
  /// - Parameters:
  ///   - names: The columns of the file.
  ///   - path: The file, for errors.
  /// - Returns: The columns, in the order of the names.
  /// - Throws: `DatasetError.columnNotFound` with what may be meant.
  func columns(from names: [String], path: String) throws -> [Int] {
    var columns: [String: [Int]] = [:]
    for (column, source) in sources.enumerated() {
      columns[encoding.columns[source].name, default: []].append(column)
    }
    return try names.flatMap { name in
      guard let found = columns[name] else {
        throw DatasetError.columnNotFound(
          path: path, name: name, known: encoding.columns.map(\.name))
      }
      return found
    }
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
  func trial(columns: [Int], scaler: Scaler, rows: Split) -> Trial {
    Trial(
      training: training, rows: rows.training, test: test, rows: rows.test, columns: columns,
      scaler: scaler)
  }

  /// The scaler of the judge, fitted on the training rows.
  func scaler(_ scaling: InputScaling) -> Scaler {
    training.features.fitted(scaling, rows: trainingRows).scaler
  }

  /// The place in the file of each feature: that of its first column.
  var fileIndices: [Int] {
    (0..<training.featureCount).map { feature in
      table.featureColumns[sources[training.columns(of: [feature])[0]]]
    }
  }

  /// The name of a column of the file that is named, or else numbered from 0.
  func columnName(_ text: String) -> String {
    let names = table.table.columnNames
    return ColumnPositions(names).find(text).map { names[$0] } ?? text
  }

  /// Finds a feature by its name, or else by the index of its column in the file.
  func feature(_ text: String, option: String) throws -> Int {
    let names = training.featureNames
    if let position = names.firstIndex(of: text) { return position }
    let name = columnName(text)
    if let position = names.firstIndex(of: name) { return position }
    let fileNames = table.table.columnNames
    if let index = Int(text), !fileNames.indices.contains(index) {
      throw ToolError.usage(
        "\(option): there is no column \(index); indices run from 0 to \(fileNames.count - 1)")
    }
    if let groups = training.featureGroups,
      let column = sources.firstIndex(where: { encoding.columns[$0].name == name })
    {
      let group = names[groups.featureOfColumn[column]]
      throw ToolError.usage("\(option): '\(name)' is a column of the group '\(group)'; name that")
    }
    if fileNames.contains(name) {
      throw ToolError.usage("\(option): column '\(name)' is no feature")
    }
    throw ToolError.usage(
      "\(option): no \(training.featureNoun) '\(text)'" + nameHint(for: text, among: names))
  }
}

extension Dataset {
  /// What a feature is called.
  var featureNoun: String { featureGroups == nil ? "column" : "feature" }
}
