/// How a number to be predicted is brought to mean 0 and deviation 1, and back.
///
/// Standardised, a learning rate means the same for every target.
public struct TargetScale: Hashable, Sendable, Codable {
  /// The mean over the training rows.
  public var mean: Double
  /// The standard deviation over the training rows; 0 where all are equal.
  public var deviation: Double

  /// The scale of numbers that are already in the units of the target.
  package static let identity = TargetScale(mean: 0, deviation: 1)

  private init(mean: Double, deviation: Double) {
    (self.mean, self.deviation) = (mean, deviation)
  }

  /// Measures values.
  ///
  /// - Parameters:
  ///   - values: The target of the training rows, at least one.
  ///   - weights: How much each row counts; nil for all the same.
  public init(_ values: [Float], weights: [Float]? = nil) {
    let values = values.map(Double.init)
    let weights = weights?.map(Double.init) ?? values.map { _ in 1 }
    let total = max(weights.reduce(0, +), .leastNormalMagnitude)
    let mean = zip(values, weights).reduce(0) { $0 + $1.1 * $1.0 } / total
    let variance =
      zip(values, weights).reduce(0) { $0 + $1.1 * (($1.0 - mean) * ($1.0 - mean)) } / total
    self.mean = mean
    deviation = variance.squareRoot()
  }

  /// The value as the network learns it; 0 where all values were equal.
  ///
  /// - Parameter value: A value in the target's units.
  /// - Returns: How many deviations it lies above the mean.
  public func standardised(_ value: Float) -> Float {
    deviation > 0 ? Float((Double(value) - mean) * (1 / deviation)) : 0
  }

  /// The value of an output in the target's units.
  ///
  /// - Parameter output: An output of the network.
  /// - Returns: The prediction.
  public func value(of output: Float) -> Float {
    Float(mean + Double(output) * deviation)
  }
}
