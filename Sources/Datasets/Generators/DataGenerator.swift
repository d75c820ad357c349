import Tensors

/// Makes data with a known truth from a seed.
public protocol DataGenerator: Sendable {
  /// The name on the command line.
  static var name: String { get }
  /// The settings by name, as they are written beside the data.
  var settings: [String: Double] { get }

  /// Says what is wrong with the settings.
  ///
  /// - Throws: `DatasetError.impossibleRecipe`.
  func validate() throws(DatasetError)

  /// Makes the columns, useful ones first; they are shuffled afterwards.
  ///
  /// - Parameter source: The source of random numbers.
  /// - Returns: The columns and the target.
  func draft(using source: RandomSource) -> Draft
}

extension DataGenerator {
  /// Makes the data.
  ///
  /// - Parameter seed: Equal seeds make equal data.
  /// - Returns: The data, columns in random order, and the truth about that order.
  /// - Throws: `DatasetError.impossibleRecipe` if the settings contradict themselves.
  public func generate(seed: UInt64) throws(DatasetError) -> GeneratedDataset {
    let parts = ["informativeCount", "redundantCount", "repeatedCount", "noiseCount"]
    let columns = settings["columnCount"] ?? parts.reduce(0) { $0 + (settings[$1] ?? 0) }
    try demand(
      (settings["rowCount"] ?? 0) * max(columns, 1) <= 0x1p31,
      "rows times columns must be at most 2^31")
    try validate()
    let source = RandomSource(seed: seed).substream(Self.name)
    let draft = draft(using: source)
    var generator = source.substream("column order")
    let order = draft.shuffledOrder(using: &generator)
    var truth = draft.truth(order: order)
    (truth.name, truth.seed, truth.settings) = (Self.name, seed, settings)
    let features = draft.features(order: order)
    return GeneratedDataset(
      dataset: Dataset(features: features, target: draft.target), truth: truth)
  }

  /// Refuses settings unless a condition holds.
  ///
  /// - Parameters:
  ///   - condition: What must hold.
  ///   - reason: What is wrong otherwise.
  /// - Throws: `DatasetError.impossibleRecipe`.
  func demand(_ condition: Bool, _ reason: String) throws(DatasetError) {
    if !condition { throw .impossibleRecipe(generator: Self.name, reason: reason) }
  }
}

/// Columns and target of a data set in the making.
public struct Draft: Sendable {
  /// The columns, the informative ones first.
  var columns: [[Float]]
  /// How many columns are informative.
  var informativeCount: Int
  /// Columns that are combinations or noisy copies, by their place in `columns`.
  var redundant: [PlantedTruth.DerivedColumn] = []
  /// Columns that are exact copies, by their place in `columns`.
  var repeated: [PlantedTruth.DerivedColumn] = []
  /// The target of each row.
  var target: Target
  /// How the data were made.
  var recipe: String

  /// Appends sums of the informative columns, weights uniform on [-1, 1).
  mutating func appendRedundant(_ count: Int, using source: RandomSource) {
    var combinations = source.substream("redundant")
    let parents = Array(0..<informativeCount)
    for _ in 0..<count {
      let weights = parents.map { _ in combinations.uniform(-1, 1) }
      redundant.append(.init(column: columns.count, parents: parents, weights: weights))
      columns.append(
        (0..<target.count).map { row in
          parents.reduce(0) { $0 + weights[$1] * columns[$1][row] }
        })
    }
  }

  /// Appends copies of informative or redundant columns, drawn with replacement.
  mutating func appendRepeated(_ count: Int, using source: RandomSource) {
    var copies = source.substream("repeated")
    let originals = columns.count
    for _ in 0..<count {
      let parent = copies.index(below: originals)
      repeated.append(.init(column: columns.count, parents: [parent], weights: [1]))
      columns.append(columns[parent])
    }
  }

  /// Returns where each column goes.
  func shuffledOrder(using generator: inout RandomSource) -> [Int] {
    var order = Array(columns.indices)
    generator.shuffle(&order)
    return order
  }

  /// Returns the table with column c at place `order[c]`.
  func features(order: [Int]) -> FeatureStore {
    var values = [Float](repeating: 0, count: columns.count * target.count)
    for (column, place) in zip(columns, order) {
      for row in column.indices { values[row * columns.count + place] = column[row] }
    }
    return FeatureStore(
      values: values, rowCount: target.count, columnNames: columns.indices.map { "x\($0)" })
  }

  /// Returns the truth with column c at place `order[c]`.
  func truth(order: [Int]) -> PlantedTruth {
    func moved(_ derived: [PlantedTruth.DerivedColumn]) -> [PlantedTruth.DerivedColumn] {
      derived.map {
        .init(column: order[$0.column], parents: $0.parents.map { order[$0] }, weights: $0.weights)
      }
    }
    return PlantedTruth(
      name: "", seed: 0, rowCount: target.count, columnCount: columns.count, settings: [:],
      informative: Array(order[..<informativeCount]), redundant: moved(redundant),
      repeated: moved(repeated), recipe: recipe)
  }
}

extension RandomSource {
  /// Draws a column from the standard normal distribution.
  mutating func normalColumn(_ rowCount: Int) -> [Float] {
    (0..<rowCount).map { _ in Float(normal()) }
  }

  /// Draws columns from the standard normal distribution.
  mutating func normalColumns(_ count: Int, rowCount: Int) -> [[Float]] {
    (0..<count).map { _ in normalColumn(rowCount) }
  }
}
