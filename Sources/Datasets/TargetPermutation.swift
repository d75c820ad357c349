import Tensors

/// Which rows change places when a target is dealt out anew, for a look at what chance does.
public enum PermutationUnit: String, Sendable, Hashable, Codable {
  /// Single rows.
  case rows
  /// Subjects: all rows of one get the target of another. So where no subject has rows that differ
  /// in their target.
  case subjects
  /// The rows of each subject among themselves. So where subjects have rows that differ in their
  /// target: what a subject contributes as such is the same in every permutation.
  case rowsWithinSubjects
}

extension Dataset {
  /// What changes places in a permutation of the target of some rows.
  ///
  /// - Parameter rows: The rows.
  /// - Returns: The unit, as the subjects and the target of these rows demand.
  public func permutationUnit(of rows: [Int]) -> PermutationUnit {
    guard let units = units(of: rows) else { return .rows }
    let areUniform = units.allSatisfy { unit in
      unit.allSatisfy { target.subset([$0]) == target.subset([unit[0]]) }
    }
    return areUniform ? .subjects : .rowsWithinSubjects
  }

  /// The table with the target of some rows dealt out anew among them; whole rows of the target
  /// where it has several labels or numbers.
  ///
  /// Features, weights and subjects stay where they are, and so does the target of other rows.
  ///
  /// - Parameters:
  ///   - rows: The rows.
  ///   - generator: The source of random numbers.
  /// - Returns: The table.
  public func permutingTarget(of rows: [Int], using generator: inout RandomSource) -> Dataset {
    var source = Array(0..<rowCount)
    switch permutationUnit(of: rows) {
    case .rows:
      var order = rows
      generator.shuffle(&order)
      for (row, other) in zip(rows, order) { source[row] = other }
    case .subjects:
      let units = units(of: rows) ?? []
      var order = Array(units.indices)
      generator.shuffle(&order)
      for (unit, other) in zip(units, order) { for row in unit { source[row] = units[other][0] } }
    case .rowsWithinSubjects:
      for unit in units(of: rows) ?? [] {
        var order = unit
        generator.shuffle(&order)
        for (row, other) in zip(unit, order) { source[row] = other }
      }
    }
    var permuted = self
    permuted.target = target.subset(source)
    return permuted
  }

  /// The rows of each subject; nil where there are none, or just one.
  private func units(of rows: [Int]) -> [[Int]]? {
    guard let subjects else { return nil }
    let units = unitsOfRows(rows.count, subjects: rows.map { subjects[$0] })
    return units.count > 1 ? units.map { $0.map { rows[$0] } } : nil
  }
}
