/// What there is to know of a table before anything is computed with it.
public struct TableInspection: Sendable {
  /// The table, its labels marked or appended.
  public let table: Table
  /// The format of the first file, in words.
  public let format: String
  /// The columns that are to be predicted; none where nobody says what.
  public private(set) var targetNames: [String] = []
  /// How the target is understood, or nil.
  public private(set) var target: Target?
  /// How many rows have no target, where one is known.
  public private(set) var unlabelledCount = 0
  /// Columns that may be meant to be predicted, where nobody says what.
  public private(set) var candidates: [String] = []
  /// How many cells of each column are missing.
  public let missingCounts: [Int]
  /// The columns whose rows are all alike.
  public let constantColumns: [Int]
  /// The columns that equal an earlier one, which is not constant.
  public let duplicateColumns: [(column: Int, original: Int)]
  /// The columns of texts that are nearly all different.
  public let identifierColumns: [Int]
  /// The columns that number the rows.
  public let rowNumberColumns: [Int]
  /// The columns of a column store whose cells are not those that were written; nil for any other
  /// format.
  public let damagedColumns: [Int]?
  /// What was found out besides, a sentence each.
  public private(set) var notes: [String]

  /// Reads and inspects a table.
  ///
  /// - Parameters:
  ///   - source: The files, and where their labels are.
  ///   - task: Whether the labels are classes or numbers.
  /// - Throws: A `DatasetError` that names file and place.
  public init(_ source: TableSource, task: TargetTask = .automatic) throws(DatasetError) {
    // Damaged columns are part of what is found out.
    var unchecked = source
    unchecked.reading.checksStores = source.paths.count > 1
    let table = try unchecked.readTable().labelled(as: source)
    self.table = table
    format = Self.formatName(source)
    let isStore = table.features.storedHashes != nil && source.paths.count == 1
    damagedColumns = isStore ? ColumnStore.damagedColumns(of: table) : nil
    let extents = table.features.extents()
    missingCounts = extents.map(\.missingCount)
    let isConstant = extents.map { $0.isConstant(rowCount: table.rowCount) }
    constantColumns = isConstant.indices.filter { isConstant[$0] && table.kinds[$0] != .text }
    duplicateColumns = table.duplicates { isConstant[$0] }
    let roles = Set(
      table.labelColumns + [table.weightColumn, table.subjectColumn].compactMap(\.self))
    let features = table.kinds.indices.filter { !roles.contains(table.columnNames[$0]) }
    identifierColumns = features.filter {
      table.kinds[$0] == .text || ColumnRoles.isIdentifier(table, $0)
    }
    rowNumberColumns = features.filter { ColumnRoles.isRowNumber(table, $0) }
    notes = table.notes
    let positions = ColumnPositions(table.columnNames)
    if let name = positions.repeated {
      notes.append("two columns are named '\(name)'; nothing is learned before one is renamed")
    }
    let wanted = (table.labelColumns.first ?? table.customaryTarget).map { [$0] } ?? []
    let targets = (table.predictsAllLabels ? table.labelColumns : wanted).compactMap(
      positions.named)
    targetNames = targets.map { table.columnNames[$0] }
    let suspects = features.filter {
      !targets.contains($0) && !rowNumberColumns.contains($0) && table.looksLikeIdentifier($0)
    }
    if let note = table.suspectNote(suspects) { notes.append(note) }
    if targets.isEmpty {
      candidates = candidateNames()
      return
    }
    let known = table.rowsWithout(gapsIn: targets)
    unlabelledCount = known.map { table.rowCount - $0.count } ?? 0
    do throws(DatasetError) {
      let labels = try targets.map { column throws(DatasetError) in
        try table.labels(column, rows: known, path: source.firstPath)
      }
      target = try Target(labels, task: task, path: source.firstPath)
    } catch {
      if source.target != .unspecified { throw error }
      notes.append("\(error)")
    }
  }

  /// The columns of each kind.
  ///
  /// - Returns: How many hold numbers, categories and other texts.
  public func kindCounts() -> (numeric: Int, categorical: Int, text: Int) {
    let numeric = table.kinds.count { $0 == .numeric }
    let text = table.kinds.count { $0 == .text }
    return (numeric, table.columnCount - numeric - text, text)
  }

  /// The columns of each type.
  ///
  /// - Returns: The types that occur, and how many columns have them.
  public func typeCounts() -> [(type: ElementType, count: Int)] {
    var counts: [ElementType: Int] = [:]
    for column in 0..<table.columnCount {
      counts[table.features.elementType(of: column), default: 0] += 1
    }
    return ElementType.allCases.compactMap { type in counts[type].map { (type, $0) } }
  }

  /// The columns that lie in compressed sparse rows.
  ///
  /// - Returns: How many they are, and the share of their cells that is not zero; nil for none.
  public func sparseness() -> (columnCount: Int, share: Double)? {
    var (width, count) = (0, 0)
    for case .sparse(let block) in table.features.parts {
      width += block.width
      count += block.count
    }
    return width == 0 ? nil : (width, Double(count) / (Double(width) * Double(table.rowCount)))
  }

  private static let customaryNames: Set<String> = [
    "class", "target", "label", "labels", "y", "outcome", "response", "diagnosis", "species",
    "type", "group", "status", "phenotype", "survival", "result",
  ]

  /// Columns with a customary name first, then categories, at most five.
  private func candidateNames() -> [String] {
    let names = table.columnNames
    let roles = [table.weightColumn, table.subjectColumn].compactMap(\.self)
    let idle = Set(
      identifierColumns + rowNumberColumns + constantColumns + roles.compactMap(names.firstIndex))
    let named = names.indices.filter { Self.customaryNames.contains(names[$0].lowercased()) }
    let categorical = names.indices.filter {
      (2...100).contains(table.kinds[$0].levels?.count ?? 0)
    }
    var chosen: [Int] = []
    for column in named + categorical where !idle.contains(column) && !chosen.contains(column) {
      chosen.append(column)
      if chosen.count == 5 { break }
    }
    return chosen.map { names[$0] }
  }

  private static func formatName(_ source: TableSource) -> String {
    let used = source.reading.format
    let format = try? FileFormat.recognise(path: source.firstPath, expecting: used)
    return (format ?? .folder).title
  }
}

extension Table {
  /// The columns that equal an earlier one: found by their fingerprints, then compared.
  func duplicates(except isLeftOut: (Int) -> Bool) -> [(column: Int, original: Int)] {
    let hashes = features.columnHashes()
    var first: [UInt64: Int] = [:]
    first.reserveCapacity(hashes.count)
    var duplicates: [(Int, Int)] = []
    for (column, hash) in hashes.enumerated() where !isLeftOut(column) && kinds[column] != .text {
      guard let original = first[hash] else {
        first[hash] = column
        continue
      }
      if areEqual(column, original) { duplicates.append((column, original)) }
    }
    return duplicates
  }

  private func areEqual(_ left: Int, _ right: Int) -> Bool {
    kinds[left] == kinds[right]
      && zip(features.exact(left), features.exact(right)).allSatisfy {
        $0 == $1 || $0.isNaN && $1.isNaN
      }
  }
}
