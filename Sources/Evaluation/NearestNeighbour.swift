import Datasets

/// Predicts for each row the target of the training row nearest to it in Euclidean distance.
///
/// The weights of rows play no part in the choice of the nearest, but for rows of weight 0, which
/// are not there; they count in the score.
///
/// Among training rows at the same distance the first one wins.
///
/// - Source: Cover and Hart, "Nearest neighbor pattern classification", 1967.
/// - Note: Distances are sums of Float in the order of the columns, so equal rows are at exactly
///   equal distance and the result does not depend on the machine's vector width.
public struct NearestNeighbour: Learner {
  /// The name in results, `"nearest"`.
  public var name: String { "nearest" }

  /// Creates the learner, which has no settings.
  public init() {}

  /// Predicts the target of each test row.
  ///
  /// - Parameter trial: The rows, columns and scaling.
  /// - Returns: The target of the nearest training row of each test row.
  /// - Throws: An `EvaluationError` where the trial has nothing to learn or to predict.
  /// - Complexity: O(training rows x test rows x columns).
  public func predict(_ trial: Trial) throws(EvaluationError) -> Predictions {
    try trial.validate()
    let nearest = try nearestRows(trial)
    switch trial.trainingTarget {
    case .classes(let labels, _): return .classes(nearest.map { labels[$0] })
    case .values(let values): return .values(nearest.map { Double(values[$0]) })
    case .labels(let columns, _):
      return .labels(columns.map { column in nearest.map { column[$0] } })
    case .outputs(let columns, _):
      return .outputs(columns.map { column in nearest.map { Double(column[$0]) } })
    }
  }

  /// Returns for each test row the position of the nearest training row.
  func nearestRows(_ trial: Trial) throws(EvaluationError) -> [Int] {
    let columnCount = trial.columns.count
    var nearest = [Int](repeating: 0, count: trial.rowCount(.test))
    var smallest = [Float](repeating: .infinity, count: nearest.count)
    try trial.forEachBlock(.training) { firstTraining, block throws(EvaluationError) in
      let tiles = Tiles(block, columnCount: columnCount)
      try trial.forEachBlock(.test) { firstTest, block in
        for row in 0..<(block.count / columnCount) {
          let values = UnsafeBufferPointer(
            rebasing: block[(row * columnCount)...].prefix(columnCount))
          let best = tiles.nearest(to: values, closerThan: smallest[firstTest + row])
          guard let best else { continue }
          smallest[firstTest + row] = best.distance
          nearest[firstTest + row] = firstTraining + best.row
        }
      }
    }
    return nearest
  }
}

/// Training rows in tiles of sixteen, a column of a tile contiguous: one lane is one row.
private struct Tiles {
  typealias Lanes = SIMD16<Float>

  private let rowCount: Int
  private let columnCount: Int
  private var columns: [Lanes]

  init(_ block: UnsafeBufferPointer<Float>, columnCount: Int) {
    self.columnCount = columnCount
    rowCount = block.count / columnCount
    let tileCount = (rowCount + Lanes.scalarCount - 1) / Lanes.scalarCount
    // Lanes behind the last row stay infinitely far away.
    columns = [Lanes](repeating: Lanes(repeating: .infinity), count: tileCount * columnCount)
    for row in 0..<rowCount {
      let (tile, lane) = row.quotientAndRemainder(dividingBy: Lanes.scalarCount)
      for column in 0..<columnCount {
        columns[tile * columnCount + column][lane] = block[row * columnCount + column]
      }
    }
  }

  /// Returns the first row nearest to the values, if nearer than a squared distance.
  func nearest(
    to values: UnsafeBufferPointer<Float>, closerThan limit: Float
  ) -> (row: Int, distance: Float)? {
    // Checking the bound costs about as much as eight columns.
    let stride = 32
    var best: (row: Int, distance: Float)?
    var smallest = limit
    columns.withUnsafeBufferPointer { columns in
      for tile in 0..<(columns.count / columnCount) {
        var distances = Lanes.zero
        var column = 0
        while column < columnCount {
          for column in column..<min(column + stride, columnCount) {
            let difference = columns[tile * columnCount + column] - values[column]
            distances += difference * difference
          }
          column += stride
          if distances.min() >= smallest { break }
        }
        guard distances.min() < smallest else { continue }
        for lane in 0..<Lanes.scalarCount where distances[lane] < smallest {
          smallest = distances[lane]
          best = (tile * Lanes.scalarCount + lane, smallest)
        }
      }
    }
    return best
  }
}
