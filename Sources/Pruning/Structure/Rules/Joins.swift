import Networks
import Tensors

/// The units of both inputs go together, index by index: the channels of a residual stage are one
/// family.
extension Add: UnitTracing {
  func flow(at site: UnitSite) -> UnitFlow { .inOrder(site) }

  func ranges(of inputs: [[UnitRange]], at site: UnitSite) -> [UnitRange] {
    zip(inputs[0], inputs[1]).map(+)
  }
}

/// As with ``Add``; the second input may be a gate per channel.
extension Multiply: UnitTracing {
  func flow(at site: UnitSite) -> UnitFlow { .inOrder(site) }

  func ranges(of inputs: [[UnitRange]], at site: UnitSite) -> [UnitRange] {
    zip(inputs[0], inputs[1]).map(*)
  }
}
