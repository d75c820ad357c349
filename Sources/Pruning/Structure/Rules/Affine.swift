import Networks
import Tensors

/// A scale and a shift of each unit by itself.
protocol UnitScaling: UnitTracing {
  /// Scale and shift of a unit in inference, in `Double`.
  func scaling(ofUnit unit: Int, at site: UnitSite) -> (scale: Double, shift: Double)
}

extension UnitScaling {
  func flow(at site: UnitSite) -> UnitFlow { .inOrder(site) }

  func ranges(of inputs: [[UnitRange]], at site: UnitSite) -> [UnitRange] {
    inputs[0].enumerated().map { unit, range in
      let (scale, shift) = scaling(ofUnit: unit, at: site)
      return range.scaled(by: scale, plus: shift)
    }
  }

  func terms(
    of inputs: [[UnitTerm]], at site: UnitSite, among maps: inout UnitMaps
  ) -> [UnitTerm] {
    inputs[0].enumerated().map { unit, term in
      let (scale, shift) = scaling(ofUnit: unit, at: site)
      let factor = scale * term.factor
      return maps.term(site, [term.map], [shift / factor], times: factor)
    }
  }
}

extension BatchNorm: UnitScaling {
  func scaling(ofUnit unit: Int, at site: UnitSite) -> (scale: Double, shift: Double) {
    let parameters = site.node.parameters.map { Double($0[unit]) }
    let scale = parameters[0] / (parameters[3] + Double(epsilon)).squareRoot()
    return (scale, parameters[1] - scale * parameters[2])
  }
}

extension ScaleAndShift: UnitScaling {
  func scaling(ofUnit unit: Int, at site: UnitSite) -> (scale: Double, shift: Double) {
    (Double(site.node.parameters[0][unit]), Double(site.node.parameters[1][unit]))
  }
}
