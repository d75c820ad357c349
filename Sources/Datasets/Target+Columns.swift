import Tensors

extension Target {
  /// Makes a target of one or several columns of labels.
  ///
  /// Several columns become labels that a row has or has not, if all cells of each are 0 or 1 or one
  /// of two words, else numbers that are predicted together. Of two words such as no and yes the
  /// latter is the label; of others it is the last in their order, and the label is then called
  /// `column=word`. Classes of more than two names cannot be mixed with others.
  ///
  /// - Parameters:
  ///   - columns: The columns, at least one, of equally many rows.
  ///   - task: Whether they are classes (several: two of each) or numbers.
  ///   - path: The file they are from, for errors.
  /// - Throws: `DatasetError.mixedTargets` if a cell of several columns is neither, and what
  ///   `init(_:task:path:)` of a single column throws.
  public init(
    _ columns: [LabelColumn], task: TargetTask = .automatic, path: String
  ) throws(DatasetError) {
    guard columns.count != 1 else {
      self = try Target(columns[0], task: task, path: path)
      return
    }
    guard let first = columns.first else { throw .noTarget(path: path) }
    require(
      columns.allSatisfy { $0.count == first.count },
      "Target: columns of different numbers of rows")
    let coded = columns.map { CodedLabels($0) }
    for (column, coded) in zip(columns, coded) where coded.texts.count < 2 {
      throw .oneClass(path: path, value: "\(column.name) = \(coded.texts.first ?? "")")
    }
    let areBinary = coded.allSatisfy { $0.binary(label: nil, isTraining: true) != nil }
    if task == .regression || (task == .automatic && !areBinary) {
      self = try .outputs(columns, coded, isRequired: task == .regression, path: path)
    } else {
      self = try .labels(columns, coded, path: path)
    }
  }

  /// Makes the target of test data of one or several columns of labels.
  ///
  /// - Parameters:
  ///   - columns: The columns, as many as the training data have targets.
  ///   - training: The target of the training data.
  ///   - path: The file they are from, for errors.
  /// - Throws: `DatasetError` as for a single column, or `DatasetError.mixedTargets`.
  public init(
    _ columns: [LabelColumn], matching training: Target, path: String
  ) throws(DatasetError) {
    switch training {
    case .labels(_, let names):
      require(names.count == columns.count, "Target: \(columns.count) columns for \(names.count)")
      self = try .labels(columns, columns.map { CodedLabels($0) }, names: names, path: path)
    case .outputs(_, let names):
      require(names.count == columns.count, "Target: \(columns.count) columns for \(names.count)")
      self = try .outputs(
        columns, columns.map { CodedLabels($0) }, isRequired: true, path: path)
    case .classes, .values:
      require(columns.count == 1, "Target: \(columns.count) columns for one")
      self = try Target(columns[0], matching: training, path: path)
    }
  }

  /// Labels; their names are those of the training data, or nil if these are the training data.
  private static func labels(
    _ columns: [LabelColumn], _ coded: [CodedLabels], names: [String]? = nil, path: String
  ) throws(DatasetError) -> Target {
    var found: [(rows: [Bool], name: String)] = []
    for (index, (column, coded)) in zip(columns, coded).enumerated() {
      let prefix = column.name + "="
      let label = names.flatMap { names in
        names[index].hasPrefix(prefix) ? String(names[index].dropFirst(prefix.count)) : nil
      }
      guard let binary = coded.binary(label: label, isTraining: names == nil) else {
        let place = coded.firstRow { $0 != 0 && $0 != 1 }
        throw .mixedTargets(path: path, column: column.name, row: place.row, text: place.text)
      }
      found.append((binary.rows, names?[index] ?? (binary.word.map { prefix + $0 } ?? column.name)))
    }
    return .labels(found.map(\.rows), names: found.map(\.name))
  }

  private static func outputs(
    _ columns: [LabelColumn], _ coded: [CodedLabels], isRequired: Bool, path: String
  ) throws(DatasetError) -> Target {
    var found: [[Float]] = []
    let worded = coded.indices.filter { !isRequired && coded[$0].firstWord != nil }
    // A column of more than two words is at fault before one of two.
    let fault = worded.first { coded[$0].binary(label: nil, isTraining: true) == nil }
    if let index = fault ?? worded.first, let place = coded[index].firstWord {
      throw .mixedTargets(
        path: path, column: columns[index].name, row: place.row, text: place.text)
    }
    for (column, coded) in zip(columns, coded) {
      guard case .values(let values) = try coded.values(path: path, column: column.name) else {
        continue
      }
      found.append(values)
    }
    return .outputs(found, names: columns.map(\.name))
  }
}
