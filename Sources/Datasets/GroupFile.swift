/// Reads which columns belong together from a text file.
///
/// A line is a group: its name, a colon and its columns with commas between them.
///
///     # where the patient lives
///     home: country, region, town
///     "blood, fasting": glucose, "insulin: µU/ml"
///
/// A name in quotation marks may hold commas, colons and, doubled, quotation marks. Empty lines and
/// lines that begin with `#` say nothing. A column in no group stays a feature of its own.
public enum GroupFile {
  /// Reads groups from a file.
  ///
  /// - Parameters:
  ///   - path: The file, compressed by gzip or not.
  ///   - columnNames: The names of the columns of the table.
  ///   - groups: Which columns are one feature already; a line then names such features, and
  ///     takes all of their columns. Nil where each column is one.
  /// - Returns: All features, in the order of their first columns.
  /// - Throws: `DatasetError.badGroup` or `DatasetError.unterminatedQuote` with the line, or what is
  ///   wrong with the file.
  public static func read(
    path: String, columnNames: [String], joining groups: FeatureGroups? = nil
  ) throws(DatasetError) -> FeatureGroups {
    guard try FileFormat.recognise(path: path) == .csv else {
      throw .foreignFormat(
        path: path, what: "no text", remedy: "write a group a line: 'name: column, column, ...'")
    }
    var reader = GroupReader(path: path, columnNames: columnNames, joining: groups)
    var records = RecordReader(try ByteStream(path: path))
    while let record = try records.next() {
      try reader.take(String(decoding: record.bytes, as: UTF8.self), line: record.line)
    }
    return try reader.groups()
  }

  /// Reads groups from text.
  ///
  /// - Parameters:
  ///   - text: The lines.
  ///   - path: Where they are from, for errors.
  ///   - columnNames: The names of the columns of the table.
  ///   - groups: Which columns are one feature already, or nil.
  /// - Returns: All features, in the order of their first columns.
  /// - Throws: `DatasetError.badGroup` or `DatasetError.unterminatedQuote` with the line.
  public static func parse(
    _ text: String, path: String, columnNames: [String], joining groups: FeatureGroups? = nil
  ) throws(DatasetError) -> FeatureGroups {
    var reader = GroupReader(path: path, columnNames: columnNames, joining: groups)
    var line = 0
    for part in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      line += 1
      try reader.take(String(part), line: line)
    }
    return try reader.groups()
  }
}

/// The groups of the lines so far.
private struct GroupReader {
  private let path: String
  /// The features before any line.
  private let known: FeatureGroups
  private let positions: [String: Int]
  private var names: [String] = []
  private var lines: [Int] = []
  private var groupOfFeature: [Int?]
  private var groupOfName: [String: Int] = [:]

  init(path: String, columnNames: [String], joining groups: FeatureGroups?) {
    self.path = path
    known =
      groups ?? FeatureGroups(names: columnNames, columns: columnNames.indices.map { [$0] })
    positions = Dictionary(
      known.names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    groupOfFeature = [Int?](repeating: nil, count: known.count)
  }

  private func mistake(_ line: Int, _ reason: String) -> DatasetError {
    .badGroup(path: path, line: line, reason: reason)
  }

  mutating func take(_ text: String, line: Int) throws(DatasetError) {
    let text = text.trimmingBlanks()
    if text.isEmpty || text.hasPrefix("#") { return }
    var scanner = NameScanner(text)
    let (found, end) = scanner.next(until: ":")
    guard let name = found else { throw .unterminatedQuote(path: path, line: line) }
    guard end == ":", !name.isEmpty else {
      throw mistake(line, "a group is written as 'name: column, column, ...'")
    }
    if let other = groupOfName[name] {
      throw mistake(line, "there is a group '\(name)' in line \(lines[other]) already; rename one")
    }
    let group = names.count
    groupOfName[name] = group
    names.append(name)
    lines.append(line)
    var isLast = false
    var count = 0
    while !isLast {
      let (found, end) = scanner.next(until: ",")
      guard let column = found else { throw .unterminatedQuote(path: path, line: line) }
      isLast = end == nil
      if column.isEmpty { continue }
      count += 1
      try join(column, group, line: line)
    }
    if count == 0 { throw mistake(line, "the group '\(name)' has no column; name some") }
  }

  private mutating func join(_ column: String, _ group: Int, line: Int) throws(DatasetError) {
    guard let feature = positions[column] else {
      throw mistake(line, "no column '\(column)'" + nameHint(for: column, among: known.names))
    }
    if let other = groupOfFeature[feature] {
      throw mistake(
        line,
        other == group
          ? "the column '\(column)' is named twice; remove one"
          : "the column '\(column)' is in group '\(names[other])' of line \(lines[other]) already;"
            + " decide for one")
    }
    groupOfFeature[feature] = group
  }

  func groups() throws(DatasetError) -> FeatureGroups {
    guard !names.isEmpty else {
      throw mistake(1, "there is no group; one is written as 'name: column, column, ...'")
    }
    var columns = [[Int]](repeating: [], count: names.count)
    var features: [(name: String, columns: [Int])] = []
    for (feature, group) in groupOfFeature.enumerated() {
      if let group {
        columns[group] += known.columns[feature]
      } else {
        features.append((known.names[feature], known.columns[feature]))
        if let taken = groupOfName[known.names[feature]] {
          throw mistake(
            lines[taken],
            "the group '\(names[taken])' has the name of a column outside of it; rename it")
        }
      }
    }
    for (name, members) in zip(names, columns) { features.append((name, members.sorted())) }
    features.sort { $0.columns[0] < $1.columns[0] }
    return FeatureGroups(names: features.map(\.name), columns: features.map(\.columns))
  }
}

/// Takes a line apart at separators outside of quotation marks.
private struct NameScanner {
  private var rest: Substring

  init(_ text: String) {
    rest = text[...]
  }

  /// Reads a name.
  ///
  /// - Parameter separator: What ends it.
  /// - Returns: The name, nil if a quotation mark is never closed, and the separator, nil at the
  ///   end of the line.
  mutating func next(until separator: Character) -> (name: String?, end: Character?) {
    rest = rest.drop { $0 == " " || $0 == "\t" }
    guard rest.first == "\"" else {
      let name = rest.prefix { $0 != separator }
      rest = rest[name.endIndex...]
      return (String(name).trimmingBlanks(), rest.popFirst())
    }
    rest.removeFirst()
    var name = ""
    while let character = rest.popFirst() {
      if character != "\"" {
        name.append(character)
      } else if rest.first == "\"" {
        name.append("\"")
        rest.removeFirst()
      } else {
        let more = rest.prefix { $0 != separator }
        rest = rest[more.endIndex...]
        return (name + String(more).trimmingBlanks(), rest.popFirst())
      }
    }
    return (nil, nil)
  }
}
