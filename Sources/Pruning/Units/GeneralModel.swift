import Datasets
import Networks
import Tensors
import Training

/// The network from which ODF2NNA starts: hidden layers of equal width with about as many
/// parameters as there are training rows.
///
///     P(u) = (d + 1) u + (L - 1) (u + 1) u + (u + 1) c <= n
///
/// for d inputs, c outputs, L hidden layers and n rows; u is the largest such width.
///
/// - Source: Balderas, Lastra and Benítez, "Optimizing Dense Feed-Forward Neural Networks",
///   arXiv:2312.10560: the general model.
/// - Note: The width is brought into 4...1024, since so few parameters are no network for a handful
///   of rows; and no more than a million parameters are taken, however many rows there are.
public struct GeneralModel: Sendable, Hashable {
  /// The number of inputs, d.
  public var inputCount: Int
  /// The number of outputs, c.
  public var outputCount: Int
  /// The number of hidden layers, L.
  public var layerCount: Int
  /// The number of training rows, n.
  public var rowCount: Int

  /// The widths that are taken.
  public static let widths = 4...1024
  /// The most parameters.
  public static let mostParameters = 1_000_000

  /// Creates the model.
  ///
  /// - Parameters:
  ///   - inputCount: The number of inputs, at least 1.
  ///   - outputCount: The number of outputs, at least 1.
  ///   - layerCount: The number of hidden layers, at least 1.
  ///   - rowCount: The number of training rows, at least 1.
  public init(inputCount: Int, outputCount: Int, layerCount: Int = 3, rowCount: Int) {
    require(
      inputCount > 0 && outputCount > 0 && layerCount > 0 && rowCount > 0,
      "GeneralModel: \(inputCount) inputs, \(outputCount) outputs, \(layerCount) layers,"
        + " \(rowCount) rows")
    (self.inputCount, self.outputCount) = (inputCount, outputCount)
    (self.layerCount, self.rowCount) = (layerCount, rowCount)
  }

  /// The number of parameters, P(u).
  ///
  /// - Parameter width: The width of every hidden layer, u.
  /// - Returns: All weights and biases.
  public func parameterCount(width: Int) -> Int {
    (inputCount + 1) * width + (layerCount - 1) * (width + 1) * width + (width + 1) * outputCount
  }

  /// The width u of every hidden layer.
  public var width: Int {
    let limit = min(rowCount, Self.mostParameters)
    // P grows with u, so the last width that fits is found by halves.
    var (fitting, tooWide) = (0, Self.widths.upperBound + 1)
    while tooWide - fitting > 1 {
      let middle = (fitting + tooWide) / 2
      if parameterCount(width: middle) <= limit { fitting = middle } else { tooWide = middle }
    }
    return max(fitting, Self.widths.lowerBound)
  }

  /// The widths of the hidden layers.
  public var hiddenCounts: [Int] { [Int](repeating: width, count: layerCount) }

  /// What a reader should know of the width; nil where the formula alone decided.
  public var note: String? {
    let count = parameterCount(width: width)
    if width == Self.widths.lowerBound && count > rowCount {
      return "the general model has \(count) parameters for \(rowCount) rows: no layer is narrower"
        + " than \(Self.widths.lowerBound)"
    }
    let wider = parameterCount(width: width + 1)
    if wider <= rowCount {
      return width == Self.widths.upperBound
        ? "the general model has \(count) parameters for \(rowCount) rows: no layer is wider than"
          + " \(Self.widths.upperBound)"
        : "the general model has \(count) parameters for \(rowCount) rows: it has at most"
          + " \(Self.mostParameters)"
    }
    return nil
  }
}

extension TrainingRecipe {
  /// The recipe of the general model: dense, Adam at 0.001, batches of 32 (256 from 20,000 rows),
  /// until the validation loss has not fallen for 20 epochs.
  ///
  /// - Parameters:
  ///   - data: The table and its target.
  ///   - rows: The rows that may be looked at.
  ///   - layerCount: The number of hidden layers.
  /// - Returns: The recipe.
  public static func general(for data: Dataset, rows: [Int], layerCount: Int = 3) -> TrainingRecipe
  {
    var recipe = TrainingRecipe()
    recipe.hiddenCounts =
      GeneralModel(
        inputCount: data.features.columnCount, outputCount: data.target.outputCount,
        layerCount: layerCount, rowCount: max(rows.count, 1)
      ).hiddenCounts
    (recipe.sparsity, recipe.topology) = (0, .static)
    recipe.optimizer = .adam(Adam(learningRate: 1e-3))
    recipe.batchCount = rows.count < 20_000 ? 32 : 256
    (recipe.epochCount, recipe.patience) = (1000, 20)
    return recipe
  }
}
