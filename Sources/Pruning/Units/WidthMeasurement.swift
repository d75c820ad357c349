import Networks
import Tensors
import Training

/// Which widths of layers this machine is fastest with.
public enum WidthMeasurement {
  /// Finds out to which multiple it pays to round widths up: linear layers of some widths are
  /// measured at a batch of 64.
  ///
  /// A clock decides, so two calls may differ where two multiples are about as good.
  ///
  /// - Parameter survey: The network.
  /// - Returns: 1, 4, 8 or 16; the smallest within 2 % of the fastest.
  public static func bestMultiple(for survey: UnitSurvey) -> Int {
    let widest = survey.layers.map { $0.groups.count + $0.fixedCount }.max() ?? 1
    guard widest >= 16 else { return 1 }
    // Odd widths between a quarter and three quarters of the widest layer.
    let widths = [widest / 4 | 1, widest / 2 | 1, widest * 3 / 4 | 1]
    var known: [Int: Double] = [:]
    func seconds(_ width: Int) -> Double {
      if let known = known[width] { return known }
      let network = Network.multilayerPerceptron(
        inputCount: width, hidden: [width], outputCount: width, random: RandomSource(seed: 0))
      let median = InferenceMeasurement.measure(network, batchCount: 64, seconds: 0.02).median
      known[width] = median
      return median
    }
    func cost(_ multiple: Int) -> Double {
      widths.reduce(0) { $0 + seconds(($1 + multiple - 1) / multiple * multiple) }
    }
    let multiples = [1, 4, 8, 16]
    let costs = multiples.map(cost)
    let best = costs.min() ?? 0
    return zip(multiples, costs).first { $0.1 <= 1.02 * best }?.0 ?? 1
  }
}
