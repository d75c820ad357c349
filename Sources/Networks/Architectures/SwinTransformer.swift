import Tensors

/// A Swin transformer: stages of attention inside windows, every other time of rolled ones, with
/// half the height and width and twice the channels from stage to stage.
///
///     image -> patches of 4 x 4 -> stage, patch merging, stage, ... -> normalisation -> mean -> head
///     block:  x + drop(attention(norm1(x))), then x + drop(mlp(norm2(x)))
///
/// - Source: Liu et al., "Swin Transformer", ICCV 2021, arXiv:2103.14030. The parameters have
///   torchvision's names, shapes and initial values.
/// - Note: Where an image has to be padded to whole windows, queries, keys and values of the padding
///   are computed once instead of at each padded place, and the projection behind the attention sees
///   the image without it; the results are the same.
public struct SwinTransformer: Hashable, Sendable {
  /// The height and width of a patch.
  public var patchSize = 4
  /// The channels of the first stage.
  public var channelCount = 96
  /// The number of blocks of each stage.
  public var depths = [2, 2, 6, 2]
  /// The number of heads of each stage.
  public var headCounts = [3, 6, 12, 24]
  /// The height and width of a window.
  public var windowSize = 7
  /// The rate at which the last block is dropped in training; it grows from 0 block by block.
  public var dropRate: Float = 0.2

  /// Creates the architecture of Swin-T.
  public init() {}

  /// Builds the network.
  ///
  /// - Parameters:
  ///   - classCount: The number of classes, at least 1.
  ///   - imageShape: The height, width and channels of an image.
  ///   - random: The source of the initial parameters.
  /// - Returns: The network; its outputs are logits.
  /// - Throws: ``NetworkError`` if the image does not fit.
  public func network(
    classCount: Int, imageShape: Shape, random: RandomSource = RandomSource(seed: 0)
  ) throws(NetworkError) -> Network {
    require(
      !depths.isEmpty && depths.count == headCounts.count && channelCount > 0,
      "SwinTransformer: depths \(depths), heads \(headCounts), channels \(channelCount)")
    var network = Network(input: imageShape, random: random)
    let patch = Extent(patchSize, patchSize)
    let start = InitialValues.uniform(
      bound: 1 / Float(patchSize * patchSize * max(imageShape.innermost, 1)).squareRoot())
    try network.append(
      Convolution(channelCount, kernel: patch, stride: patch), named: "features.0.0",
      starting: ["weight": start, "bias": start])
    try network.append(LayerNorm(), named: "features.0.2")
    let last = max(depths.reduce(0, +) - 1, 1)
    var block = 0
    for (stage, depth) in depths.enumerated() {
      let channels = channelCount << stage
      for layer in 0..<depth {
        try append(
          SwinBlock(
            name: "features.\(2 * stage + 1).\(layer)", channelCount: channels,
            headCount: headCounts[stage], windowSize: windowSize,
            shift: layer % 2 == 0 ? 0 : windowSize / 2,
            dropRate: dropRate * Float(block) / Float(last)), to: &network)
        block += 1
      }
      guard stage < depths.count - 1 else { continue }
      let name = "features.\(2 * stage + 2)"
      try network.append(PatchMerging(), named: "\(name).merging")
      try network.append(LayerNorm(), named: "\(name).norm")
      try network.appendLinear(2 * channels, hasBias: false, named: "\(name).reduction")
    }
    try network.append(LayerNorm(), named: "norm")
    try network.append(GlobalAveragePool(), named: "avgpool")
    try network.appendLinear(classCount, named: "head")
    return network
  }

  private func append(_ block: SwinBlock, to network: inout Network) throws(NetworkError) {
    let start = network.nodes.count - 1
    try block.appendAttention(to: &network)
    let middle = try block.appendSum(with: start, to: &network, number: 1)
    try block.appendMLP(to: &network)
    try block.appendSum(with: middle, to: &network, number: 2)
  }
}

extension Network {
  /// Swin-T, the smallest of the published Swin transformers.
  ///
  /// - Parameters:
  ///   - classCount: The number of classes, at least 1.
  ///   - imageShape: The height, width and channels of an image.
  ///   - width: What the number of channels is multiplied by; it is rounded to a multiple of the
  ///     number of heads.
  ///   - random: The source of the initial parameters.
  /// - Returns: The network; its outputs are logits.
  /// - Throws: ``NetworkError`` if the image does not fit.
  public static func swinTiny(
    classCount: Int, imageShape: Shape = [224, 224, 3], width: Double = 1,
    random: RandomSource = RandomSource(seed: 0)
  ) throws(NetworkError) -> Network {
    require(width > 0 && width < 1000, "swinTiny: width \(width)")
    var architecture = SwinTransformer()
    let headCount = architecture.headCounts[0]
    let depth = Double(architecture.channelCount) * width / Double(headCount)
    architecture.channelCount = max(Int(depth.rounded()), 1) * headCount
    return try architecture.network(
      classCount: classCount, imageShape: imageShape, random: random)
  }

  /// Adds a linear layer with the initial values of a transformer.
  fileprivate mutating func appendLinear(
    _ outputCount: Int, hasBias: Bool = true, named name: String
  ) throws(NetworkError) {
    try append(
      Linear(outputCount, hasBias: hasBias), named: name,
      starting: ["weight": .normal(deviation: 0.02), "bias": .constant(0)])
  }
}

/// One block: attention and a perceptron, each with a path around it.
private struct SwinBlock {
  var name: String
  var channelCount, headCount, windowSize, shift: Int
  var dropRate: Float

  func appendAttention(to network: inout Network) throws(NetworkError) {
    let image = Extent(network.outputShape[0], network.outputShape[1])
    let isPadded = image.height % windowSize != 0 || image.width % windowSize != 0
    try network.append(LayerNorm(), named: "\(name).norm1")
    if isPadded {
      try network.append(AppendZeroToken(), named: "\(name).attn.tokens")
      try network.appendLinear(3 * channelCount, named: "\(name).attn.qkv")
    }
    try network.append(
      WindowPartition(size: windowSize, shift: shift, image: isPadded ? image : nil),
      named: "\(name).attn.partition")
    if !isPadded {
      try network.appendLinear(3 * channelCount, named: "\(name).attn.qkv")
    }
    try network.append(
      WindowAttention(
        headCount: headCount, size: windowSize, shift: shift, height: image.height,
        width: image.width),
      named: "\(name).attn")
    try network.append(
      WindowReverse(size: windowSize, shift: shift, height: image.height, width: image.width),
      named: "\(name).attn.reverse")
    try network.appendLinear(channelCount, named: "\(name).attn.proj")
  }

  func appendMLP(to network: inout Network) throws(NetworkError) {
    try network.append(LayerNorm(), named: "\(name).norm2")
    try network.appendLinear(4 * channelCount, named: "\(name).mlp.0")
    try network.append(GELU(), named: "\(name).mlp.1")
    try network.appendLinear(channelCount, named: "\(name).mlp.3")
  }

  /// Adds the sum of the branch that ends in the last node and of the path around it.
  @discardableResult
  func appendSum(
    with start: Int, to network: inout Network, number: Int
  ) throws(NetworkError) -> Int {
    if dropRate > 0 {
      try network.append(
        StochasticDepth(rate: dropRate), named: "\(name).stochastic_depth\(number)")
    }
    return try network.append(
      Add(), to: [network.nodes.count - 1, start], named: "\(name).add\(number)")
  }
}
