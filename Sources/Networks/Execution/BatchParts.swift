import Kernels
import Tensors

/// A batch that is computed part by part, so that what one step writes is still in the cache when
/// the next one reads it.
///
/// Measured on one Zen 4 core with MobileNet-V2 for images of 64x64 and a batch of 64: 16 images at
/// a time take 0.86 of the time of all at once. Every part reads the parameters again, so a network
/// that has many for the size of its activations, such as VGG-16 for small images, loses by it.
struct BatchParts {
  /// The number of parts.
  let count: Int
  private let inputs, outputs: FloatArena
  private let inputCount, outputCount: Int

  /// The smallest number of samples that is computed together.
  private static let leastSamples = 8
  /// How many times as many numbers the activations of a part must have as the parameters.
  private static let leastRatio = 6
  /// Activations of a whole batch that are left together, in numbers: what a cache of 4 MB holds.
  private static let leastCount = 1 << 20

  /// Divides a batch of images; nil where it is best computed as a whole.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - batchCount: The number of samples.
  init?(_ network: Network, batchCount: Int) {
    guard let size = Self.size(for: network, batchCount: batchCount) else { return nil }
    count = batchCount / size
    inputCount = size * network.inputShape.elementCount
    outputCount = size * network.outputShape.elementCount
    inputs = FloatArena(count: count * inputCount)
    outputs = FloatArena(count: count * outputCount)
  }

  /// The number of samples of a part; nil where the batch is best computed as a whole.
  static func size(for network: Network, batchCount: Int) -> Int? {
    let activations = network.nodes.reduce(0) { $0 + $1.outputShape.elementCount }
    let needed = Self.leastRatio * network.parameterCount
    let wanted = max((needed + activations - 1) / max(activations, 1), Self.leastSamples)
    guard network.inputShape.rank == 3, activations > Self.leastCount / max(batchCount, 1),
      wanted <= batchCount / 2,
      let size = (wanted...batchCount / 2).first(where: { batchCount.isMultiple(of: $0) }),
      size <= 2 * wanted
    else { return nil }
    return size
  }

  /// Where the samples of the whole batch go.
  var input: Floats { inputs.start }
  /// Where the outputs of the whole batch are.
  var output: Floats { outputs.start }

  /// Computes part after part.
  ///
  /// - Parameters:
  ///   - partInput: Where a part's samples go.
  ///   - partOutput: Where a part's outputs are afterwards.
  ///   - step: Computes a part.
  func run(_ partInput: Floats, _ partOutput: Floats, _ step: () -> Void) {
    for part in 0..<count {
      partInput.update(from: inputs.start + part * inputCount, count: inputCount)
      step()
      (outputs.start + part * outputCount).update(from: partOutput, count: outputCount)
    }
  }
}

extension Plan {
  /// The number of samples that a plan whose nodes are looked at is fastest with.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - batchCount: The largest number, at least 1.
  /// - Returns: A divisor of it.
  package static func observedBatch(of network: Network, atMost batchCount: Int) -> Int {
    guard batchLayouts(of: network).allSatisfy({ $0 == .sampleMajor }) else { return batchCount }
    return BatchParts.size(for: network, batchCount: batchCount) ?? batchCount
  }
}
