import Espalier

extension TestOptions {
  /// Which rows of a table are held out; rows without a target are on neither side.
  func split(_ data: LabelledTable) throws -> Split {
    let usable = data.usableRows
    if let testRows { return try listed(in: testRows, of: data) }
    guard let fraction = testFraction else { return Split(training: usable, test: []) }
    // Seeds vary the training, never the rows held out.
    var generator = RandomSource(seed: 0).substream("test rows")
    guard usable.count > 1 else {
      throw DatasetError.badSplit(reason: "a single row has a target; none can be held out")
    }
    let subjects = data.subjects.map { subjects in usable.map { subjects[$0] } }
    let split: Split
    do {
      split = try Split.random(
        rowCount: usable.count, testFraction: fraction, target: data.target.subset(usable),
        stratified: true, subjects: subjects, using: &generator)
    } catch {
      throw DatasetError.badSplit(reason: error.description)
    }
    return Split(training: split.training.map { usable[$0] }, test: split.test.map { usable[$0] })
  }

  /// The rows that a file lists.
  private func listed(in path: String, of data: LabelledTable) throws -> Split {
    let rows = try TestRows.read(path: path, rowCount: data.rowCount)
    var split = try Split.rows(test: rows, rowCount: data.rowCount)
    if let known = data.labelledRows.map(Set.init) {
      split.training.removeAll { !known.contains($0) }
      split.test.removeAll { !known.contains($0) }
      if split.test.isEmpty || split.training.isEmpty {
        throw DatasetError.badSplit(
          reason: "no row \(split.test.isEmpty ? "listed" : "that is left") has a target")
      }
    }
    let trained = Set(data.subjects.map { subjects in split.training.map { subjects[$0] } } ?? [])
    if let subjects = data.subjects,
      let row = split.test.first(where: { trained.contains(subjects[$0]) })
    {
      throw DatasetError.badSplit(
        reason:
          "row \(row) is of a group (--group-column) that has training rows as well; hold out"
          + " all of its rows, or none")
    }
    return split
  }
}

extension LabelledTable {
  /// Makes columns no features.
  mutating func leaveOut(_ dropped: DroppedColumns, path: String) throws {
    let positions = ColumnPositions(dropped.names.isEmpty ? [] : table.columnNames)
    let spared = dropped.spared.map(positions.find)
    var names: [String] = []
    for name in dropped.names {
      if let column = positions.find(name) {
        if !spared.contains(column) { names.append(table.columnNames[column]) }
      } else if !dropped.mayBeUnknown {
        throw DatasetError.columnNotFound(path: path, name: name, known: table.columnNames)
      }
    }
    // An image without one of its pixels is none.
    let passesOver = dropped.onlyTexts || dropped.mayBeUnknown && image != nil
    leaveOut(names, onlyTexts: passesOver)
    leaveOut(dropped.former)
  }
}
