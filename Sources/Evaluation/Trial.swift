import Datasets
import Tensors

/// Chosen columns of training and test rows, scaled alike: what a learner is judged on.
///
/// The values stay in their feature stores; a learner reads them block by block, so a trial costs
/// no memory of its own. Rows of weight 0 are not among its rows.
public struct Trial: Sendable {
  /// Which of the two sets of rows.
  public enum Part: Sendable {
    /// The rows that the learner learns from.
    case training
    /// The rows that it predicts.
    case test
  }

  /// The chosen columns, in the order in which the learner sees them.
  public let columns: [Int]
  /// The target of the training rows.
  public let trainingTarget: Target
  /// The target of the test rows.
  public let testTarget: Target

  private let trainingWeights: [Double]?
  private let testWeights: [Double]?
  private let weightFault: WeightFault?
  private let trainingStore: FeatureStore
  private let testStore: FeatureStore
  private let trainingRows: [Int]
  private let testRows: [Int]
  private let scaler: Scaler?

  /// Creates a trial on rows of one dataset.
  ///
  /// - Parameters:
  ///   - dataset: The features and the target.
  ///   - training: The rows to learn from.
  ///   - test: The rows to predict.
  ///   - columns: The columns to use.
  ///   - scaler: The scaler of all columns of the dataset, fitted on the training rows.
  public init(
    _ dataset: Dataset, training: [Int], test: [Int], columns: [Int], scaler: Scaler?
  ) {
    self.init(
      training: dataset, rows: training, test: dataset, rows: test, columns: columns,
      scaler: scaler)
  }

  /// Creates a trial on rows of two datasets with the same columns and classes.
  ///
  /// - Parameters:
  ///   - trainingData: The features and the target to learn from.
  ///   - trainingRows: Its rows to learn from.
  ///   - testData: The features and the target to predict.
  ///   - testRows: Its rows to predict.
  ///   - columns: The columns to use.
  ///   - scaler: The scaler of all columns, fitted on the training rows.
  public init(
    training trainingData: Dataset, rows trainingRows: [Int], test testData: Dataset,
    rows testRows: [Int], columns: [Int], scaler: Scaler?
  ) {
    require(
      trainingData.features.columnCount == testData.features.columnCount,
      "Trial: \(trainingData.features.columnCount) columns to learn from, "
        + "\(testData.features.columnCount) to predict")
    require(
      columns.allSatisfy { (0..<trainingData.features.columnCount).contains($0) },
      "Trial: a column outside 0..<\(trainingData.features.columnCount)")
    self.columns = columns
    weightFault =
      trainingData.weightFault(in: trainingRows) ?? testData.weightFault(in: testRows)
    let (trainingRows, testRows) = (
      trainingData.counted(trainingRows), testData.counted(testRows)
    )
    self.trainingRows = trainingRows
    self.testRows = testRows
    trainingWeights = trainingData.weights.map { all in trainingRows.map { Double(all[$0]) } }
    testWeights = testData.weights.map { all in testRows.map { Double(all[$0]) } }
    self.scaler = scaler
    trainingStore = trainingData.features
    testStore = testData.features
    trainingTarget = trainingData.target.subset(trainingRows)
    testTarget = testData.target.subset(testRows)
  }

  /// The number of rows of one part.
  ///
  /// - Parameter part: The training or the test rows.
  /// - Returns: The number of rows.
  public func rowCount(_ part: Part) -> Int {
    rows(part).count
  }

  /// How much each row of one part counts; nil for all the same.
  ///
  /// - Parameter part: The training or the test rows.
  /// - Returns: The weights, above 0, in the order of the rows.
  public func weights(_ part: Part) -> [Double]? {
    part == .training ? trainingWeights : testWeights
  }

  /// The weight 1 for each row of one part.
  func ones(_ part: Part) -> [Double] { [Double](repeating: 1, count: rowCount(part)) }

  private func rows(_ part: Part) -> [Int] {
    part == .training ? trainingRows : testRows
  }
}

extension Trial {
  /// Floats in one block: 4 MB, small beside any data set, large enough to stream.
  private static var blockSize: Int { 1 << 20 }

  /// Throws where there is nothing to learn from or nothing to predict.
  func validate() throws(EvaluationError) {
    if columns.isEmpty { throw .noColumns }
    if let weightFault { throw .weights(weightFault) }
    if trainingRows.isEmpty { throw .noTrainingRows }
    if testRows.isEmpty { throw .noTestRows }
  }

  /// Calls a closure with the rows of one part, a block after the other.
  ///
  /// - Parameters:
  ///   - part: The training or the test rows.
  ///   - order: The positions among the part's rows in the order wanted; `nil` means as they are.
  ///   - body: The closure, called with the position in `order` of the block's first row and the
  ///     block, row-major with `columns.count` columns.
  /// - Throws: `notFinite`, or what the closure throws.
  func forEachBlock(
    _ part: Part, order: [Int]? = nil,
    _ body: (_ first: Int, _ block: UnsafeBufferPointer<Float>) throws(EvaluationError) -> Void
  ) throws(EvaluationError) {
    let rows = rows(part)
    let step = max(1, min(rows.count, Self.blockSize / max(columns.count, 1)))
    let block = UnsafeMutableBufferPointer<Float>.allocate(capacity: step * columns.count)
    block.initialize(repeating: 0)
    defer { block.deallocate() }
    for first in stride(from: 0, to: rows.count, by: step) {
      let range = first..<min(first + step, rows.count)
      let chosen = order.map { order in range.map { rows[order[$0]] } } ?? Array(rows[range])
      let slice = UnsafeMutableBufferPointer(rebasing: block[..<(range.count * columns.count)])
      store(part).gather(rows: chosen, columns: columns, scaler: scaler, into: slice)
      if let bad = slice.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(row: chosen[bad / columns.count], column: columns[bad % columns.count])
      }
      try body(first, UnsafeBufferPointer(slice))
    }
  }

  /// Returns some of the columns of all rows of one part, as a row-major block.
  ///
  /// - Parameters:
  ///   - part: The training or the test rows.
  ///   - range: The positions of the columns in `columns`.
  /// - Returns: The values, row-major with `range.count` columns.
  /// - Throws: `notFinite`.
  func block(_ part: Part, columns range: Range<Int>) throws(EvaluationError) -> [Float] {
    let rows = rows(part)
    let chosen = Array(columns[range])
    let values = [Float](unsafeUninitializedCapacity: rows.count * chosen.count) { buffer, count in
      buffer.initialize(repeating: 0)
      store(part).gather(rows: rows, columns: chosen, scaler: scaler, into: buffer)
      count = buffer.count
    }
    if let bad = values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(row: rows[bad / chosen.count], column: chosen[bad % chosen.count])
    }
    return values
  }

  private func store(_ part: Part) -> FeatureStore {
    part == .training ? trainingStore : testStore
  }
}

/// Stops the program where predictions and truth are of different numbers of rows.
func requireEqualCounts(_ predicted: Int, _ truth: Int) {
  require(predicted == truth, "Metrics: \(predicted) predictions for \(truth) rows")
}
