import Tensors

/// Rows allotted to parts, such as folds, so that every part gets its share of every stratum.
///
/// Units are never divided: all rows of a subject are one unit. The cost of an allotment is
///
///     sum over parts and strata of (count - wanted)² / wanted
///
/// where the rows of all strata together are a stratum, too. Units are drawn in random order, those
/// of most rows first, and each goes where the cost rises least; then units move one by one for as
/// long as the cost falls.
struct Allotment {
  /// The rows of each unit.
  let units: [[Int]]
  /// The part of each unit.
  private(set) var parts: [Int]
  private let counts: [[(stratum: Int, count: Double)]]
  private let wanted: [[Double]]
  private var found: [[Double]]
  private var unitCounts: [Int]

  /// Allots units.
  ///
  /// - Parameters:
  ///   - units: The rows of each unit, at least as many units as parts.
  ///   - strata: The strata of each row, in `0..<stratumCount`; none, one or several.
  ///   - stratumCount: The number of strata.
  ///   - shares: The share of each part, positive, together 1.
  ///   - kept: A part that has a unit of every stratum which at least two units have.
  ///   - generator: The source of the order.
  init(
    _ units: [[Int]], strata: (Int) -> [Int], stratumCount: Int, shares: [Double],
    kept: Int? = nil, using generator: inout RandomSource
  ) {
    self.units = units
    let width = stratumCount + 1
    var totals = [Double](repeating: 0, count: width)
    counts = units.map { rows in
      var counts: [Int: Double] = [stratumCount: Double(rows.count)]
      for row in rows { for stratum in strata(row) { counts[stratum, default: 0] += 1 } }
      return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
    for unit in counts { for (stratum, count) in unit { totals[stratum] += count } }
    wanted = shares.map { share in totals.map { max($0 * share, 1e-9) } }
    found = shares.map { _ in [Double](repeating: 0, count: width) }
    unitCounts = shares.map { _ in 0 }
    parts = units.map { _ in -1 }

    var order = Array(units.indices)
    generator.shuffle(&order)
    // Of equally large units the order stays random.
    order = order.enumerated().sorted {
      (units[$1.element].count, $0.offset) < (units[$0.element].count, $1.offset)
    }.map(\.element)
    for unit in order { place(unit, in: cheapest(for: unit)) }
    fillEmptyParts(order)
    improve(order)
    if let kept { keepStrata(in: kept, order) }
  }

  /// The rows of each part, ascending.
  var rows: [[Int]] {
    var rows = wanted.map { _ in [Int]() }
    for (unit, part) in parts.enumerated() { rows[part] += units[unit] }
    return rows.map { $0.sorted() }
  }

  /// By how much the cost rises if a unit joins a part (or leaves it, with sign -1).
  private func rise(_ unit: Int, _ part: Int, sign: Double = 1) -> Double {
    counts[unit].reduce(0) { sum, entry in
      let (goal, now) = (wanted[part][entry.stratum], found[part][entry.stratum])
      return sum + entry.count * (entry.count + sign * 2 * (now - goal)) / goal
    }
  }

  private func cheapest(for unit: Int) -> Int {
    var best = (part: 0, rise: Double.infinity)
    for part in wanted.indices {
      let rise = rise(unit, part)
      if rise < best.rise { best = (part, rise) }
    }
    return best.part
  }

  private mutating func place(_ unit: Int, in part: Int) {
    for (stratum, count) in counts[unit] { found[part][stratum] += count }
    unitCounts[part] += 1
    parts[unit] = part
  }

  private mutating func remove(_ unit: Int) {
    for (stratum, count) in counts[unit] { found[parts[unit]][stratum] -= count }
    unitCounts[parts[unit]] -= 1
  }

  /// Gives each part at least one unit, the smallest that another part can spare.
  private mutating func fillEmptyParts(_ order: [Int]) {
    for part in wanted.indices where unitCounts[part] == 0 {
      guard let unit = order.last(where: { unitCounts[parts[$0]] > 1 }) else { return }
      remove(unit)
      place(unit, in: part)
    }
  }

  /// Moves the smallest unit of each stratum that a part lacks there, if another unit has it, too.
  private mutating func keepStrata(in part: Int, _ order: [Int]) {
    for stratum in 0..<(wanted[part].count - 1) where found[part][stratum] == 0 {
      let owners = order.filter { unit in counts[unit].contains { $0.stratum == stratum } }
      guard owners.count >= 2, let unit = owners.last(where: { unitCounts[parts[$0]] > 1 }) else {
        continue
      }
      remove(unit)
      place(unit, in: part)
    }
  }

  /// Moves single units until no move makes the cost fall, or for a number of rounds.
  private mutating func improve(_ order: [Int]) {
    for _ in 0..<20 {
      var hasMoved = false
      for unit in order where unitCounts[parts[unit]] > 1 {
        let from = parts[unit]
        let gain = rise(unit, from, sign: -1)
        for part in wanted.indices where part != from {
          guard gain + rise(unit, part) < -1e-9 else { continue }
          remove(unit)
          place(unit, in: part)
          hasMoved = true
          break
        }
      }
      if !hasMoved { return }
    }
  }
}

/// Rows put together by subject; each is a unit of its own where there are no subjects.
///
/// - Parameters:
///   - rowCount: The number of rows.
///   - subjects: The subject of each row, or nil.
/// - Returns: The rows of each unit, in the order of the first row of each.
func unitsOfRows(_ rowCount: Int, subjects: [Int]?) -> [[Int]] {
  guard let subjects else { return (0..<rowCount).map { [$0] } }
  var places: [Int: Int] = [:]
  var units: [[Int]] = []
  for row in 0..<rowCount {
    if let place = places[subjects[row]] {
      units[place].append(row)
    } else {
      places[subjects[row]] = units.count
      units.append([row])
    }
  }
  return units
}

extension Target {
  /// The strata of each row: its class, or the labels that it has; none of numbers.
  var strata: (count: Int, ofRow: (Int) -> [Int]) {
    switch self {
    case .classes(let indices, let names): (names.count, { [indices[$0]] })
    case .labels(let columns, _):
      (columns.count, { row in columns.indices.filter { columns[$0][row] } })
    case .values, .outputs: (0, { _ in [] })
    }
  }

  /// Whether rows have several strata or none that a row by row division could deal with.
  var hasOverlappingStrata: Bool {
    if case .labels = self { true } else { false }
  }
}
