import Networks
import Tensors

/// A unit as a multiple of a map of values.
struct UnitTerm: Hashable {
  /// The number of the map; 0 is the one that is 1 everywhere.
  var map: Int
  /// What it is multiplied by.
  var factor: Double
}

/// The maps of values that occur in a network: what is computed alike has the same number.
struct UnitMaps {
  /// By how much the weights of two rows may differ that count as multiples of each other, as a
  /// share of the largest weight of the row.
  let tolerance: Double
  private var numbers: [Key: Int] = [:]
  private var count = 1

  /// What a map is computed from: the node, the maps that it reads, and how.
  private struct Key: Hashable {
    let node: Int
    let maps: [Int]
    let numbers: [Double]
  }

  init(tolerance: Double) {
    self.tolerance = tolerance
  }

  /// A map that no other unit has.
  mutating func newTerm() -> UnitTerm {
    count += 1
    return UnitTerm(map: count - 1, factor: 1)
  }

  /// A multiple of the map that a node computes from other maps.
  ///
  /// - Parameters:
  ///   - site: The node.
  ///   - maps: The maps that it reads.
  ///   - numbers: What else tells its units apart.
  ///   - factor: What the map is multiplied by; of one that is not finite nothing is known.
  /// - Returns: The term.
  mutating func term(
    _ site: UnitSite, _ maps: [Int], _ numbers: [Double] = [], times factor: Double = 1
  ) -> UnitTerm {
    guard factor.isFinite, factor != 0, numbers.allSatisfy(\.isFinite) else { return newTerm() }
    let key = Key(node: site.position, maps: maps, numbers: numbers)
    if let number = self.numbers[key] { return UnitTerm(map: number, factor: factor) }
    self.numbers[key] = count
    count += 1
    return UnitTerm(map: count - 1, factor: factor)
  }
}

extension Network {
  /// Every unit of every node as a multiple of a map, so that copies are found, and multiples of
  /// each other, which stay multiples behind a rectifier if the factor is positive.
  ///
  /// Only units of the same node are compared. Exact up to rounding where the tolerance is 0.
  ///
  /// - Parameters:
  ///   - ranges: The ``unitRanges``.
  ///   - tolerance: By how much the weights of two rows may differ, as a share of the largest.
  /// - Returns: A term for each unit of each node.
  func unitTerms(_ ranges: [[UnitRange]], tolerance: Double) -> [[UnitTerm]] {
    var maps = UnitMaps(tolerance: tolerance)
    var terms: [[UnitTerm]] = []
    for position in nodes.indices {
      let site = UnitSite(self, position)
      let found = (site.node.operation as? any UnitTracing)?
        .terms(of: site.node.inputs.map { terms[$0] }, at: site, among: &maps)
      let own = found ?? (0..<site.width).map { _ in maps.newTerm() }
      terms.append(
        zip(own, ranges[position]).map { term, range in
          range.constant.map { UnitTerm(map: 0, factor: $0) } ?? term
        })
    }
    return terms
  }
}
