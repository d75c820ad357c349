import Tensors

extension Network {
  /// How a residual network begins.
  public enum ResNetStem: String, Hashable, Sendable, Codable, CaseIterable {
    /// A 7x7 convolution of stride 2 and a 3x3 maximum of stride 2, for large images.
    case imageNet
    /// A 3x3 convolution of stride 1, for images of 32x32.
    case cifar
    /// The same with the 3x3 maximum of stride 2 behind it, as EGP and NEPENTHE have it.
    case cifarPooled
  }

  /// ResNet-18: four stages of two basic blocks, each two convolutions with a path around them.
  ///
  ///     block:  relu(x + bn2(conv2(relu(bn1(conv1(x))))))
  ///
  /// - Parameters:
  ///   - classCount: The number of classes, at least 1.
  ///   - imageShape: The height, width and channels of an image.
  ///   - stem: How it begins.
  ///   - width: What the numbers of channels are multiplied by.
  ///   - random: The source of the initial parameters.
  /// - Returns: The network; its outputs are logits. Its parameters have torchvision's names, shapes
  ///   and initial values.
  /// - Throws: ``NetworkError`` if the image does not fit.
  /// - Source: He et al., "Deep Residual Learning for Image Recognition", arXiv:1512.03385, table 1
  ///   and, for small images, section 4.2.
  public static func resNet18(
    classCount: Int, imageShape: Shape = [224, 224, 3], stem: ResNetStem = .imageNet,
    width: Double = 1, random: RandomSource = RandomSource(seed: 0)
  ) throws(NetworkError) -> Network {
    func channels(_ count: Int) -> Int { max(Int((Double(count) * width).rounded()), 1) }
    var network = Network(input: imageShape, random: random)
    let (kernel, stride) = stem == .imageNet ? (7, 2) : (3, 1)
    try network.appendConvolution(
      channels(64), kernel: kernel, stride: stride, padding: kernel / 2, named: "conv1",
      norm: "bn1")
    try network.append(ReLU(), named: "relu")
    if stem != .cifar {
      try network.append(MaxPool(3, stride: 2, padding: 1), named: "maxpool")
    }
    for stage in 0..<4 {
      for block in 0..<2 {
        try network.appendBasicBlock(
          channels(64 << stage), stride: stage > 0 && block == 0 ? 2 : 1,
          named: "layer\(stage + 1).\(block)")
      }
    }
    try network.append(GlobalAveragePool(), named: "avgpool")
    try network.append(Linear(classCount), named: "fc")
    return network
  }

  private mutating func appendBasicBlock(
    _ channelCount: Int, stride: Int, named name: String
  ) throws(NetworkError) {
    let start = nodes.count - 1
    try appendConvolution(
      channelCount, kernel: 3, stride: stride, padding: 1, named: "\(name).conv1",
      norm: "\(name).bn1")
    try append(ReLU(), named: "\(name).relu1")
    let middle = nodes.count - 1
    var shortcut = start
    if stride > 1 || nodes[start].outputShape.innermost != channelCount {
      shortcut = try appendConvolution(
        channelCount, kernel: 1, stride: stride, padding: 0, named: "\(name).downsample.0",
        norm: "\(name).downsample.1", to: start)
    }
    let branch = try appendConvolution(
      channelCount, kernel: 3, stride: 1, padding: 1, named: "\(name).conv2",
      norm: "\(name).bn2", to: middle)
    try append(Add(), to: [branch, shortcut], named: "\(name).add")
    try append(ReLU(), named: "\(name).relu2")
  }

  /// Adds a convolution without bias and the normalisation behind it.
  ///
  /// - Returns: The position of the normalisation.
  @discardableResult
  mutating func appendConvolution(
    _ channelCount: Int, kernel: Int, stride: Int = 1, padding: Int = 0, groupCount: Int = 1,
    named name: String, norm: String, to input: Int? = nil
  ) throws(NetworkError) -> Int {
    try append(
      Convolution(
        channelCount, kernel: Extent(kernel, kernel), stride: Extent(stride, stride),
        padding: Padding(integerLiteral: padding), groupCount: groupCount, hasBias: false),
      to: input.map { [$0] }, named: name)
    return try append(BatchNorm(), named: norm)
  }
}
