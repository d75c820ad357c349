import Networks

/// The limits between which the values of a unit lie.
struct UnitRange: Hashable, Sendable {
  private(set) var lower: Double
  private(set) var upper: Double

  /// Any number.
  static let all = UnitRange(-.infinity, .infinity)

  /// Creates the range; limits that are no numbers give ``all``.
  init(_ lower: Double, _ upper: Double) {
    if lower <= upper {
      (self.lower, self.upper) = (lower, upper)
    } else {
      (self.lower, self.upper) = (-.infinity, .infinity)
    }
  }

  /// The value, if there is only one.
  var constant: Double? { lower == upper && lower.isFinite ? lower : nil }

  /// The smallest range that holds both.
  func joined(with other: UnitRange) -> UnitRange {
    UnitRange(min(lower, other.lower), max(upper, other.upper))
  }

  /// The values of scale x + shift.
  func scaled(by scale: Double, plus shift: Double = 0) -> UnitRange {
    if scale == 0 { return UnitRange(shift, shift) }
    let ends = (scale * lower + shift, scale * upper + shift)
    return scale > 0 ? UnitRange(ends.0, ends.1) : UnitRange(ends.1, ends.0)
  }

  static func + (left: UnitRange, right: UnitRange) -> UnitRange {
    UnitRange(left.lower + right.lower, left.upper + right.upper)
  }

  static func * (left: UnitRange, right: UnitRange) -> UnitRange {
    // Values are finite, whatever their limit: 0 times any is 0.
    func product(_ a: Double, _ b: Double) -> Double { a == 0 || b == 0 ? 0 : a * b }
    let ends = [
      product(left.lower, right.lower), product(left.lower, right.upper),
      product(left.upper, right.lower), product(left.upper, right.upper),
    ]
    return UnitRange(ends.min() ?? -.infinity, ends.max() ?? .infinity)
  }
}

extension Network {
  /// The limits of every unit of every node in inference, as far as the parameters tell: for any
  /// finite input, up to rounding.
  ///
  /// A unit whose limits are equal is a constant: its weights are 0, what it reads is constant, its
  /// rectifier is always off, or its normalisation has scale 0.
  ///
  ///     input:    [-inf, inf]
  ///     product:  sum of w [lower, upper], ends exchanged where w < 0, plus the bias
  ///     function: from f(lower) to f(upper) where f rises
  ///
  /// - Complexity: O(weights).
  var unitRanges: [[UnitRange]] {
    var ranges: [[UnitRange]] = []
    for position in nodes.indices {
      let site = UnitSite(self, position)
      let found = (site.node.operation as? any UnitTracing)?
        .ranges(of: site.node.inputs.map { ranges[$0] }, at: site)
      ranges.append(found ?? [UnitRange](repeating: .all, count: site.width))
    }
    return ranges
  }
}
