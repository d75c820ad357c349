import Networks
import Tensors

/// An operation that brings values to other places, or takes the mean or the largest of several
/// places: its values lie between those of the units from which they come.
protocol UnitMovement: UnitTracing {
  /// Whether zeros come among the values.
  func addsZeros(at site: UnitSite) -> Bool
}

extension UnitMovement {
  func addsZeros(at site: UnitSite) -> Bool { false }

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
}

extension Dropout: UnitMovement {}
extension StochasticDepth: UnitMovement {}
extension GlobalAveragePool: UnitMovement {}
extension MaxPool: UnitMovement {}  // no maximum falls on the border

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
    let shape = site.inputShapes[0]
    let area = shape.rank == 3 ? shape[0] * shape[1] : 1
    return .follows((0..<site.width).map { [UnitSource(input: 0, unit: $0 / area)] })
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
