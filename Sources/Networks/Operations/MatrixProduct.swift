import Kernels
import Tensors

/// The products of the matrices of two inputs: [..., rows, inner] and [..., inner, columns] to
/// [..., rows, columns], one product for each place of the dimensions before.
///
/// Attention is made of two of them: Q K^T and softmax(Q K^T) V.
public struct MatrixProduct: NetworkOperation {
  /// Whether the second input holds [..., columns, inner] instead of [..., inner, columns].
  public var transposesSecond: Bool

  /// Creates the operation.
  ///
  /// - Parameter transposesSecond: Whether the second input holds its matrices transposed.
  public init(transposesSecond: Bool = false) {
    self.transposesSecond = transposesSecond
  }

  public static let kind = "matrixproduct"
  public var inputCount: Int { 2 }

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let (left, right) = (inputs[0].extents, inputs[1].extents)
    guard left.count >= 2, left.count == right.count, left.dropLast(2) == right.dropLast(2),
      left.allSatisfy({ $0 > 0 }), right.allSatisfy({ $0 > 0 }),
      left.last == right[right.count - (transposesSecond ? 1 : 2)]
    else {
      let second = transposesSecond ? "columns x inner" : "inner x columns"
      throw ShapeMismatch(needed: "as many matrices of rows x inner as of \(second)")
    }
    let columns = right[right.count - (transposesSecond ? 2 : 1)]
    return try Shape.limited(left.dropLast() + [columns])
  }

  public func multiplyAdds(of inputs: [Shape]) -> Int {
    guard let shape = try? outputShape(of: inputs) else { return 0 }
    return shape.elementCount * inputs[0].innermost
  }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledMatrixProduct(self, site)
  }
}

private final class CompiledMatrixProduct: CompiledOperation {
  private let product: DensePrimitive
  private var firstGradient, secondGradient: DensePrimitive?

  init(_ operation: MatrixProduct, _ site: OperationSite) {
    let (inner, columns) = (site.inputShapes[0].innermost, site.outputShape.innermost)
    let rows = site.outputShape[site.outputShape.rank - 2]
    let count = site.outputCount / (rows * columns)
    let isTransposed = operation.transposesSecond
    product = .matmul(
      count: count, rows: rows, columns: columns, inner: inner, transposingB: isTransposed)
    product.set(site.inputs + [site.output])
    guard let gradients = site.gradients else { return }
    // dA = dC B^T, dB = A^T dC, or dC^T A for the transpose.
    if let target = gradients.inputs[0] {
      firstGradient = .matmul(
        count: count, rows: rows, columns: inner, inner: columns, transposingB: !isTransposed
      ).on(gradients.output, site.inputs[1], target)
    }
    if let target = gradients.inputs[1] {
      secondGradient = .matmul(
        count: count, rows: isTransposed ? columns : inner, columns: isTransposed ? inner : columns,
        inner: rows, transposingA: true)
      secondGradient?.set(
        isTransposed
          ? [gradients.output, site.inputs[0], target] : [site.inputs[0], gradients.output, target])
    }
  }

  func forward() {
    product.run()
  }

  func backward() {
    firstGradient?.run()
    secondGradient?.run()
  }
}
