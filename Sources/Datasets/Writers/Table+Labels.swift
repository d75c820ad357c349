extension TableSource {
  var hasLabelFile: Bool {
    if case .labelFile = target { true } else { false }
  }

  /// Whether it is one file of text with all that belongs to it.
  func isOneText() throws(DatasetError) -> Bool {
    guard paths.count == 1, !hasLabelFile, SiblingLabels.path(besides: paths[0]) == nil else {
      return false
    }
    if let format = reading.format { return format == .csv }
    return try FileFormat.recognise(path: paths[0]) == .csv
  }

  /// The columns of weights and subjects, found by name or index.
  func roleNames(
    among names: [String]
  ) throws(DatasetError) -> (weight: String?, subject: String?) {
    let positions = ColumnPositions(names)
    func name(_ wanted: String?) throws(DatasetError) -> String? {
      guard let wanted else { return nil }
      guard let column = positions.find(wanted) else {
        throw .columnNotFound(path: firstPath, name: wanted, known: names)
      }
      return names[column]
    }
    let roles = (weight: try name(weight), subject: try name(subject))
    try RoleClash.refuse(
      targets: [], weight: roles.weight, subject: roles.subject, path: firstPath)
    return roles
  }

  /// The columns that are said to be labels, found by name or index; nil where nobody says.
  func labelNames(among names: [String]) throws(DatasetError) -> [String]? {
    guard case .columns(let wanted) = target else { return nil }
    let positions = ColumnPositions(names)
    var labels: [String] = []
    for name in wanted {
      guard let column = positions.find(name) else {
        throw .columnNotFound(path: firstPath, name: name, known: names)
      }
      labels.append(names[column])
    }
    let roles = try roleNames(among: names)
    try RoleClash.refuse(
      targets: labels, weight: roles.weight, subject: roles.subject, path: firstPath)
    return labels
  }
}

extension Table {
  /// The table with the labels that a source has: marked, or as a column of their own.
  func labelled(as source: TableSource) throws(DatasetError) -> Table {
    var table = self
    table.notes += TableWriter.mistakeNotes(mistakes, names: columnNames)
    let roles = try source.roleNames(among: columnNames)
    let labels = try source.labelNames(among: columnNames)
    // What the caller says of a column goes before what the file says.
    let given = (labels ?? []) + [roles.weight, roles.subject].compactMap(\.self)
    func free(_ name: String?) -> String? { name.flatMap { given.contains($0) ? nil : $0 } }
    table.weightColumn = roles.weight ?? free(weightColumn)
    table.subjectColumn = roles.subject ?? free(subjectColumn)
    if case .labelFile(let path) = source.target {
      let labels = try LabelReader.read(path: path)
      guard labels.count == rowCount else {
        throw .labelCount(path: path, labels: labels.count, rows: rowCount)
      }
      return table.appending(labels)
    }
    if let labels {
      table.labelColumns = labels
      table.predictsAllLabels = labels.count > 1
    }
    return table
  }

  /// The table of the columns chosen; labels, weights and subjects stay unless they are left out by
  /// name.
  func choosing(_ choice: ColumnChoice, path: String) throws(DatasetError) -> Table {
    let positions = ColumnPositions(columnNames)
    var isChosen = [Bool](repeating: true, count: columnCount)
    switch choice {
    case .all: return self
    case .except(let names):
      for name in names { isChosen[try find(name, positions, path: path)] = false }
    case .only(let names):
      let roles = labelColumns + [weightColumn, subjectColumn].compactMap(\.self)
      isChosen = [Bool](repeating: false, count: columnCount)
      for name in names + roles { isChosen[try find(name, positions, path: path)] = true }
    }
    let columns = isChosen.indices.filter { isChosen[$0] }
    if columns.isEmpty { throw .noFeatures(path: path) }
    return viewing(columns: columns)
  }

  /// The table with labels as its last column, which has a name that no other has.
  func appending(_ labels: LabelColumn) -> Table {
    let known = ColumnPositions(columnNames)
    var name = labels.name
    while known.named(name) != nil { name += "_" }
    var builder = TableBuilder(names: [name])
    switch labels.cells {
    case .texts(let codes, let levels):
      let numbers = levels.compactMap(NumberScanner.number)
      let areNumbers = numbers.count == levels.count && numbers.allSatisfy { Float($0).isFinite }
      for code in codes {
        if areNumbers {
          builder.row[0] = numbers[Int(code)]
        } else {
          builder.take(levels[Int(code)], column: 0)
        }
        builder.endRow()
      }
    case .numbers(let numbers):
      for number in numbers {
        builder.row[0] = number
        builder.endRow()
      }
    }
    let column = builder.finished()
    var table = self
    let shape = features.imageShape
    table.features = features.appending(column.features)
    table.features.imageShape = shape
    table.kinds += column.kinds
    table.labelColumns = [name]
    return table
  }
}
