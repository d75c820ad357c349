import Networks
import Tensors

/// ODF2NNA: narrower layers, by how much their units vary over the data.
///
///     general model:  L hidden layers of u units with about as many parameters as rows,
///                     trained until it converges, in E0 epochs
///     for each hidden layer l, each unit i:
///         s[l, i] = standard deviation over rows x of a[l, i](x)
///     keep unit i of layer l  if and only if  s[l, i] > ε
///     W[l] <- W[l][kept of l, kept of l - 1],   b[l] <- b[l][kept of l]
///     b[l + 1] <- b[l + 1] + Σ over removed i of W[l + 1][:, i] mean[l, i]
///     train E1 = max(1, ⌈0.15 E0⌉) epochs, from these weights
///
/// - Source: Balderas, Lastra and Benítez, "Optimizing Dense Feed-Forward Neural Networks", Neural
///   Networks 2024, arXiv:2312.10560. ``GeneralModel`` is the first line, ``UnitSurvey`` the
///   second, ``plan(for:)`` the third, ``UnitPruningPlan`` the fourth and ``Refinement`` the last.
/// - Note: Deviations. As published the biases of removed units are summed into the layer's bias
///   (``BiasTransfer/publishedSum``); to carry their means into the next layer loses nothing of a
///   unit that does not vary. As published ε is an absolute number
///   (``Threshold/absolute``); relative to the largest score of the layer it means the same
///   whatever the scale of the layer. Scores are taken on all rows that may be looked at; no labels
///   enter into them. Convolutions are treated like linear layers, a channel as a unit.
public struct ODF2NNA: Hashable, Sendable, Codable {
  /// How ε is meant.
  public enum Threshold: String, CaseIterable, Sendable, Codable {
    /// Keep s > ε, as published.
    case absolute
    /// Keep s > ε times the largest s of the layer.
    case relative
    /// Remove the share ε of each layer with the smallest s.
    case quantile
  }

  /// What becomes of the part that removed units had in the next layer.
  public enum BiasTransfer: String, CaseIterable, Sendable, Codable {
    /// Their mean goes into the biases of the next layer.
    case meanFold = "mean-fold"
    /// What the units that stay beside them tell of them goes into the weights of the next layer:
    /// the least squares of each on those.
    case leastSquares = "least-squares"
    /// Their biases are added to those of the units that stay beside them, as published.
    case publishedSum = "published-sum"
    /// It is lost.
    case none
  }

  /// What becomes of a layer of which no unit is above the threshold.
  public enum EmptyLayer: String, CaseIterable, Sendable, Codable {
    /// Its unit of the largest score stays.
    case keepBest = "keep-best"
    /// It is left out, and the layers around it are joined by a linear stand-in for it.
    case skip
    /// That is an error.
    case refuse
  }

  /// What makes a unit worth keeping.
  public var score = UnitScore.deviation
  /// How ε is meant.
  public var threshold = Threshold.relative
  /// ε: at least 0; below 1 where it is relative or a quantile.
  public var epsilon = 0.1
  /// What becomes of the part that removed units had in the next layer.
  public var bias = BiasTransfer.meanFold
  /// What becomes of a layer of which no unit is above the threshold.
  public var emptyLayer = EmptyLayer.keepBest
  /// Widths are rounded up to a multiple of this number, at least 1, the next best units staying.
  public var widthMultiple = 1
  /// The epochs of refinement as a share of those of the training, above 0.
  public var retrainShare = 0.15

  /// Creates the method with its defaults.
  public init() {}

  /// The number of epochs of refinement, E1.
  ///
  /// - Parameter epochCount: The epochs up to the best one of the training, E0.
  /// - Returns: ⌈share E0⌉, at least 1.
  public func refinementEpochCount(after epochCount: Int) -> Int {
    max(1, Int((retrainShare * Double(epochCount)).rounded(.up)))
  }

  /// Checks the numbers.
  ///
  /// - Throws: ``UnitPruningError/badSetting(name:value:range:)`` for the first out of its range.
  public func check() throws(UnitPruningError) {
    let isGood = epsilon >= 0 && (threshold == .absolute ? epsilon.isFinite : epsilon < 1)
    guard isGood else {
      throw .badSetting(
        name: "epsilon", value: "\(epsilon)",
        range: threshold == .absolute ? "at least 0 and finite" : "at least 0 and below 1")
    }
    guard (1...1024).contains(widthMultiple) else {
      throw .badSetting(
        name: "the multiple of widths", value: "\(widthMultiple)", range: "in 1...1024")
    }
    guard retrainShare > 0 && retrainShare <= 100 else {
      throw .badSetting(
        name: "the share of the epochs that is trained again", value: "\(retrainShare)",
        range: "above 0 and at most 100")
    }
  }

  /// Decides which units stay.
  ///
  /// - Parameter survey: The network and the scores of its units.
  /// - Returns: What is to be removed; nothing is cut yet.
  /// - Throws: ``UnitPruningError`` if a setting is wrong, a layer would be empty where that is
  ///   refused, or it cannot be left out.
  public func plan(for survey: UnitSurvey) throws(UnitPruningError) -> UnitPruningPlan {
    try check()
    var notes: [String] = []
    var layers: [UnitPruningPlan.Layer] = []
    for (layer, kept) in zip(survey.layers, keptCounts(of: survey)) {
      if threshold == .absolute, let bound = layer.largestDeviation, epsilon >= bound {
        notes.append(
          "no deviation behind the activation of \(layer.name) can be above \(bound), so a threshold"
            + " of \(epsilon) removes all of it")
      }
      if keptCount(of: layer) == 0 && layer.fixedCount == 0 {
        switch emptyLayer {
        case .refuse: throw .emptiesLayer(name: layer.name, threshold: epsilon)
        case .skip: notes.append("no unit of \(layer.name) is above the threshold; it is left out")
        case .keepBest:
          notes.append("no unit of \(layer.name) is above the threshold; it keeps its best one")
        }
      }
      layers.append(.init(layer, keeping: kept, threshold: threshold(for: layer)))
    }
    return try UnitPruningPlan(survey, layers: layers, bias: bias, notes: notes)
  }

  /// How many units of each layer stay, those that have to not counted.
  func keptCounts(of survey: UnitSurvey) -> [Int] {
    survey.layers.map { layer in
      let count = keptCount(of: layer)
      let least = emptyLayer == .keepBest && layer.fixedCount == 0 ? 1 : 0
      return rounded(max(count, least), of: layer)
    }
  }

  /// How many units of a layer are above the threshold.
  private func keptCount(of layer: UnitSurvey.Layer) -> Int {
    guard threshold == .quantile else {
      let limit = threshold(for: layer)
      return layer.scores.count { $0 > limit }
    }
    let count = layer.scores.count
    return count - Int(epsilon * Double(count) + 1e-9)  // 0.29 of 100 are 29
  }

  /// The score that a unit of a layer must be above.
  private func threshold(for layer: UnitSurvey.Layer) -> Double {
    switch threshold {
    case .absolute: epsilon
    case .relative: epsilon * (layer.scores.max() ?? 0)
    case .quantile: -.infinity
    }
  }

  /// The next multiple that the layer can have.
  private func rounded(_ keptCount: Int, of layer: UnitSurvey.Layer) -> Int {
    guard keptCount > 0 else { return 0 }
    let wanted = keptCount + layer.fixedCount
    let multiple = (wanted + widthMultiple - 1) / widthMultiple * widthMultiple
    return min(multiple - layer.fixedCount, layer.scores.count)
  }
}
