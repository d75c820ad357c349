import Kernels
import Tensors

/// Attention of several heads inside the windows of an image, with a bias by the distance of two
/// tokens: [windows, size x size, 3 C] to [windows, size x size, C].
///
///     for each window and head:
///         A = Q K^T / sqrt(C / heads) + bias, less 100 between parts that lie apart in the image
///         Y = softmax(A) V
///
/// The input holds Q, K and V of a token side by side, each head by head; the windows are those
/// that ``WindowPartition`` makes. What the padding asks is of no interest, as ``WindowReverse``
/// drops it: its rows of Y are 0.
///
/// Parameter: `relative_position_bias_table` [(2 size - 1)^2, heads], a row per distance, which
/// starts from the normal distribution of deviation 0.02.
///
/// - Source: Liu et al., "Swin Transformer", ICCV 2021, arXiv:2103.14030, section 3.2; the details
///   as in torchvision's `shifted_window_attention`.
public struct WindowAttention: NetworkOperation {
  /// The number of heads.
  public var headCount: Int
  /// The height and width of a window.
  public var size: Int
  /// By how many rows and columns the image was rolled.
  public var shift: Int
  /// The height of the image.
  public var height: Int
  /// The width of the image.
  public var width: Int

  /// Creates the operation.
  ///
  /// - Parameters:
  ///   - headCount: The number of heads, a divisor of C.
  ///   - size: The height and width of a window, at most 64.
  ///   - shift: By how many rows and columns the image was rolled, below the size.
  ///   - height: The height of the image.
  ///   - width: The width of the image.
  public init(headCount: Int, size: Int, shift: Int = 0, height: Int, width: Int) {
    self.headCount = headCount
    self.size = size
    self.shift = shift
    self.height = height
    self.width = width
  }

  public static let kind = "windowattention"

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let grid = try WindowGrid(size: size, shift: shift, image: Extent(height, width))
    guard inputs[0].extents.dropLast() == [grid.windowCount, grid.tokenCount] else {
      throw ShapeMismatch(
        needed: "\(grid.windowCount) window(s) of \(grid.tokenCount) token(s)")
    }
    let columns = inputs[0].innermost
    guard headCount > 0, columns > 0, columns % 3 == 0, columns / 3 % headCount == 0 else {
      throw ShapeMismatch(needed: "columns that are three times a multiple of \(headCount) heads")
    }
    _ = try Shape.limited([distanceCount, headCount])
    return try Shape.limited([grid.windowCount, grid.tokenCount, columns / 3])
  }

  /// The number of ways in which two tokens of a window can lie to each other.
  var distanceCount: Int { (2 * size - 1) * (2 * size - 1) }

  public func parameters(of inputs: [Shape]) -> [ParameterDeclaration] {
    [
      ParameterDeclaration(
        "relative_position_bias_table", shape: [distanceCount, headCount],
        start: .normal(deviation: 0.02), decays: true)
    ]
  }

  public func multiplyAdds(of inputs: [Shape]) -> Int {
    2 * inputs[0].elementCount / 3 * inputs[0][1]
  }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledWindowAttention(self, site)
  }
}

private final class CompiledWindowAttention: CompiledOperation {
  private let site: OperationSite
  private let kernel: AttentionKernel
  private let headCount, tokenCount, tableCount: Int
  /// The row of the table for each pair of tokens.
  private let distances: [Int]
  /// The table as it was when the bias was made from it.
  private let table: FloatArena
  private let bias, biasGradient, probabilities: FloatArena
  /// Where the gradient of the input goes if nobody needs it.
  private let unused: FloatArena

  init(_ operation: WindowAttention, _ site: OperationSite) {
    self.site = site
    headCount = operation.headCount
    let grid = windowGrid(
      size: operation.size, shift: operation.shift,
      image: Extent(operation.height, operation.width))
    tokenCount = grid.tokenCount
    kernel = AttentionKernel(
      windows: grid.windows, tokenCount: tokenCount, headCount: headCount,
      depth: site.outputShape.innermost / headCount)
    distances = WindowGrid.distanceIndices(size: operation.size)
    tableCount = operation.distanceCount * headCount
    table = FloatArena(count: tableCount)
    table.fill(.nan)
    let biasCount = headCount * tokenCount * kernel.rowWidth
    bias = FloatArena(count: biasCount)
    bias.fill(-1e30)
    let isTraining = site.gradients != nil
    unused = FloatArena(
      count: isTraining && site.gradients?.inputs[0] == nil ? 3 * site.outputCount : 0)
    biasGradient = FloatArena(count: isTraining ? biasCount : 0)
    probabilities = FloatArena(count: isTraining ? site.batchCount * kernel.probabilityCount : 0)
  }

  func forward() {
    takeBias()
    kernel.forward(
      site.inputs[0], bias: bias.start, count: site.batchCount,
      keeping: probabilities.count > 0 ? probabilities.start : nil, into: site.output)
  }

  func backward() {
    guard let gradients = site.gradients else { return }
    kernel.backward(
      site.inputs[0], probabilities: probabilities.start, dy: gradients.output,
      count: site.batchCount, into: gradients.inputs[0] ?? unused.start, bias: biasGradient.start)
    guard let sums = gradients.parameters?[0] else { return }
    sums.update(repeating: 0, count: tableCount)
    forEachBias { entry, place in sums[entry] += biasGradient.start[place] }
  }

  /// Spreads the table over the pairs of tokens, unless it is what it was.
  private func takeBias() {
    let values = site.parameters[0]
    guard (0..<tableCount).contains(where: { values[$0] != table.start[$0] }) else { return }
    table.start.update(from: values, count: tableCount)
    forEachBias { entry, place in bias.start[place] = values[entry] }
  }

  /// Calls a closure with each entry of the table and each place of the bias that takes it.
  @inline(__always)
  private func forEachBias(_ body: (_ entry: Int, _ place: Int) -> Void) {
    distances.withUnsafeBufferPointer { distances in
      for head in 0..<headCount {
        for query in 0..<tokenCount {
          let row = (head * tokenCount + query) * kernel.rowWidth
          for token in 0..<tokenCount {
            body(distances[query * tokenCount + token] * headCount + head, row + token)
          }
        }
      }
    }
  }
}
