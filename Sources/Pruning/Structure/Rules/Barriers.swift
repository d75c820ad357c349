import Networks
import Tensors

/// Mean and variance are those of all units: without one, the others change.
extension LayerNorm: UnitTracing {
  func flow(at site: UnitSite) -> UnitFlow { .held("computes each unit from all of them") }

  func ranges(of inputs: [[UnitRange]], at site: UnitSite) -> [UnitRange] {
    let (weight, bias) = (site.node.parameters[0], site.node.parameters[1])
    return (0..<site.width).map { unit in
      UnitRange.all.scaled(by: Double(weight[unit]), plus: Double(bias[unit]))
    }
  }
}

extension Softmax: UnitTracing {
  func flow(at site: UnitSite) -> UnitFlow { .held("computes each unit from all of them") }

  func ranges(of inputs: [[UnitRange]], at site: UnitSite) -> [UnitRange] {
    [UnitRange](repeating: UnitRange(0, 1), count: site.width)
  }
}

extension WindowAttention: UnitTracing {
  func flow(at site: UnitSite) -> UnitFlow { .held("shares its units among heads") }

  func ranges(of inputs: [[UnitRange]], at site: UnitSite) -> [UnitRange] {
    [UnitRange](repeating: .all, count: site.width)
  }
}

/// A unit of the product comes from all of the first input's units, or they from each other.
extension MatrixProduct: UnitTracing {
  func flow(at site: UnitSite) -> UnitFlow { .held("multiplies units with each other") }

  func ranges(of inputs: [[UnitRange]], at site: UnitSite) -> [UnitRange] {
    [UnitRange](repeating: .all, count: site.width)
  }
}
