import Espalier

extension TableInspection {
  /// The inspection for people, in lines of at most 80 columns where names are short.
  func lines(title: String, details: [ColumnDetail]) -> [String] {
    let rows = Wording.count(table.rowCount, "row")
    var lines = [
      Terminal.strong(
        Terminal.printable("\(title): \(rows), \(Wording.count(table.columnCount, "column"))")), "",
    ]
    for (name, value) in facts { lines += Wording.fact(name, value) }
    for note in notes { lines += Wording.fact("note", note) }
    guard !details.isEmpty else { return lines }
    lines += ["", columnTitle(shown: details.count)]
    return lines + Self.table(details)
  }

  private var facts: [(String, String)] {
    let kinds = kindCounts()
    let parts = [
      (kinds.numeric, "numeric"), (kinds.categorical, "categorical"), (kinds.text, "text"),
    ].filter { $0.0 > 0 }
    var facts = [
      ("format", format),
      ("columns", parts.map { "\(Wording.count($0.0)) \($0.1)" }.joined(separator: ", ")),
      (
        "memory",
        Wording.bytes(table.features.byteCount) + ", as "
          + typeCounts().map { "\(Wording.count($0.count)) \($0.type.title)" }
          .joined(separator: ", ")
      ),
      ("missing", missing),
      (
        "target",
        targetSentence
          + (unlabelledCount > 0 ? "; \(Wording.count(unlabelledCount, "row")) without" : "")
      ),
    ]
    if let name = table.weightColumn { facts.append(("weights", "'\(name)'" + range(of: name))) }
    if let name = table.subjectColumn { facts.append(("groups", "'\(name)'" + size(of: name))) }
    if let sparse = sparseness() {
      facts.append(
        (
          "sparse",
          "\(Wording.count(sparse.columnCount, "column")), of whose cells "
            + "\(Wording.decimal(100 * sparse.share, 2)) % are not zero"
        ))
    }
    if let shape = table.features.imageShape {
      let channels =
        (table.columnCount - table.labelColumns.count) / max(shape.height * shape.width, 1)
      facts.append(
        (
          "image",
          "\(shape.height) x \(shape.width) pixels"
            + (channels > 1 ? " in \(channels) channels" : "") + " a row"
        ))
    }
    facts.append(("constant", named(constantColumns)))
    facts.append(
      (
        "duplicates",
        listed(duplicateColumns.count) {
          let pair = duplicateColumns[$0]
          return "\(quoted(pair.column)) equals \(quoted(pair.original))"
        }
      ))
    if !identifierColumns.isEmpty { facts.append(("identifier", named(identifierColumns))) }
    if !rowNumberColumns.isEmpty { facts.append(("row number", named(rowNumberColumns))) }
    if let damaged = damagedColumns {
      facts.append(
        (
          "checksums",
          damaged.isEmpty ? "every column is as it was written" : "damaged: " + named(damaged)
        ))
    }
    return facts
  }

  private func range(of name: String) -> String {
    guard let detail = detail(of: name), let least = detail.minimum, let most = detail.maximum
    else { return "" }
    return ", from \(Self.number(least)) to \(Self.number(most))"
  }

  private func size(of name: String) -> String {
    guard let count = detail(of: name)?.distinctCount, count > 0 else { return "" }
    return ", \(Wording.count(count, "group"))"
  }

  private func detail(of name: String) -> ColumnDetail? {
    table.columnNames.firstIndex(of: name).map(table.detail)
  }

  private var missing: String {
    let columns = missingCounts.indices.filter { missingCounts[$0] > 0 }
    guard let most = columns.max(by: { (missingCounts[$0], $1) < (missingCounts[$1], $0) }) else {
      return "none"
    }
    let cells = columns.reduce(0) { $0 + missingCounts[$1] }
    let share = 100 * Double(missingCounts[most]) / Double(table.rowCount)
    return "\(Wording.count(cells, "cell")) in \(Wording.count(columns.count, "column"))"
      + ", most in \(quoted(most)) (\(Wording.decimal(share, 1)) %)"
  }

  private var targetSentence: String {
    guard let first = targetNames.first else {
      return candidates.isEmpty
        ? "none given; name one with --target"
        : "none given; --target might be " + candidates.map { "'\($0)'" }.joined(separator: ", ")
    }
    let name = "'\(first)'"
    switch target {
    case .classes(_, let names):
      let classes = zip(names, classSizes).prefix(12).map { "\($0) (\(Wording.count($1)))" }
      return "\(name), \(Wording.count(names.count, "class", plural: "classes")): "
        + classes.joined(separator: ", ") + (names.count > 12 ? ", ..." : "")
    case .values(let values):
      return "\(name), a number from \(Self.number(Double(values.min() ?? 0))) to "
        + Self.number(Double(values.max() ?? 0))
    case .labels(_, let names):
      let labels = zip(names, classSizes).prefix(12).map { "'\($0)' (\(Wording.count($1)))" }
      return "\(names.count) labels, of which a row may have any: "
        + labels.joined(separator: ", ") + (names.count > 12 ? ", ..." : "")
    case .outputs(_, let names):
      return "\(names.count) numbers: "
        + names.prefix(12).map { "'\($0)'" }.joined(separator: ", ")
    case nil: return "\(name), which cannot be predicted as it is"
    }
  }

  /// How many rows have each class or label.
  var classSizes: [Int] {
    switch target {
    case .classes(let indices, let names):
      var counts = [Int](repeating: 0, count: names.count)
      for index in indices { counts[index] += 1 }
      return counts
    case .labels(let columns, _): return columns.map { column in column.count { $0 } }
    case .values, .outputs, nil: return []
    }
  }

  private func quoted(_ column: Int) -> String {
    "'\(table.columnNames[column])'"
  }

  private func named(_ columns: [Int]) -> String {
    listed(columns.count) { quoted(columns[$0]) }
  }

  /// The first few of some things.
  private func listed(_ count: Int, _ text: (Int) -> String) -> String {
    if count == 0 { return "none" }
    let first = (0..<min(count, 5)).map(text).joined(separator: ", ")
    return count <= 5 ? first : "\(Wording.count(count, "column")): \(first), ..."
  }

  private func columnTitle(shown: Int) -> String {
    shown == table.columnCount
      ? "Columns"
      : "The first \(Wording.count(shown, "column")) (--columns \(table.columnCount) shows all)"
  }

  private static func table(_ details: [ColumnDetail]) -> [String] {
    let hasLevels = details.contains { $0.kind.levels != nil }
    var table = TextTable(
      [
        ("name", .left), ("type", .left), ("missing", .right), ("distinct", .right),
        ("min", .right), ("median", .right), ("max", .right),
      ] + (hasLevels ? [("levels", .left)] : []))
    for detail in details {
      let numbers = [detail.minimum, detail.median, detail.maximum].map {
        $0.map(Self.number) ?? ""
      }
      table.append(
        [
          detail.name.clipped(to: 24),
          detail.kind.title(detail.elementType) + (detail.isSparse ? ", sparse" : ""),
          detail.missingCount == 0 ? "" : Wording.count(detail.missingCount),
          detail.kind == .text ? "" : Wording.count(detail.distinctCount),
        ] + numbers + (hasLevels ? [levels(detail)] : []))
    }
    return table.lines()
  }

  /// A whole number as it is, any other with about four digits.
  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e9 ? Wording.count(Int(value)) : Wording.score(value)
  }

  private static func levels(_ detail: ColumnDetail) -> String {
    guard let levels = detail.kind.levels else { return "" }
    let texts = zip(levels, detail.levelCounts).prefix(4).map { "\($0) (\(Wording.count($1)))" }
    return (texts.joined(separator: ", ") + (levels.count > 4 ? ", ..." : "")).clipped(to: 60)
  }
}

extension ElementType {
  /// The type's name for people.
  var title: String {
    switch self {
    case .uint8: "UInt8"
    case .int16: "Int16"
    case .int32: "Int32"
    case .float: "Float"
    }
  }
}

extension ColumnKind {
  /// What the cells are, for people.
  func title(_ type: ElementType) -> String {
    switch self {
    case .numeric: type.title
    case .categorical: "category"
    case .text: "text"
    }
  }

  /// The kind's name in JSON.
  var name: String {
    switch self {
    case .numeric: "numeric"
    case .categorical: "categorical"
    case .text: "text"
    }
  }
}
