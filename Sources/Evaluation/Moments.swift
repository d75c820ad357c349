/// The mean and variance of numbers met one by one.
///
/// The first number is subtracted from all, which keeps the difference of sums exact enough for
/// numbers far from zero, and makes the variance of equal numbers exactly zero.
struct Moments {
  private var count = 0.0
  private var shift = 0.0
  private var sum = 0.0
  private var squares = 0.0

  /// The mean, 0 without numbers.
  var mean: Double { count > 0 ? shift + sum / count : 0 }

  /// The population variance, 0 without numbers.
  var variance: Double {
    count > 0 ? max(0, (squares - sum * sum / count) / count) : 0
  }

  /// The population standard deviation, 0 without numbers.
  var standardDeviation: Double { variance.squareRoot() }

  /// Adds one number, which counts as often as its weight says, more than 0.
  mutating func add(_ value: Double, weight: Double = 1) {
    if count == 0 { shift = value }
    let difference = value - shift
    count += weight
    sum += weight * difference
    squares += weight * difference * difference
  }

  /// Returns a number minus the mean, in standard deviations; 0 where all numbers were equal.
  func standardise(_ value: Double) -> Double {
    let deviation = standardDeviation
    return deviation > 0 ? (value - mean) / deviation : 0
  }
}
