import Networks
import Tensors
import Training

/// Which widths of layers this machine is fastest with.
public enum WidthMeasurement {
  /// Finds out to which multiple it pays to round widths up: layers of some widths are measured at a
  /// batch of 64, linear ones, or convolutions of 3x3 where most of the work is in convolutions.
  ///
  /// A clock decides, so two calls may differ where two multiples are about as good.
  ///
  /// - Parameter survey: The network.
  /// - Returns: 1, 4, 8 or 16; the smallest within 2 % of the fastest.
  public static func bestMultiple(for survey: UnitSurvey) -> Int {
    let widest = survey.layers.map { $0.groups.count + $0.fixedCount }.max() ?? 1
    guard widest >= 16 else { return 1 }
    let hasImages = survey.network.worksOnImages
    // Odd widths between a quarter and three quarters of the widest layer.
    let widths = [widest / 4 | 1, widest / 2 | 1, widest * 3 / 4 | 1]
    var known: [Int: Double] = [:]
    func seconds(_ width: Int) -> Double {
      if let known = known[width] { return known }
      let network = layers(of: width, hasImages: hasImages)
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

  /// Two layers of a width.
  private static func layers(of width: Int, hasImages: Bool) -> Network {
    guard hasImages else {
      return .multilayerPerceptron(
        inputCount: width, hidden: [width], outputCount: width, random: RandomSource(seed: 0))
    }
    do {
      return try Network(input: [8, 8, width]) {
        Convolution(width, kernel: 3, padding: 1)
        ReLU()
        Convolution(width, kernel: 3, padding: 1)
      }
    } catch {
      fatalError("WidthMeasurement: \(error)")  // the shapes fit
    }
  }
}

extension Network {
  /// Whether most of the multiply-adds are those of convolutions.
  fileprivate var worksOnImages: Bool {
    let convolutions = nodes.filter { $0.operation is Convolution }
    return 2 * convolutions.reduce(0) { $0 + multiplyAdds(of: $1) } > multiplyAdds
  }
}
