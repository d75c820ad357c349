/// Why units cannot be removed from a network.
public enum UnitRemovalError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The groups were found in a network of other nodes or widths.
  case otherNetwork(node: String)
  /// There is no group of this number.
  case noSuchGroup(Int, count: Int)
  /// A unit has to stay.
  case held(unit: String, reason: String)
  /// A node would have no unit left.
  case emptiesLayer(node: String)
  /// Constants only were to be carried, and the unit is none.
  case notConstant(unit: String, reader: String)
  /// The unit is constant but not 0, and around the image its reader sees zeros instead.
  case feedsBorder(unit: String, reader: String)
  /// The values that were given have none for a unit that is read.
  case noValue(unit: String, reader: String)
  /// The values of a node are too few or too many, or no numbers.
  case wrongValues(node: String, given: Int, needed: Int)

  /// One sentence with the place.
  public var description: String {
    switch self {
    case .otherNetwork(let node):
      "the groups of units are those of another network: \(node) differs; find them in this one"
    case .noSuchGroup(let group, let count):
      "there is no group \(group) of units; there are 0...\(count - 1)"
    case .held(let unit, let reason):
      "\(unit) has to stay: \(reason)"
    case .emptiesLayer(let node):
      "\(node) would have no unit left; keep at least one"
    case .notConstant(let unit, let reader):
      "\(unit) is no constant, and \(reader) reads it; carry measured values instead"
    case .feedsBorder(let unit, let reader):
      "\(unit) is a constant other than 0, and \(reader) sees zeros around the image instead of it;"
        + " keep the unit"
    case .noValue(let unit, let reader):
      "\(unit) has no value to be carried into \(reader); measure its node"
    case .wrongValues(let node, let given, let needed):
      "\(node) has \(needed) unit(s), but \(given) value(s) that are finite"
    }
  }
}
