import Tensors

extension Network {
  /// A multilayer perceptron: linear layers with a rectifier behind each but the last.
  ///
  /// - Parameters:
  ///   - inputCount: The number of input columns.
  ///   - hidden: The widths of the hidden layers; none for a linear model.
  ///   - outputCount: The number of outputs: classes (as logits) or target columns.
  ///   - random: The source of the initial parameters.
  /// - Returns: The network.
  public static func multilayerPerceptron(
    inputCount: Int, hidden: [Int], outputCount: Int, random: RandomSource
  ) -> Network {
    require(
      inputCount > 0 && outputCount > 0 && hidden.allSatisfy { $0 > 0 },
      "multilayerPerceptron: widths \(inputCount), \(hidden), \(outputCount)")
    do {
      return try Network(input: [inputCount], random: random) {
        for width in hidden {
          Linear(width)
          ReLU()
        }
        Linear(outputCount)
      }
    } catch {
      fatalError("multilayerPerceptron: \(error)")  // the widths above always meet
    }
  }
}
