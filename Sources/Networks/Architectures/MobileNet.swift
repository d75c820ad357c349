import Tensors

extension Network {
  /// MobileNet-V2: inverted residual blocks, which widen the channels, convolve each by itself and
  /// narrow them again.
  ///
  ///     block:  x + bn(project(relu6(bn(depthwise(relu6(bn(expand(x))))))))
  ///
  /// - Parameters:
  ///   - classCount: The number of classes, at least 1.
  ///   - imageShape: The height, width and channels of an image.
  ///   - width: What the numbers of channels are multiplied by; they are rounded to multiples of 8.
  ///   - random: The source of the initial parameters.
  /// - Returns: The network; its outputs are logits. Its parameters have torchvision's names, shapes
  ///   and initial values.
  /// - Throws: ``NetworkError`` if the image does not fit.
  /// - Source: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks",
  ///   arXiv:1801.04381, table 2.
  public static func mobileNetV2(
    classCount: Int, imageShape: Shape = [224, 224, 3], width: Double = 1,
    random: RandomSource = RandomSource(seed: 0)
  ) throws(NetworkError) -> Network {
    // expansion, channels, blocks, stride of the first block
    let stages = [
      (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
      (6, 320, 1, 1),
    ]
    var network = Network(input: imageShape, random: random)
    try network.appendConvolution(
      multipleOfEight(32 * width), kernel: 3, stride: 2, padding: 1, named: "features.0.0",
      norm: "features.0.1")
    try network.append(ReLU6(), named: "features.0.2")
    var index = 1
    for (expansion, channels, blockCount, stride) in stages {
      for block in 0..<blockCount {
        try network.appendInvertedResidual(
          multipleOfEight(Double(channels) * width), expansion: expansion,
          stride: block == 0 ? stride : 1, named: "features.\(index)")
        index += 1
      }
    }
    try network.appendConvolution(
      multipleOfEight(1280 * max(width, 1)), kernel: 1, named: "features.\(index).0",
      norm: "features.\(index).1")
    try network.append(ReLU6(), named: "features.\(index).2")
    try network.append(GlobalAveragePool(), named: "avgpool")
    try network.append(Dropout(rate: 0.2), named: "classifier.0")
    try network.append(
      Linear(classCount), named: "classifier.1",
      starting: ["weight": .normal(deviation: 0.01), "bias": .constant(0)])
    return network
  }

  private mutating func appendInvertedResidual(
    _ channelCount: Int, expansion: Int, stride: Int, named name: String
  ) throws(NetworkError) {
    let start = nodes.count - 1
    let inputCount = nodes[start].outputShape.innermost
    let inner = inputCount * expansion
    var part = 0
    func place() -> String { "\(name).conv.\(part)" }
    if expansion > 1 {
      try appendConvolution(inner, kernel: 1, named: "\(place()).0", norm: "\(place()).1")
      try append(ReLU6(), named: "\(place()).2")
      part += 1
    }
    try appendConvolution(
      inner, kernel: 3, stride: stride, padding: 1, groupCount: inner, named: "\(place()).0",
      norm: "\(place()).1")
    try append(ReLU6(), named: "\(place()).2")
    let branch = try appendConvolution(
      channelCount, kernel: 1, named: "\(name).conv.\(part + 1)",
      norm: "\(name).conv.\(part + 2)")
    if stride == 1 && inputCount == channelCount {
      try append(Add(), to: [branch, start], named: "\(name).add")
    }
  }

  /// The nearest multiple of 8 that is not smaller by more than a tenth, and at least 8.
  private static func multipleOfEight(_ count: Double) -> Int {
    let rounded = max(8, Int(count + 4) / 8 * 8)
    return Double(rounded) < 0.9 * count ? rounded + 8 : rounded
  }
}
