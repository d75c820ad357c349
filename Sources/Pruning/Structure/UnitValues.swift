import Networks

/// What becomes of the contribution of removed units to what reads them.
public enum UnitValues: Hashable, Sendable {
  /// It is dropped, as if the units had been 0.
  case none
  /// It is carried into the reader, and only constants may go: what follows from the parameters
  /// alone. The result is exact, up to rounding.
  case constants
  /// A value per unit, by the position of the node, is carried into the reader in place of the unit:
  /// exact where the unit has this value, else its error is that of a constant in its place.
  ///
  /// A unit that feeds a padded convolution counts there with the share of places at which a tap of
  /// the window lies inside the image: the mean is right, at the border single places are not.
  case measured([Int: [Double]])
}

/// What is read in place of a removed unit: a constant and multiples of units of the same node.
struct UnitSubstitute: Hashable {
  /// The constant.
  var constant = 0.0
  /// The unit that stays and the factor before it.
  var twin: Twin?

  /// A unit of the same node, and what it is multiplied by.
  struct Twin: Hashable {
    var unit: Int
    var factor: Double
  }
}

/// A substitute for each unit that may be removed.
protocol UnitSubstitutes {
  /// Whether the substitutes are the units themselves, so that border and constancy matter.
  var areExact: Bool { get }

  /// What is read in place of a unit; nil if there is nothing.
  subscript(place: UnitPlace) -> UnitSubstitute? { get }
}

extension UnitValues {
  /// The substitutes that the values stand for.
  func substitutes(in network: Network) throws(UnitRemovalError) -> any UnitSubstitutes {
    switch self {
    case .none: return Zeros()
    case .constants: return Constants(ranges: network.unitRanges)
    case .measured(let values):
      for (position, node) in network.nodes.enumerated() {
        guard let own = values[position] else { continue }
        let needed = node.outputShape.innermost
        guard own.count == needed, own.allSatisfy(\.isFinite) else {
          throw .wrongValues(
            node: node.name, given: own.count { $0.isFinite }, needed: needed)
        }
      }
      return Measured(values: values)
    }
  }
}

private struct Zeros: UnitSubstitutes {
  let areExact = false
  subscript(place: UnitPlace) -> UnitSubstitute? { UnitSubstitute() }
}

private struct Constants: UnitSubstitutes {
  let areExact = true
  let ranges: [[UnitRange]]

  subscript(place: UnitPlace) -> UnitSubstitute? {
    ranges[place.node][place.unit].constant.map { UnitSubstitute(constant: $0) }
  }
}

private struct Measured: UnitSubstitutes {
  let areExact = false
  let values: [Int: [Double]]

  subscript(place: UnitPlace) -> UnitSubstitute? {
    values[place.node].map { UnitSubstitute(constant: $0[place.unit]) }
  }
}
