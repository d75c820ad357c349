import Networks
import Tensors

/// The units of both inputs go together, index by index: the channels of a residual stage are one
/// family.
extension Add: UnitTracing {
  func flow(at site: UnitSite) -> UnitFlow { .inOrder(site) }

  func ranges(of inputs: [[UnitRange]], at site: UnitSite) -> [UnitRange] {
    zip(inputs[0], inputs[1]).map(+)
  }

  func terms(
    of inputs: [[UnitTerm]], at site: UnitSite, among maps: inout UnitMaps
  ) -> [UnitTerm] {
    zip(inputs[0], inputs[1]).map { first, second in
      let leading = first.map == 0 ? second.factor : first.factor
      let factor = leading == 0 ? 1 : leading
      return maps.term(
        site, [first.map, second.map], [first.factor / factor, second.factor / factor],
        times: factor)
    }
  }
}

/// As with ``Add``; the second input may be a gate per channel.
extension Multiply: UnitTracing {
  func flow(at site: UnitSite) -> UnitFlow { .inOrder(site) }

  func ranges(of inputs: [[UnitRange]], at site: UnitSite) -> [UnitRange] {
    zip(inputs[0], inputs[1]).map(*)
  }

  func terms(
    of inputs: [[UnitTerm]], at site: UnitSite, among maps: inout UnitMaps
  ) -> [UnitTerm] {
    zip(inputs[0], inputs[1]).map { first, second in
      maps.term(site, [first.map, second.map], times: first.factor * second.factor)
    }
  }
}
