import Tensors

/// Splits connections over layers as in a random graph: a layer of `a` units with `b` inputs gets a
/// density proportional to (a + b) / (a b), so that small layers stay denser than large ones.
///
///     dense := {}
///     repeat
///         e = (sum over the others of D a b - sum over dense of (1 - D) a b)
///             / sum over the others of (a + b)
///         m = the largest (a + b) / (a b) of the others
///         if e m > 1: every layer with this m becomes dense;  otherwise stop
///     density = 1 where dense, e (a + b) / (a b) elsewhere
///
/// - Source: Mocanu et al., "Scalable training of artificial neural networks with adaptive sparse
///   connectivity", Nature Communications 9, 2018, arXiv:1707.04780, equation 1; with an overall
///   density: Evci et al., "Rigging the Lottery", arXiv:1911.11134, section 3.
/// - Note: The kernel variant of the latter is the same for matrices.
public enum ErdosRenyi {
  /// The density of each layer such that all of them together have a given density.
  ///
  /// - Parameters:
  ///   - layers: The shape [rows, columns] of each weight matrix.
  ///   - overall: The density of all layers together, in 0...1.
  /// - Returns: The densities, in 0...1; 1 for a layer without cells.
  public static func densities(of layers: [Shape], overall: Double) -> [Double] {
    require((0...1).contains(overall), "ErdosRenyi: density \(overall)")
    let cells = layers.map { Double(cellCount($0)) }
    let sides = layers.map { Double($0[0] + $0[1]) }
    var isDense = cells.map { $0 == 0 }
    while let largest = layers.indices.filter({ !isDense[$0] }).map({ sides[$0] / cells[$0] }).max()
    {
      var connections = 0.0
      var sideSum = 0.0
      for layer in layers.indices {
        connections += isDense[layer] ? (overall - 1) * cells[layer] : overall * cells[layer]
        sideSum += isDense[layer] ? 0 : sides[layer]
      }
      let scale = connections / sideSum
      guard scale * largest > 1 else {
        return layers.indices.map {
          isDense[$0] ? 1 : min(1, max(0, scale * sides[$0] / cells[$0]))
        }
      }
      for layer in layers.indices where !isDense[layer] {
        isDense[layer] = sides[layer] / cells[layer] == largest
      }
    }
    return layers.map { _ in 1 }
  }

  /// The density of each layer in SET's own terms: `connectionsPerUnit` (a + b) connections for a
  /// layer of `a` units with `b` inputs.
  ///
  /// - Parameters:
  ///   - layers: The shape [rows, columns] of each weight matrix.
  ///   - connectionsPerUnit: The letter epsilon of the paper, 11 to 30 there; at least 0.
  /// - Returns: The densities, in 0...1; 1 for a layer without cells.
  public static func densities(of layers: [Shape], connectionsPerUnit: Double) -> [Double] {
    require(connectionsPerUnit >= 0, "ErdosRenyi: \(connectionsPerUnit) connections per unit")
    return layers.map { layer in
      let cells = cellCount(layer)
      return cells == 0
        ? 1 : min(1, connectionsPerUnit * Double(layer[0] + layer[1]) / Double(cells))
    }
  }

  /// The number of connections of each layer for given densities.
  ///
  /// Every number is its density times its cells rounded up or down, and their sum is that of the
  /// unrounded ones, rounded: the layers with the largest remainders are rounded up (the method of
  /// Hamilton; of equal ones the earlier). No layer is left without a connection, so where densities
  /// are next to 0 there may be more connections than asked for.
  ///
  /// - Parameters:
  ///   - layers: The shape [rows, columns] of each weight matrix.
  ///   - densities: The density of each layer, in 0...1.
  /// - Returns: The numbers, from 1 to all cells; 0 for a layer without cells.
  public static func entryCounts(of layers: [Shape], densities: [Double]) -> [Int] {
    require(
      layers.count == densities.count && densities.allSatisfy { (0...1).contains($0) },
      "ErdosRenyi: densities \(densities) of \(layers.count) layers")
    let cells = layers.map(cellCount)
    let wanted = zip(cells, densities).map { Double($0) * $1 }
    let total = Int(wanted.reduce(0, +).rounded())
    var counts = zip(cells, wanted).map { min($0, max(1, Int($1))) }
    func excess(_ layer: Int) -> Double { Double(counts[layer]) - wanted[layer] }
    var missing = total - counts.reduce(0, +)
    while missing > 0,
      let layer = layers.indices.filter({ counts[$0] < cells[$0] }).min(by: {
        excess($0) < excess($1)
      })
    {
      counts[layer] += 1
      missing -= 1
    }
    while missing < 0,
      let layer = layers.indices.filter({ counts[$0] > 1 }).max(by: { excess($0) < excess($1) })
    {
      counts[layer] -= 1
      missing += 1
    }
    return counts
  }

  /// The number of connections of each layer such that all of them together have a given density.
  ///
  /// - Parameters:
  ///   - layers: The shape [rows, columns] of each weight matrix.
  ///   - overall: The density of all layers together, in 0...1.
  /// - Returns: The numbers; see ``entryCounts(of:densities:)``.
  public static func entryCounts(of layers: [Shape], overall: Double) -> [Int] {
    entryCounts(of: layers, densities: densities(of: layers, overall: overall))
  }

  private static func cellCount(_ layer: Shape) -> Int {
    require(layer.rank == 2, "ErdosRenyi: a layer of shape \(layer)")
    return layer.elementCount
  }
}
