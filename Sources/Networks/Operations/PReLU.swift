import Kernels
import Tensors

/// The rectifier with a slope of its own in each channel: y = x above zero, weight x below.
///
/// Parameter: `weight` [channels], which starts at 0.25.
///
/// - Source: He et al., "Delving Deep into Rectifiers", arXiv:1502.01852.
public struct PReLU: NetworkOperation {
  /// Creates the operation.
  public init() {}

  public static let kind = "prelu"

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    guard inputs[0].rank > 0 else { throw ShapeMismatch(needed: "an input with channels") }
    return inputs[0]
  }

  public func parameters(of inputs: [Shape]) -> [ParameterDeclaration] {
    [ParameterDeclaration("weight", shape: [inputs[0].innermost], start: .constant(0.25))]
  }

  public func compile(at site: OperationSite) -> any CompiledOperation { CompiledPReLU(site) }
}

private final class CompiledPReLU: CompiledOperation {
  private let site: OperationSite
  private let channelCount, rowCount: Int

  init(_ site: OperationSite) {
    self.site = site
    channelCount = site.outputShape.innermost
    rowCount = site.outputCount / max(channelCount, 1)
  }

  func forward() {
    let (x, slopes, y) = (site.inputs[0], site.parameters[0], site.output)
    for row in 0..<rowCount {
      for channel in 0..<channelCount {
        let place = row * channelCount + channel
        y[place] = x[place] > 0 ? x[place] : slopes[channel] * x[place]
      }
    }
  }

  func backward() {
    guard let gradients = site.gradients else { return }
    let (x, slopes, dy) = (site.inputs[0], site.parameters[0], gradients.output)
    if let target = gradients.parameters?[0] {
      target.update(repeating: 0, count: channelCount)
      for row in 0..<rowCount {
        for channel in 0..<channelCount {
          let place = row * channelCount + channel
          target[channel] += min(x[place], 0) * dy[place]
        }
      }
    }
    if let dx = gradients.inputs[0] {
      for row in 0..<rowCount {
        for channel in 0..<channelCount {
          let place = row * channelCount + channel
          dx[place] = x[place] > 0 ? dy[place] : slopes[channel] * dy[place]
        }
      }
    }
  }
}
