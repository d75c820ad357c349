import Tensors

/// The networks for images that have a name.
public enum ImageArchitecture: String, Hashable, Sendable, Codable, CaseIterable {
  /// ``Network/leNet5(classCount:imageShape:width:random:)``.
  case leNet5 = "lenet5"
  /// ``Network/vgg16BatchNorm(classCount:imageShape:width:random:)``.
  case vgg16BatchNorm = "vgg16-bn"
  /// ``Network/resNet18(classCount:imageShape:stem:width:random:)`` for large images.
  case resNet18 = "resnet18"
  /// ``Network/resNet18(classCount:imageShape:stem:width:random:)`` for small images.
  case resNet18Small = "resnet18-cifar"
  /// The same with a maximum in front of the first stage.
  case resNet18SmallPooled = "resnet18-cifar-pool"
  /// ``Network/mobileNetV2(classCount:imageShape:width:random:)``.
  case mobileNetV2 = "mobilenet-v2"
  /// ``Network/swinTiny(classCount:imageShape:width:random:)``.
  case swinTiny = "swin-tiny"

  /// The images that the published network is for: height, width and channels.
  public var imageShape: Shape {
    switch self {
    case .leNet5: [28, 28, 1]
    case .resNet18Small, .resNet18SmallPooled: [32, 32, 3]
    case .vgg16BatchNorm, .resNet18, .mobileNetV2, .swinTiny: [224, 224, 3]
    }
  }

  /// Builds the network.
  ///
  /// - Parameters:
  ///   - classCount: The number of classes, at least 1.
  ///   - imageShape: The height, width and channels of an image; nil for ``imageShape``.
  ///   - width: What the numbers of channels are multiplied by, above 0.
  ///   - random: The source of the initial parameters.
  /// - Returns: The network; its outputs are logits.
  /// - Throws: ``NetworkError`` if the image does not fit.
  public func network(
    classCount: Int, imageShape: Shape? = nil, width: Double = 1,
    random: RandomSource = RandomSource(seed: 0)
  ) throws(NetworkError) -> Network {
    let shape = imageShape ?? self.imageShape
    return switch self {
    case .leNet5:
      try .leNet5(classCount: classCount, imageShape: shape, width: width, random: random)
    case .vgg16BatchNorm:
      try .vgg16BatchNorm(classCount: classCount, imageShape: shape, width: width, random: random)
    case .resNet18:
      try .resNet18(classCount: classCount, imageShape: shape, width: width, random: random)
    case .resNet18Small:
      try .resNet18(
        classCount: classCount, imageShape: shape, stem: .cifar, width: width, random: random)
    case .resNet18SmallPooled:
      try .resNet18(
        classCount: classCount, imageShape: shape, stem: .cifarPooled, width: width, random: random)
    case .mobileNetV2:
      try .mobileNetV2(classCount: classCount, imageShape: shape, width: width, random: random)
    case .swinTiny:
      try .swinTiny(classCount: classCount, imageShape: shape, width: width, random: random)
    }
  }
}
