import Datasets

/// The columns of several features side by side, and what their scores make of each feature.
///
/// A feature of m columns with scores u_j has
///
///     y_j = sqrt(u_j),  ȳ = (1/m) Σ_j y_j,
///     y_g = l + sqrt(m) (ȳ - l) where ȳ > l, and ȳ elsewhere,
///     u_g = y_g²
///
/// where l is the level of columns of noise. By the mean alone no group would win by its size, but
/// what its columns tell would drown in the noise of the best single columns: a mean of m columns
/// varies less by sqrt(m), and that factor makes groups and columns comparable. Below the level,
/// where it would make weak groups look weaker, it is left out. Square roots make the scores of
/// noise about symmetric. Columns that are constant on the training rows do not count, and a
/// feature of one column has that column's score.
///
/// - Source: The sum of standardised scores over sqrt(m) is that of Stouffer et al., "The American
///   Soldier", vol. 1, 1949.
struct FeatureColumns {
  /// The columns, each an index of the table.
  let columns: [Int]
  /// The places of each feature in ``columns``; nil where every column is a feature of its own.
  let places: [[Int]]?
  /// The places that count in the score of each feature.
  private let scored: [[Int]]?

  /// Finds the columns of features.
  ///
  /// - Parameters:
  ///   - columns: All columns of the features, in any order.
  ///   - features: The features.
  ///   - data: The table.
  ///   - isConstant: Whether a column is constant on the training rows.
  init(_ columns: [Int], of features: [Int], in data: Dataset, isConstant: (Int) -> Bool) {
    self.columns = columns
    guard let groups = data.featureGroups else {
      places = nil
      scored = nil
      return
    }
    var position = [Int](repeating: 0, count: groups.count)
    for (place, feature) in features.enumerated() { position[feature] = place }
    var places = [[Int]](repeating: [], count: features.count)
    for (place, column) in columns.enumerated() {
      places[position[groups.featureOfColumn[column]]].append(place)
    }
    self.places = places
    scored = places.map { members in
      let varying = members.filter { !isConstant(columns[$0]) }
      return varying.isEmpty ? members : varying
    }
  }

  /// Says for each column what is said of its feature.
  ///
  /// - Parameter claims: Of each feature, whether something holds.
  /// - Returns: The same of each column.
  func spread(_ claims: [Bool]) -> [Bool] {
    guard let places else { return claims }
    var spread = [Bool](repeating: false, count: columns.count)
    for (feature, places) in places.enumerated() where claims[feature] {
      for place in places { spread[place] = true }
    }
    return spread
  }

  /// How many columns some of the features have at least.
  ///
  /// - Parameter count: The number of features.
  /// - Returns: The number of columns of so many features, the smallest ones.
  func fewestColumns(of count: Int) -> Int {
    guard let places else { return count }
    return places.map(\.count).sorted().prefix(count).reduce(0, +)
  }

  /// The score of each feature.
  ///
  /// - Parameter scores: A score of at least 0 per column.
  /// - Returns: A score of at least 0 per feature.
  func combined(_ scores: [Double]) -> [Double] {
    guard let scored else { return scores }
    let means = scored.map { places in
      places.reduce(0) { $0 + scores[$1].squareRoot() } / Double(places.count)
    }
    let level = noiseLevel(means, sizes: scored.map { Double($0.count) })
    return scored.indices.map { feature in
      let places = scored[feature]
      if places.count == 1 { return scores[places[0]] }
      let excess = max(means[feature] - level, 0)
      let root = means[feature] + (Double(places.count).squareRoot() - 1) * excess
      return root * root
    }
  }
}

/// The level about which the means of features of noise lie.
///
/// The median over the features, and from there, step by step, the mean over the columns of those
/// features that are no further off than noise is: a group of many columns knows the level best,
/// but not if it tells of the target. Features that score 0 have lost all they could have shown.
///
/// - Parameters:
///   - means: The mean of each feature's columns, at least 0.
///   - sizes: The number of its columns.
/// - Returns: The level; 0 without features.
func noiseLevel(_ means: [Double], sizes: [Double]) -> Double {
  let present = means.indices.filter { means[$0] > 0 }
  func median(_ numbers: [Double]) -> Double { numbers.sorted()[(numbers.count - 1) / 2] }
  guard !present.isEmpty else { return 0 }
  var level = median(present.map { means[$0] })
  for _ in 0..<5 {
    // In units of a single column's deviation.
    let deviations = present.map { (means[$0] - level).magnitude * sizes[$0].squareRoot() }
    let limit = 3 * 1.4826 * median(deviations)  // three standard deviations of normal noise
    let near = zip(present, deviations).filter { $1 <= limit }.map(\.0)
    let weight = near.reduce(0) { $0 + sizes[$1] }
    guard weight > 0 else { break }
    level = near.reduce(0) { $0 + means[$1] * sizes[$1] } / weight
  }
  return level
}
