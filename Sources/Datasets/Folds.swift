import Tensors

/// Rows divided into folds several times, so that each row is held out once in every repeat.
public struct Folds: Sendable, Equatable {
  /// The splits of each repeat, one for each fold; their rows are rows of the table, ascending.
  public let repeats: [[Split]]

  /// All splits, repeat by repeat.
  public var splits: [Split] { repeats.flatMap(\.self) }

  /// Divides rows at random.
  ///
  /// Every class is dealt out evenly: the folds differ by at most one row, also within each class.
  /// Where there are subjects, all rows of one are in the same fold, and where rows have several
  /// labels, the shares are as near as moving single subjects or rows can bring them.
  ///
  /// - Parameters:
  ///   - data: The table, with its target and subjects.
  ///   - rows: The rows to divide; nil for all.
  ///   - foldCount: The number of folds k, at least 2.
  ///   - repeatCount: How often the rows are divided, at least 1.
  ///   - stratified: Whether every class, or label, is dealt out evenly.
  ///   - random: The source of random numbers; each repeat has a substream of its own.
  /// - Throws: `DatasetError.badSplit` if there are fewer rows, or subjects, than folds.
  public init(
    _ data: Dataset, rows: [Int]? = nil, foldCount: Int, repeatCount: Int = 1,
    stratified: Bool = true, random: RandomSource
  ) throws(DatasetError) {
    require(repeatCount >= 1, "Folds: \(repeatCount) repeats")
    let rows = rows ?? Array(0..<data.rowCount)
    let subjects = data.subjects.map { subjects in rows.map { subjects[$0] } }
    let target = data.target.subset(rows)
    let units = unitsOfRows(rows.count, subjects: subjects)
    guard foldCount >= 2 else {
      throw .badSplit(reason: "\(foldCount) folds; at least 2 are needed")
    }
    if subjects != nil, units.count == 1 {
      throw .badSplit(reason: SplitFault.oneSubject(rowCount: rows.count).description)
    }
    guard foldCount <= units.count else {
      throw .badSplit(
        reason: "\(foldCount) folds for \(units.count) "
          + (subjects == nil ? "rows" : "groups (--group-column)") + "; ask for fewer folds")
    }
    let divide = { (generator: inout RandomSource) -> [[Int]] in
      if subjects == nil && !(stratified && target.hasOverlappingStrata) {
        return Self.deal(rows.count, target, foldCount, stratified, using: &generator)
      }
      let strata = stratified ? target.strata : (count: 0, ofRow: { _ in [] })
      let share = 1 / Double(foldCount)
      return Allotment(
        units, strata: strata.ofRow, stratumCount: strata.count,
        shares: [Double](repeating: share, count: foldCount), using: &generator
      ).rows
    }
    repeats = (0..<repeatCount).map { number in
      var generator = random.substream("repeat", number)
      return divide(&generator).map { test in
        let split = Split.complement(of: test, rowCount: rows.count)
        return Split(
          training: split.training.map { rows[$0] }.sorted(),
          test: split.test.map { rows[$0] }.sorted())
      }
    }
  }

  /// Deals rows out in turn, class after class.
  private static func deal(
    _ rowCount: Int, _ target: Target, _ foldCount: Int, _ stratified: Bool,
    using generator: inout RandomSource
  ) -> [[Int]] {
    var order = Array(0..<rowCount)
    generator.shuffle(&order)
    if stratified, case .classes(let indices, let names) = target {
      var rowsOfClass = names.map { _ in [Int]() }
      for row in order { rowsOfClass[indices[row]].append(row) }
      order = rowsOfClass.flatMap(\.self)
    }
    return (0..<foldCount).map { fold in
      stride(from: fold, to: rowCount, by: foldCount).map { order[$0] }
    }
  }
}
