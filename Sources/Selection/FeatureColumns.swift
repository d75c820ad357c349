import Datasets

/// The columns of several features side by side, and what their scores make of each feature.
///
/// A feature of m columns with scores u has the root of their mean square,
///
///     u_g = sqrt(Σ u_j² / m),
///
/// so that it counts as one column would in whose stead it stands: neither does a group of many
/// columns of noise outscore one of few, nor is a column that tells much lost among the others of
/// its group. Columns that are constant on the training rows do not count. A feature of one column
/// has that column's score.
///
/// - Source: Yuan and Lin, "Model selection and estimation in regression with grouped variables",
///   JRSS B 68, 2006, whose penalty sqrt(m) |w_g| makes |gradient_g| / sqrt(m) the measure by which
///   a group enters.
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
  /// - Returns: A score per feature.
  func combined(_ scores: [Double]) -> [Double] {
    guard let scored else { return scores }
    return scored.map { places in
      if places.count == 1 { return scores[places[0]] }
      let squares = places.reduce(0) { $0 + scores[$1] * scores[$1] }
      return (squares / Double(places.count)).squareRoot()
    }
  }
}
