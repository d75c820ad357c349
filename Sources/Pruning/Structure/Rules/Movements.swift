import Networks
import Tensors

/// An operation that brings values to other places, or takes the mean or the largest of several
/// places: its values lie between those of the units from which they come.
protocol UnitMovement: UnitTracing {
  /// Whether zeros come among the values.
  func addsZeros(at site: UnitSite) -> Bool

  /// Which of the units that come from the same one a unit is.
  func part(ofUnit unit: Int, at site: UnitSite) -> Int

  /// Whether a negative factor before a unit is one behind it, as with a mean and unlike a maximum.
  var isLinear: Bool { get }
}

extension UnitMovement {
  func addsZeros(at site: UnitSite) -> Bool { false }

  func part(ofUnit unit: Int, at site: UnitSite) -> Int { 0 }

  var isLinear: Bool { true }

  func flow(at site: UnitSite) -> UnitFlow { .inOrder(site) }

  func ranges(of inputs: [[UnitRange]], at site: UnitSite) -> [UnitRange] {
    guard case .follows(let sources) = flow(at: site) else {
      return [UnitRange](repeating: .all, count: site.width)
    }
    let zero = UnitRange(0, 0)
    return sources.map { sources in
      let ranges = sources.map { inputs[$0.input][$0.unit] } + (addsZeros(at: site) ? [zero] : [])
      return ranges.dropFirst().reduce(ranges.first ?? .all) { $0.joined(with: $1) }
    }
  }

  func terms(
    of inputs: [[UnitTerm]], at site: UnitSite, among maps: inout UnitMaps
  ) -> [UnitTerm] {
    guard case .follows(let sources) = flow(at: site) else {
      return (0..<site.width).map { _ in maps.newTerm() }
    }
    return sources.enumerated().map { unit, sources in
      guard sources.count == 1 else { return maps.newTerm() }
      let term = inputs[sources[0].input][sources[0].unit]
      let sign: Double = isLinear || term.factor >= 0 ? 1 : -1
      return maps.term(
        site, [term.map], [Double(part(ofUnit: unit, at: site)), sign], times: sign * term.factor)
    }
  }
}

extension Dropout: UnitMovement {}
extension StochasticDepth: UnitMovement {}
extension GlobalAveragePool: UnitMovement {}

/// No maximum falls on the border.
extension MaxPool: UnitMovement {
  var isLinear: Bool { false }
}

extension AveragePool: UnitMovement {
  func addsZeros(at site: UnitSite) -> Bool { countsPadding && padding != 0 }
}

extension AppendZeroToken: UnitMovement {
  func addsZeros(at site: UnitSite) -> Bool { true }
}

extension WindowPartition: UnitMovement {
  func addsZeros(at site: UnitSite) -> Bool {
    guard image == nil else { return false }
    return site.inputShapes[0][0] % size != 0 || site.inputShapes[0][1] % size != 0
  }
}

extension WindowReverse: UnitMovement {}

extension Concatenate: UnitMovement {
  func flow(at site: UnitSite) -> UnitFlow {
    .follows(
      site.inputShapes.enumerated().flatMap { input, shape in
        (0..<shape.innermost).map { [UnitSource(input: input, unit: $0)] }
      })
  }
}

/// A channel becomes the run of all its places, as the channel is outermost in a row.
extension Flatten: UnitMovement {
  func flow(at site: UnitSite) -> UnitFlow {
    let area = area(at: site)
    return .follows((0..<site.width).map { [UnitSource(input: 0, unit: $0 / area)] })
  }

  func part(ofUnit unit: Int, at site: UnitSite) -> Int { unit % area(at: site) }

  private func area(at site: UnitSite) -> Int {
    let shape = site.inputShapes[0]
    return shape.rank == 3 ? shape[0] * shape[1] : 1
  }
}

/// The channels of four pixels follow each other.
extension PatchMerging: UnitMovement {
  func addsZeros(at site: UnitSite) -> Bool {
    site.inputShapes[0][0] % 2 != 0 || site.inputShapes[0][1] % 2 != 0
  }

  func flow(at site: UnitSite) -> UnitFlow {
    .follows((0..<site.width).map { [UnitSource(input: 0, unit: $0 % site.inputWidth)] })
  }

  func part(ofUnit unit: Int, at site: UnitSite) -> Int { unit / site.inputWidth }
}

extension GatherColumns: UnitMovement {
  func flow(at site: UnitSite) -> UnitFlow {
    .follows(indices.map { [UnitSource(input: 0, unit: $0)] })
  }

  func cut(to kept: KeptUnits, at site: UnitSite) -> CutOperation {
    var places = [Int](repeating: 0, count: site.inputWidth)
    for (place, unit) in kept.inputs[0].enumerated() { places[unit] = place }
    return CutOperation(
      operation: GatherColumns(indices: kept.outputs.map { places[indices[$0]] }), parameters: [])
  }
}

/// Elements keep their order, so a unit is found again where the width before is a multiple of the
/// width behind, or the other way round.
extension Reshape: UnitMovement {
  func flow(at site: UnitSite) -> UnitFlow {
    let (before, behind) = (site.inputWidth, site.width)
    if behind % before == 0 {
      return .follows((0..<behind).map { [UnitSource(input: 0, unit: $0 % before)] })
    }
    if before % behind == 0 {
      return .follows(
        (0..<behind).map { unit in
          stride(from: unit, to: before, by: behind).map { UnitSource(input: 0, unit: $0) }
        })
    }
    return .held("moves units into other dimensions")
  }

  func part(ofUnit unit: Int, at site: UnitSite) -> Int { unit / site.inputWidth }

  func cut(to kept: KeptUnits, at site: UnitSite) -> CutOperation {
    CutOperation(
      operation: Reshape(to: Shape(shape.extents.dropLast() + [kept.outputs.count])),
      parameters: [])
  }
}

extension Permute: UnitMovement {
  func flow(at site: UnitSite) -> UnitFlow {
    axes.last == axes.count - 1 ? .inOrder(site) : .held("moves units into another dimension")
  }
}
