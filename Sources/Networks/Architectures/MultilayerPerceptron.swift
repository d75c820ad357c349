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

  /// A multilayer perceptron of which only some connections exist.
  ///
  /// The connections are split over the layers as in a random graph (``ErdosRenyi``) and drawn at
  /// random; a layer that the split leaves no gap in is a dense one.
  ///
  /// - Parameters:
  ///   - inputCount: The number of input columns.
  ///   - hidden: The widths of the hidden layers.
  ///   - outputCount: The number of outputs.
  ///   - density: The share of the weights that exist, above 0 and at most 1.
  ///   - random: The source of the connections and of the initial parameters.
  /// - Returns: The network.
  public static func sparseMultilayerPerceptron(
    inputCount: Int, hidden: [Int], outputCount: Int, density: Double, random: RandomSource
  ) -> Network {
    let widths = [inputCount] + hidden + [outputCount]
    require(
      widths.allSatisfy { $0 > 0 } && density > 0 && density <= 1,
      "sparseMultilayerPerceptron: widths \(widths), density \(density)")
    let shapes = zip(widths, widths.dropFirst()).map { Shape([$1, $0]) }
    let counts = ErdosRenyi.entryCounts(of: shapes, overall: density)
    var generator = random.substream("connections")
    var network = Network(input: [inputCount], random: random)
    do {
      for (position, (shape, count)) in zip(shapes, counts).enumerated() {
        if count == shape.elementCount {
          try network.append(Linear(shape[0]))
        } else {
          let pattern = SparsePattern(
            drawing: count, rowCount: shape[0], columnCount: shape[1], using: &generator)
          try network.append(SparseLinear(pattern))
        }
        if position < shapes.count - 1 { try network.append(ReLU()) }
      }
    } catch {
      fatalError("sparseMultilayerPerceptron: \(error)")  // the widths above always meet
    }
    return network
  }
}
