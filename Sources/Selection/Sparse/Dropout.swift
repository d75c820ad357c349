import Networks
import Tensors

/// Dropout: in every forward pass of a training another random part of the values becomes 0.
///
///     y = m x,  m = 0 with probability `fraction`, otherwise 1
///
/// - Source: Srivastava et al., "Dropout", JMLR 15, 2014: the values that are left are not enlarged;
///   it is at prediction that all are multiplied by 1 - `fraction`.
struct Dropout: NetworkOperation {
  /// The share of the values that become 0, in 0..<1, to the nearest 1/65536.
  var fraction: Double
  /// The source of the masks; every plan draws its own from the start.
  var random: RandomSource

  static let kind = "dropout"
  var layoutRole: LayoutRole { .elementwise }

  func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledDropout(self, site)
  }
}

private final class CompiledDropout: StatefulOperation {
  private let site: OperationSite
  private let mask: FloatArena
  private let threshold: UInt64
  private let fraction: Float
  private var random: RandomSource

  init(_ dropout: Dropout, _ site: OperationSite) {
    self.site = site
    threshold = UInt64((dropout.fraction * 65536).rounded())
    fraction = Float(dropout.fraction)
    random = dropout.random
    mask = FloatArena(count: site.gradients == nil ? 0 : (site.outputCount + 3) / 4 * 4)
  }

  var state: Snapshot {
    var state = Snapshot()
    state.save("random", random)
    return state
  }

  func restore(from state: Snapshot) throws(SnapshotError) {
    random = try state.random("random")
  }

  func forward() {
    let (x, y, mask) = (site.inputs[0], site.output, self.mask.start)
    guard self.mask.count > 0 else {  // a prediction
      for index in 0..<site.outputCount { y[index] = (1 - fraction) * x[index] }
      return
    }
    for first in stride(from: 0, to: self.mask.count, by: 4) {  // 16 bits decide on a value
      let bits = random.next()
      mask[first] = bits & 0xffff < threshold ? 0 : 1
      mask[first + 1] = bits >> 16 & 0xffff < threshold ? 0 : 1
      mask[first + 2] = bits >> 32 & 0xffff < threshold ? 0 : 1
      mask[first + 3] = bits >> 48 < threshold ? 0 : 1
    }
    for index in 0..<site.outputCount { y[index] = mask[index] * x[index] }
  }

  func backward() {
    guard let gradients = site.gradients, let target = gradients.inputs[0] else { return }
    let mask = mask.start
    for index in 0..<site.outputCount { target[index] = mask[index] * gradients.output[index] }
  }
}
