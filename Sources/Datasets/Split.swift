import Tensors

/// The rows to learn from and the rows held out.
public struct Split: Sendable, Equatable, Codable {
  /// The rows to learn from, ascending.
  public var training: [Int]
  /// The rows held out, ascending.
  public var test: [Int]

  /// Creates a split.
  ///
  /// - Parameters:
  ///   - training: The rows to learn from, ascending.
  ///   - test: The rows held out, ascending.
  public init(training: [Int], test: [Int]) {
    self.training = training
    self.test = test
  }
}

extension Split {
  /// Holds out rows at random.
  ///
  /// The number of test rows is `testFraction` of all, rounded, but at least one and not all. A
  /// stratified split gives each class its share to within one row, those with the largest
  /// remainder being rounded up (the first of equals); a class with two rows or more keeps at
  /// least one for training, even if there are fewer test rows then. Labels, of which a row may have
  /// several, get their shares as nearly as moving single rows can bring about.
  ///
  /// With subjects all rows of one are on the same side, and the shares of rows and of classes or
  /// labels are as near as moving single subjects can bring them; a class of two subjects or more
  /// keeps one for training.
  ///
  /// - Parameters:
  ///   - rowCount: The number of rows, at least 2.
  ///   - testFraction: The fraction held out, above 0 and below 1.
  ///   - target: The target of all rows.
  ///   - stratified: Whether each class is split by itself; regression has no classes.
  ///   - subjects: The subject of each row; nil where each stands for itself.
  ///   - generator: The source of random numbers.
  /// - Returns: The split.
  /// - Throws: ``SplitFault/oneSubject(rowCount:)`` if all rows are of one subject.
  public static func random(
    rowCount: Int, testFraction: Double, target: Target, stratified: Bool,
    subjects: [Int]? = nil, using generator: inout RandomSource
  ) throws(SplitFault) -> Split {
    require(rowCount >= 2, "Split: \(rowCount) rows")
    require(testFraction > 0 && testFraction < 1, "Split: test fraction \(testFraction)")
    require(target.count == rowCount, "Split: target of \(target.count) for \(rowCount) rows")
    require(
      subjects?.count ?? rowCount == rowCount,
      "Split: \(subjects?.count ?? 0) subjects for \(rowCount) rows")
    if let subjects, subjects.allSatisfy({ $0 == subjects[0] }) {
      throw .oneSubject(rowCount: rowCount)
    }
    if subjects != nil || (stratified && target.hasOverlappingStrata) {
      let strata = stratified ? target.strata : (count: 0, ofRow: { _ in [] })
      let allotment = Allotment(
        unitsOfRows(rowCount, subjects: subjects), strata: strata.ofRow,
        stratumCount: strata.count, shares: [1 - testFraction, testFraction], kept: 0,
        using: &generator)
      let rows = allotment.rows
      return Split(training: rows[0], test: rows[1])
    }
    let testCount = min(max(Int((Double(rowCount) * testFraction).rounded()), 1), rowCount - 1)
    var strata = [Array(0..<rowCount)]
    if stratified, case .classes(let indices, let names) = target {
      strata = names.map { _ in [] }
      for (row, index) in indices.enumerated() { strata[index].append(row) }
    }
    var test: [Int] = []
    for (var stratum, share) in zip(strata, shares(of: testCount, among: strata.map(\.count))) {
      generator.shuffleFirst(share, of: &stratum)
      test += stratum[..<share]
    }
    return complement(of: test, rowCount: rowCount)
  }

  /// Holds out given rows.
  ///
  /// - Parameters:
  ///   - test: The rows held out, in any order.
  ///   - rowCount: The number of all rows.
  /// - Returns: The split; all other rows are for training.
  /// - Throws: `DatasetError.badSplit` if a row does not exist or occurs twice, or if no row or
  ///   all rows are held out.
  public static func rows(test: [Int], rowCount: Int) throws(DatasetError) -> Split {
    if let row = test.first(where: { $0 < 0 || $0 >= rowCount }) {
      throw .badSplit(reason: "row \(row) is not in 0...\(rowCount - 1)")
    }
    let split = complement(of: test, rowCount: rowCount)
    if split.test.count != test.count { throw .badSplit(reason: "a row is listed twice") }
    if split.test.isEmpty { throw .badSplit(reason: "none is listed") }
    if split.training.isEmpty { throw .badSplit(reason: "all rows are listed, none is left") }
    return split
  }

  static func complement(of test: [Int], rowCount: Int) -> Split {
    var isTest = [Bool](repeating: false, count: rowCount)
    for row in test { isTest[row] = true }
    return Split(
      training: (0..<rowCount).filter { !isTest[$0] }, test: (0..<rowCount).filter { isTest[$0] })
  }

  /// Divides a number of test rows among strata in proportion to their sizes.
  private static func shares(of testCount: Int, among sizes: [Int]) -> [Int] {
    let total = sizes.reduce(0, +)
    // Exact in integers: size * testCount = quotient * total + remainder.
    let exact = sizes.map { ($0 * testCount).quotientAndRemainder(dividingBy: total) }
    var shares = exact.map(\.quotient)
    let byRemainder = sizes.indices.sorted {
      (exact[$1].remainder, $0) < (exact[$0].remainder, $1)
    }
    var missing = testCount - shares.reduce(0, +)
    for stratum in byRemainder where missing > 0 {
      guard exact[stratum].remainder > 0, shares[stratum] + 1 < max(sizes[stratum], 2) else {
        continue
      }
      shares[stratum] += 1
      missing -= 1
    }
    return shares
  }
}

extension Dataset {
  /// Holds out some of the rows at random, whole subjects where there are any.
  ///
  /// - Parameters:
  ///   - rows: The rows to split, at least 2.
  ///   - testFraction: The fraction held out, above 0 and below 1.
  ///   - stratified: Whether each class is split by itself.
  ///   - generator: The source of random numbers.
  /// - Returns: The split; its rows are rows of the table.
  /// - Throws: ``SplitFault/oneSubject(rowCount:)`` if all rows are of one subject.
  package func split(
    _ rows: [Int], testFraction: Double, stratified: Bool, using generator: inout RandomSource
  ) throws(SplitFault) -> Split {
    let positions = try Split.random(
      rowCount: rows.count, testFraction: testFraction, target: target.subset(rows),
      stratified: stratified, subjects: subjects.map { subjects in rows.map { subjects[$0] } },
      using: &generator)
    return Split(
      training: positions.training.map { rows[$0] }, test: positions.test.map { rows[$0] })
  }
}
