import Tensors

extension Network {
  /// VGG-16 with batch normalisation: thirteen 3x3 convolutions in five stages, and three linear
  /// layers.
  ///
  /// - Parameters:
  ///   - classCount: The number of classes, at least 1.
  ///   - imageShape: The height, width and channels of an image, both at least 32.
  ///   - width: What the numbers of channels and units are multiplied by.
  ///   - random: The source of the initial parameters.
  /// - Returns: The network; its outputs are logits. Its parameters have torchvision's names and
  ///   initial values and, for images of 224x224, its shapes.
  /// - Throws: ``NetworkError`` if the image does not fit.
  /// - Source: Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image
  ///   Recognition", arXiv:1409.1556, configuration D.
  /// - Note: Where the last stage leaves fewer than 7x7 places, the linear layers read these;
  ///   torchvision repeats them to 7x7. Of more they read means over whole windows.
  public static func vgg16BatchNorm(
    classCount: Int, imageShape: Shape = [224, 224, 3], width: Double = 1,
    random: RandomSource = RandomSource(seed: 0)
  ) throws(NetworkError) -> Network {
    func scaled(_ count: Int) -> Int { max(Int((Double(count) * width).rounded()), 1) }
    var network = Network(input: imageShape, random: random)
    var index = 0
    for (channels, count) in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)] {
      for _ in 0..<count {
        try network.append(
          Convolution(scaled(channels), kernel: 3, padding: 1), named: "features.\(index)")
        try network.append(BatchNorm(), named: "features.\(index + 1)")
        try network.append(ReLU(), named: "features.\(index + 2)")
        index += 3
      }
      try network.append(MaxPool(2), named: "features.\(index)")
      index += 1
    }
    let last = network.outputShape
    let window = Extent(max(last[0] / 7, 1), max(last[1] / 7, 1))
    if window != 1 { try network.append(AveragePool(window), named: "avgpool") }
    try network.append(Flatten(), named: "flatten")
    let starts: [String: InitialValues] = [
      "weight": .normal(deviation: 0.01), "bias": .constant(0),
    ]
    for part in [0, 3] {
      try network.append(Linear(scaled(4096)), named: "classifier.\(part)", starting: starts)
      try network.append(ReLU(), named: "classifier.\(part + 1)")
      try network.append(Dropout(rate: 0.5), named: "classifier.\(part + 2)")
    }
    try network.append(Linear(classCount), named: "classifier.6", starting: starts)
    return network
  }
}
