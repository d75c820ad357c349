import Kernels
import Tensors

/// In training, each element is zeroed with a probability, and the others are divided by what
/// remains of 1; otherwise the identity.
///
/// - Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, JMLR 15, 2014.
public struct Dropout: NetworkOperation {
  /// The probability with which an element is zeroed.
  public var rate: Float

  /// Creates the operation.
  ///
  /// - Parameter rate: The probability with which an element is zeroed, at least 0 and below 1.
  public init(rate: Float) {
    require(rate >= 0 && rate < 1, "Dropout: rate \(rate)")
    self.rate = rate
  }

  public static let kind = "dropout"
  public var layoutRole: LayoutRole { .elementwise }
  public var runsInPlace: Bool { true }
  public var isTrainingOnly: Bool { true }

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    try requireRate(rate)
    return inputs[0]
  }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    site.purpose == .training && rate > 0
      ? CompiledMask(site, rate: rate, factorCount: site.outputCount, width: 1)
      : CompiledCopy(site)
  }
}

/// In training, a whole sample is zeroed with a probability, and divided by what remains of 1
/// otherwise; the identity when the network predicts.
///
/// It stands at the end of a branch around which a path leads, and so drops the branch.
///
/// - Source: Huang, Sun, Liu, Sedra and Weinberger, "Deep Networks with Stochastic Depth",
///   ECCV 2016, arXiv:1603.09382; a sample of its own draw as in torchvision's mode "row".
public struct StochasticDepth: NetworkOperation {
  /// The probability with which a sample is zeroed.
  public var rate: Float

  /// Creates the operation.
  ///
  /// - Parameter rate: The probability with which a sample is zeroed, at least 0 and below 1.
  public init(rate: Float) {
    require(rate >= 0 && rate < 1, "StochasticDepth: rate \(rate)")
    self.rate = rate
  }

  public static let kind = "stochasticdepth"
  public var runsInPlace: Bool { true }
  public var isTrainingOnly: Bool { true }

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    try requireRate(rate)
    return inputs[0]
  }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    site.purpose == .training && rate > 0
      ? CompiledMask(
        site, rate: rate, factorCount: site.batchCount, width: site.outputShape.elementCount)
      : CompiledCopy(site)
  }
}

/// A file may say anything.
private func requireRate(_ rate: Float) throws(ShapeMismatch) {
  guard rate >= 0, rate < 1 else {
    throw ShapeMismatch(needed: "a rate of at least 0 and below 1, not \(rate)")
  }
}

/// Multiplies runs of elements by factors of their own, drawn anew in every step: 0, or the
/// reciprocal of the share that is kept.
private final class CompiledMask: CompiledOperation {
  private let site: OperationSite
  private let factors: FloatArena
  private let width: Int
  private let threshold: UInt64
  private let keptFactor: Float

  /// Creates the step for `factorCount` runs of `width` elements each.
  init(_ site: OperationSite, rate: Float, factorCount: Int, width: Int) {
    self.site = site
    self.width = width
    factors = FloatArena(count: factorCount)
    threshold = UInt64(Double(rate) * 0x1p32)
    keptFactor = 1 / (1 - rate)
  }

  func forward() {
    var random = site.chance.present
    var bits: UInt64 = 0
    for index in 0..<factors.count {
      bits = index % 2 == 0 ? random.next() : bits >> 32  // a draw serves two
      factors.start[index] = bits & 0xffff_ffff < threshold ? 0 : keptFactor
    }
    apply(to: site.inputs[0], into: site.output)
  }

  func backward() {
    guard let gradients = site.gradients, let target = gradients.inputs[0] else { return }
    apply(to: gradients.output, into: target)
  }

  private func apply(to x: Floats, into target: Floats) {
    if width == 1 {
      return multiply(x, factors.start, rows: 1, columns: factors.count, into: target)
    }
    for run in 0..<factors.count {
      let factor = factors.start[run]
      let (source, result) = (x + run * width, target + run * width)
      if factor == 0 {
        result.update(repeating: 0, count: width)
      } else {
        for index in 0..<width { result[index] = factor * source[index] }
      }
    }
  }
}
