import Kernels
import Tensors

/// A linear layer of which only some connections exist: y = W x + b, with a sparse W.
///
/// Only the existing connections are stored, multiplied and trained: `weight` [connections] holds
/// a value per entry of the pattern, in its order, and `bias` [units] one per unit. The weights
/// start as those of ``Linear`` do, from the number of inputs and not of connections, as in
/// arXiv:2408.04583.
public struct SparseLinear: NetworkOperation {
  /// How the weights are laid out while they compute; the results differ by rounding only.
  public enum Storage: String, Hashable, Sendable, Codable {
    /// Whichever is faster at this shape and density on this machine.
    case automatic
    /// Connection by connection.
    case sparse
    /// As a dense matrix with zeros, filled anew for every step.
    case dense
  }

  /// The connections, [units x inputs].
  public var pattern: SparsePattern
  /// How the weights are laid out while they compute.
  public var storage: Storage

  /// Creates a layer.
  ///
  /// - Parameters:
  ///   - pattern: The connections, [units x inputs], at least one unit and one input.
  ///   - storage: How the weights are laid out while they compute.
  public init(_ pattern: SparsePattern, storage: Storage = .automatic) {
    require(
      pattern.rowCount > 0 && pattern.columnCount > 0,
      "SparseLinear: \(pattern.rowCount) units of \(pattern.columnCount) inputs")
    self.pattern = pattern
    self.storage = storage
  }

  public static let kind = "sparselinear"
  public var layoutRole: LayoutRole { .featureMajor }

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    guard inputs[0] == [pattern.columnCount] else {
      throw ShapeMismatch(needed: "one row of \(pattern.columnCount) columns")
    }
    return [pattern.rowCount]
  }

  public func parameters(of inputs: [Shape]) -> [ParameterDeclaration] {
    let bound = 1 / Float(pattern.columnCount).squareRoot()
    return [
      ParameterDeclaration(
        "weight", shape: [pattern.entryCount], initialBound: bound, decays: true,
        pattern: pattern),
      ParameterDeclaration("bias", shape: [pattern.rowCount], initialBound: bound, decays: false),
    ]
  }

  public func multiplyAdds(of inputs: [Shape]) -> Int { pattern.entryCount }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    let isDense =
      switch storage {
      case .automatic: StorageTable.prefersDense(pattern, batchCount: site.batchCount)
      case .sparse: false
      case .dense: true
      }
    return isDense ? CompiledScatteredLinear(site) : CompiledSparseLinear(site)
  }
}

/// The layer connection by connection.
private final class CompiledSparseLinear: CompiledOperation {
  private let site: OperationSite
  private let buffers: FeatureMajorSite
  private let connections: Connections

  init(_ site: OperationSite) {
    self.site = site
    buffers = FeatureMajorSite(site)
    connections = site.sparseWeight
  }

  func forward() {
    buffers.beginForward()
    sparseProduct(
      connections.byRow, values: site.parameters[0], bias: site.parameters[1], buffers.x,
      batch: buffers.batch, into: buffers.y)
    buffers.endForward()
  }

  func backward() {
    guard let gradients = site.gradients, let dy = buffers.dy else { return }
    buffers.beginBackward()
    if let parameters = gradients.parameters {
      sparseWeightGradient(
        connections.byRow, buffers.x, dy: dy, batch: buffers.batch, into: parameters[0])
      rowSums(dy, rows: connections.rowCount, batch: buffers.batch, into: parameters[1])
      connections.observer?(buffers.x, dy)
    }
    if let dx = buffers.dx {
      sparseProduct(
        connections.byColumn, positions: connections.positions, values: site.parameters[0],
        bias: nil, dy, batch: buffers.batch, into: dx)
    }
    buffers.endBackward()
  }
}

/// The layer as a dense matrix with zeros; parameters and gradients stay one per connection.
private final class CompiledScatteredLinear: CompiledOperation {
  private let site: OperationSite
  private let buffers: FeatureMajorSite
  private let connections: Connections
  private let products: FeatureMajorProducts
  private let weights, gradient: FloatArena
  private var version = -1

  init(_ site: OperationSite) {
    self.site = site
    buffers = FeatureMajorSite(site)
    connections = site.sparseWeight
    let trainsWeights = site.gradients?.parameters != nil
    products = FeatureMajorProducts(
      inputCount: connections.columnCount, outputCount: connections.rowCount, buffers,
      trainsWeights: trainsWeights)
    let count = connections.rowCount * connections.columnCount
    weights = FloatArena(count: count)
    gradient = FloatArena(count: trainsWeights ? count : 0)
  }

  func forward() {
    buffers.beginForward()
    if version != connections.version {  // zeros have to go where connections were
      weights.fill(0)
      version = connections.version
    }
    forEachEntry { weights.start[$1] = site.parameters[0][$0] }
    products.forward(weights.start, buffers.x, bias: site.parameters[1], into: buffers.y)
    buffers.endForward()
  }

  func backward() {
    guard let gradients = site.gradients, let dy = buffers.dy else { return }
    buffers.beginBackward()
    if let parameters = gradients.parameters {
      products.weightGradient(dy: dy, buffers.x, into: gradient.start)
      forEachEntry { parameters[0][$0] = gradient.start[$1] }
      rowSums(dy, rows: connections.rowCount, batch: buffers.batch, into: parameters[1])
      connections.observer?(buffers.x, dy)
    }
    if let dx = buffers.dx { products.inputGradient(weights.start, dy: dy, into: dx) }
    buffers.endBackward()
  }

  /// Calls a closure with each entry and its place in the dense matrix.
  @inline(__always)
  private func forEachEntry(_ body: (_ entry: Int, _ place: Int) -> Void) {
    for row in 0..<connections.rowCount {
      let start = row * connections.columnCount
      for entry in Int(connections.rowStarts[row])..<Int(connections.rowStarts[row + 1]) {
        body(entry, start + Int(connections.columns[entry]))
      }
    }
  }
}

extension OperationSite {
  /// The connections of the first parameter, which a sparse layer declares.
  fileprivate var sparseWeight: Connections {
    guard let connections = connections[0] else { fatalError("SparseLinear: no connections") }
    return connections
  }
}

extension Connections {
  fileprivate var byRow: SparseIndex {
    SparseIndex(starts: rowStarts, indices: columns, rowCount: rowCount)
  }

  fileprivate var byColumn: SparseIndex {
    SparseIndex(starts: columnStarts, indices: rows, rowCount: columnCount)
  }
}
