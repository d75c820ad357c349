import Tensors

extension Network {
  /// LeNet-5 with rectifiers and maxima: two 5x5 convolutions and three linear layers.
  ///
  /// - Parameters:
  ///   - classCount: The number of classes, at least 1.
  ///   - imageShape: The height, width and channels of an image; of 28x28 or fewer places it is
  ///     padded by 2.
  ///   - width: What the numbers of channels and units are multiplied by.
  ///   - random: The source of the initial parameters.
  /// - Returns: The network; its outputs are logits.
  /// - Throws: ``NetworkError`` if the image does not fit.
  /// - Source: LeCun et al., "Gradient-Based Learning Applied to Document Recognition", 1998,
  ///   figure 2.
  /// - Note: The published network has hyperbolic tangents, trained means and a table of which maps
  ///   feed which; this is the form in use today.
  public static func leNet5(
    classCount: Int, imageShape: Shape = [28, 28, 1], width: Double = 1,
    random: RandomSource = RandomSource(seed: 0)
  ) throws(NetworkError) -> Network {
    func scaled(_ count: Int) -> Int { max(Int((Double(count) * width).rounded()), 1) }
    let isSmall = (imageShape.extents.first ?? 0) <= 28
    return try Network(input: imageShape, random: random) {
      Convolution(scaled(6), kernel: 5, padding: isSmall ? 2 : 0)
      ReLU()
      MaxPool(2)
      Convolution(scaled(16), kernel: 5)
      ReLU()
      MaxPool(2)
      Flatten()
      Linear(scaled(120))
      ReLU()
      Linear(scaled(84))
      ReLU()
      Linear(classCount)
    }
  }
}
