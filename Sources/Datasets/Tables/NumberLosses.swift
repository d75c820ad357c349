/// The columns of numbers of which something is lost, by what it is.
struct NumberLosses: Sendable, Equatable, Codable {
  /// Whole numbers with more digits than computing keeps.
  private(set) var whole: [String] = []
  /// Numbers so large that computing keeps no fraction of them.
  private(set) var fractions: [String] = []
  /// Numbers nearer to 0 than computing can tell.
  private(set) var tiny: [String] = []
  /// Infinite numbers, which count as missing.
  private(set) var infinite: [String] = []

  private static var kinds: [(flag: CellFlags, names: WritableKeyPath<NumberLosses, [String]>)] {
    [
      (.isRounded, \.whole), (.losesFraction, \.fractions), (.isTiny, \.tiny),
      (.isInfinite, \.infinite),
    ]
  }
  private static let all = kinds.reduce(into: CellFlags([])) { $0.formUnion($1.flag) }

  init() {}

  /// Whether nothing is lost.
  var isEmpty: Bool { self == NumberLosses() }

  /// Takes note of a column.
  ///
  /// - Parameters:
  ///   - flags: What it was seen to hold.
  ///   - name: Its name.
  mutating func note(_ flags: CellFlags, of name: String) {
    if flags.isDisjoint(with: Self.all) { return }
    for (flag, names) in Self.kinds where flags.contains(flag) {
      if !self[keyPath: names].contains(name) { self[keyPath: names].append(name) }
    }
  }

  /// Takes over what is lost of other columns.
  ///
  /// - Parameter others: The losses of the others.
  mutating func formUnion(_ others: NumberLosses) {
    for (flag, names) in Self.kinds {
      for name in others[keyPath: names] { note(flag, of: name) }
    }
  }

  /// What is lost of some of the columns.
  ///
  /// - Parameter names: The names of these columns.
  /// - Returns: Their losses.
  func of(_ names: [String]) -> NumberLosses {
    if isEmpty { return self }
    var losses = NumberLosses()
    let positions = ColumnPositions(names)
    for (flag, path) in Self.kinds {
      for name in self[keyPath: path] where positions.named(name) != nil {
        losses.note(flag, of: name)
      }
    }
    return losses
  }

  /// What a reader of the table should know, a sentence for each kind.
  var notes: [String] {
    let rounded = whole + fractions.filter { !whole.contains($0) }
    return [
      Self.note(
        rounded,
        "\(fractions.isEmpty ? "whole " : "")numbers beyond 16,777,216, which are rounded to 7 digits"
          + " in computing"),
      Self.note(
        tiny, "numbers nearer to 0 than 1.2e-38, which become 0 in computing; take their logarithm"),
      Self.note(
        infinite, "infinite numbers, which count as missing; --missing error refuses them"),
    ].compactMap(\.self)
  }

  private static func note(_ names: [String], _ what: String) -> String? {
    guard !names.isEmpty else { return nil }
    let shown = names.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
    return "column\(names.count > 1 ? "s" : "") \(shown)"
      + (names.count > 3 ? " and \(names.count - 3) more" : "")
      + " hold\(names.count > 1 ? "" : "s") \(what)"
  }
}

extension Table {
  /// Returns the table with notes on numbers that computing cannot hold.
  func notingLosses() -> Table {
    var table = self
    table.notes += features.losses.notes.filter { !notes.contains($0) }
    return table
  }
}
