/// What each column of a table is for: found once, from names and content.
struct ColumnRoles {
  private let source: TableSource
  /// The columns that are the target; none where it is in a file of its own.
  private(set) var targets: [Int] = []
  /// The columns that are features, in their order.
  private(set) var features: [Int] = []
  private var weight: Int?
  private var subject: Int?
  private var notes: [String] = []
  /// Features that may be identifiers: whoever knows leaves them out.
  private var suspects: [Int] = []

  /// Resolves the wishes of the caller.
  ///
  /// - Parameters:
  ///   - source: The wishes.
  ///   - table: The table.
  ///   - reference: What named the features, for errors; nil if the caller did.
  /// - Throws: A column that is not there, or no feature, or a feature that is not one of numbers
  ///   nor of categories.
  init(_ source: TableSource, _ table: Table, reference: String? = nil) throws(DatasetError) {
    self.source = source
    let path = source.firstPath
    let names = ColumnPositions(table.columnNames)
    if let name = names.repeated { throw .duplicateColumn(path: path, name: name) }
    func find(_ name: String) throws(DatasetError) -> Int {
      try table.find(name, names, path: path)
    }
    switch source.target {
    case .columns(let wanted):
      for name in wanted {
        targets.append(try find(name))
      }
    case .columnsIfPresent(let wanted):
      let present = wanted.compactMap(names.named)
      targets = present.count == wanted.count ? present : []
    case .labelFile: break
    case .unspecified:
      targets =
        (table.labelColumns.first ?? table.customaryTarget).flatMap(names.named)
        .map { [$0] } ?? []
    }
    weight = try source.weight.map { name throws(DatasetError) in try find(name) }
    subject = try source.subject.map { name throws(DatasetError) in try find(name) }
    try RoleClash.refuse(
      targets: targets.map { table.columnNames[$0] }, weight: weight.map { table.columnNames[$0] },
      subject: subject.map { table.columnNames[$0] }, path: path)
    takeRoles(of: table, names)
    var isTaken = [Bool](repeating: false, count: table.columnCount)
    for column in targets + [weight, subject].compactMap(\.self) { isTaken[column] = true }
    switch source.columns {
    case .all:
      for name in table.labelColumns { names.named(name).map { isTaken[$0] = true } }
      features = table.kinds.indices.filter { !isTaken[$0] }
      leaveOutIdentifiers(table)
    case .except(let dropped):
      for name in dropped { isTaken[try find(name)] = true }
      for name in table.labelColumns { names.named(name).map { isTaken[$0] = true } }
      features = table.kinds.indices.filter { !isTaken[$0] }
      leaveOutIdentifiers(table)
    case .only(let kept):
      for name in kept {
        if let reference, names.named(name) == nil {
          throw .columnsDiffer(
            path: source.firstPath, reference: reference, reason: "no column '\(name)'")
        }
        let column = try find(name)
        if !isTaken[column] { features.append(column) }
        isTaken[column] = true
      }
    }
    if features.isEmpty { throw .noFeatures(path: source.firstPath) }
  }

  /// What the file itself says of weights and subjects, where the caller does not.
  private mutating func takeRoles(of table: Table, _ names: ColumnPositions) {
    var wanted: [String] = []
    if case .only(let kept) = source.columns { wanted = kept }
    let taken = targets + [weight, subject].compactMap(\.self)
    let free = { (column: Int) in
      !taken.contains(column) && !wanted.contains(table.columnNames[column])
    }
    if weight == nil, let column = table.weightColumn.flatMap(names.named), free(column) {
      weight = column
      notes.append("rows count by column '\(table.columnNames[column])', as the file says")
    }
    if subject == nil, let column = table.subjectColumn.flatMap(names.named), free(column) {
      subject = column
      notes.append(
        "rows of one '\(table.columnNames[column])' stay on one side of a split, as the file says")
    }
  }

  /// Returns the table with its roles.
  ///
  /// - Parameters:
  ///   - table: The table.
  ///   - target: Makes a target of labels.
  /// - Returns: The table with its roles.
  /// - Throws: What is wrong with labels, weights or subjects.
  func labelled(
    _ table: Table, target: ([LabelColumn]) throws(DatasetError) -> Target
  ) throws(DatasetError) -> LabelledTable {
    let path = source.firstPath
    let roles = targets + [weight, subject].compactMap(\.self)
    try ColumnStore.check(table, columns: features + roles, path: path)
    let known = source.leavesOutUnlabelled ? table.rowsWithout(gapsIn: targets) : nil
    let labels = try labels(table, rows: known)
    var notes = notes
    var target =
      labels.isEmpty
      ? .values([Float](repeating: 0, count: table.rowCount)) : try target(labels)
    if let known {
      target = target.spread(over: known, rowCount: table.rowCount)
      let count = table.rowCount - known.count
      notes.append(
        "\(count) \(count == 1 ? "row has" : "rows have") no value of"
          + " \(labels.map { "'\($0.name)'" }.joined(separator: ", ")) and"
          + " \(count == 1 ? "is" : "are") left out; --missing error refuses such rows")
    }
    var labelled = LabelledTable(
      table: table, featureColumns: features, leftOut: leftOut(table), target: target,
      targetNames: labels.map(\.name), notes: notes, path: path)
    labelled.labelledRows = known
    labelled.suspectColumns = suspects
    if let weight {
      labelled.weights = try rowWeights(table, column: weight)
      labelled.weightName = table.columnNames[weight]
    }
    if let subject {
      let labels: LabelColumn
      do {
        labels = try table.labels(subject, path: path)
      } catch .missingLabel(let path, let row, let column) {
        throw .missingGroup(path: path, row: row, column: column)
      }
      (labelled.subjects, labelled.subjectNames) = subjectIndices(labels)
      labelled.subjectName = table.columnNames[subject]
    }
    return labelled
  }

  private func leftOut(_ table: Table) -> [Int] {
    var isUsed = [Bool](repeating: false, count: table.columnCount)
    for column in features + targets + [weight, subject].compactMap(\.self) {
      isUsed[column] = true
    }
    return isUsed.indices.filter { !isUsed[$0] }
  }

  private func labels(_ table: Table, rows: [Int]?) throws(DatasetError) -> [LabelColumn] {
    if case .labelFile(let path) = source.target {
      let column = try LabelReader.read(path: path)
      guard column.count == table.rowCount else {
        throw .labelCount(path: path, labels: column.count, rows: table.rowCount)
      }
      return [column]
    }
    if targets.isEmpty, !source.isTargetOptional { throw .noTarget(path: source.firstPath) }
    return try targets.map { target throws(DatasetError) in
      try table.labels(target, rows: rows, path: source.firstPath)
    }
  }

  private func rowWeights(_ table: Table, column: Int) throws(DatasetError) -> [Float] {
    let name = table.columnNames[column]
    try table.refuseMistake(column, path: source.firstPath)
    if let levels = table.kinds[column].levels {
      throw .notNumeric(
        path: source.firstPath, column: name, text: levels.first ?? "", use: "a row's weight")
    }
    let weights = table.features.exact(column).map { Float($0) }
    if let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw .badWeight(
        path: source.firstPath, row: row, column: name,
        text: weights[row].isNaN
          ? "the cell is empty" : "the weight is \(numberText(weights[row]))")
    }
    return weights
  }

  private func subjectIndices(_ labels: LabelColumn) -> (indices: [Int], names: [String]) {
    switch labels.cells {
    case .texts(let codes, let levels): return (codes.map(Int.init), levels)
    case .numbers(let numbers):
      var known: [Double: Int] = [:]
      var names: [String] = []
      let indices = numbers.map { number in
        let index = known[number] ?? names.count
        if index == names.count {
          known[number] = index
          names.append(LabelReader.label(number))
        }
        return index
      }
      return (indices, names)
    }
  }

  /// Texts that are all different tell rows apart and nothing else, and so do row numbers.
  private mutating func leaveOutIdentifiers(_ table: Table) {
    var reasons: [String] = []
    features = features.filter { column in
      let name = table.columnNames[column]
      // A column of numbers with a slip in it is no identifier; whoever needs it is told.
      if table.mistakes[column] != nil { return true }
      if table.kinds[column] == .text || Self.isIdentifier(table, column) {
        reasons.append("column '\(name)' is left out: nearly all of its texts are different")
        return false
      }
      if Self.isRowNumber(table, column) {
        reasons.append("column '\(name)' is left out: it numbers the rows")
        return false
      }
      return true
    }
    notes += reasons
    suspects = features.filter { table.looksLikeIdentifier($0) }
  }
}

extension Table {
  /// Finds a column.
  ///
  /// - Parameters:
  ///   - name: Its name, or else its 0-based index.
  ///   - positions: The columns of this table.
  ///   - path: The file, for errors.
  /// - Returns: The column.
  /// - Throws: `DatasetError.notAColumn` or `DatasetError.columnNotFound`.
  func find(
    _ name: String, _ positions: ColumnPositions, path: String
  ) throws(DatasetError) -> Int {
    if let column = positions.find(name) { return column }
    if let part = setAside.first(where: { $0.name == name }) {
      throw .notAColumn(path: path, name: name, reason: part.reason)
    }
    throw .columnNotFound(path: path, name: name, known: columnNames)
  }

  /// Refuses a column of numbers with few cells that are none.
  func refuseMistake(_ column: Int, path: String) throws(DatasetError) {
    guard let mistake = mistakes[column] else { return }
    let (name, line, text) = (columnNames[column], mistake.line, mistake.text)
    if let number = NumberScanner.number(text), !Float(number).isFinite {
      throw .tooLargeCell(path: path, line: line, column: name, text: text)
    }
    throw .nonNumericCell(path: path, line: line, column: name, text: text)
  }
}
