import Networks

/// The units that can go because what reads them can do without: they are constant, nobody reads
/// them, or they are multiples of units that stay.
///
///     for each group that can go, from the last to the first:
///         what is read of it is, each, one of
///             a constant, and 0 or not read across the border of an image
///             a multiple of a unit of the same node whose group stays
///         and every node keeps a unit: the group goes
///     all others stay; of constants, copies and unread units among them it is said why
struct Redundancy {
  /// Why a group goes.
  enum Reason: Hashable {
    case constant, unread, copy
  }

  /// Why a group stays although it could be done without.
  struct Obstacle: Hashable {
    let reason: Reason
    let why: String
  }

  /// The groups that go.
  private(set) var removed: [Int: Reason] = [:]
  /// Those that stay although they tell nothing.
  private(set) var kept: [Int: Obstacle] = [:]

  private let network: Network
  private let units: UnitGroups
  private let terms: [[UnitTerm]]
  private var readings: [Int: [ProductWeights.Reading]] = [:]  // by product
  private var remaining: [Int]  // units of each node
  private var twins: Set<Int> = []  // groups that stay in place of others
  private let unitsOfMap: [[Int: [Int]]]  // by node

  /// Finds the units.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - units: Its groups.
  ///   - tolerance: By how much rows may differ that count as multiples of each other, as a share of
  ///     their largest weight.
  init(in network: Network, _ units: UnitGroups, tolerance: Double) {
    self.network = network
    self.units = units
    terms = network.unitTerms(network.unitRanges, tolerance: tolerance)
    remaining = network.nodes.map(\.outputShape.innermost)
    let readNodes = units.readNodes
    unitsOfMap = terms.enumerated().map { node, terms in
      guard readNodes.contains(node) else { return [:] }
      return Dictionary(grouping: terms.indices) { terms[$0].map }
    }
    for group in units.groups.reversed() where group.refusal == nil { decide(group) }
    for group in units.groups where removed[group.id] == nil && kept[group.id] == nil {
      nameIfConstant(group)
    }
  }

  private mutating func decide(_ group: UnitGroup) {
    guard !twins.contains(group.id) else { return }
    var reason = Reason.unread
    var found: [Int] = []
    for reader in group.readers {
      let reading = reading(reader)
      guard reading.contains(.read) else { continue }
      let term = terms[reader.place.node][reader.place.unit]
      if term.map == 0, term.factor == 0 || !reading.contains(.acrossBorder) {
        if reason == .unread { reason = .constant }
      } else if let twin = twin(of: reader.place) {
        found.append(units.groupOfUnit[reader.place.node][twin.unit])
        reason = .copy
      } else {
        if term.map == 0 {
          let name = network.nodes[reader.product].name
          kept[group.id] = Obstacle(
            reason: .constant, why: "\(name) sees zeros around the image instead of the constant")
        }
        return
      }
    }
    let counts = Dictionary(grouping: group.members, by: \.node).mapValues(\.count)
    guard counts.allSatisfy({ remaining[$0.key] > $0.value }) else {
      kept[group.id] = Obstacle(reason: reason, why: "the layer would be empty")
      return
    }
    for (node, count) in counts { remaining[node] -= count }
    removed[group.id] = reason
    twins.formUnion(found)
  }

  /// How a product reads a unit; rows that go do not count.
  private mutating func reading(_ reader: UnitGroup.Reader) -> ProductWeights.Reading {
    let product = reader.product
    if let found = readings[product] { return found[reader.place.unit] }
    guard let operation = network.nodes[product].operation as? any UnitProduct else { return [] }
    let found = operation.weights(at: UnitSite(network, product))
      .readings(byRows: units.groupOfUnit[product].map { removed[$0] == nil })
    readings[product] = found
    return found[reader.place.unit]
  }

  /// The first unit of the same node that has the same map and whose group stays.
  private func twin(of place: UnitPlace) -> UnitSubstitute.Twin? {
    let groups = units.groupOfUnit[place.node]
    let own = terms[place.node][place.unit]
    let candidates = unitsOfMap[place.node][own.map] ?? []
    guard
      let unit = candidates.first(where: {
        groups[$0] != groups[place.unit] && removed[groups[$0]] == nil
          && terms[place.node][$0].factor != 0
      })
    else { return nil }
    return UnitSubstitute.Twin(unit: unit, factor: own.factor / terms[place.node][unit].factor)
  }

  /// Says why a group stays although a layer makes a constant for it.
  private mutating func nameIfConstant(_ group: UnitGroup) {
    guard group.members.contains(where: { isMadeConstant($0) }) else { return }
    kept[group.id] = Obstacle(
      reason: .constant, why: group.refusal ?? "what it is joined with is not constant")
  }

  private func isMadeConstant(_ place: UnitPlace) -> Bool {
    place.node > 0 && terms[place.node][place.unit].map == 0
  }
}

extension Redundancy: UnitSubstitutes {
  var areExact: Bool { true }

  /// The constant, or the multiple of a unit that stays.
  subscript(place: UnitPlace) -> UnitSubstitute? {
    let term = terms[place.node][place.unit]
    let isCopy = removed[units.groupOfUnit[place.node][place.unit]] == .copy
    if isCopy, let twin = twin(of: place) { return UnitSubstitute(twin: twin) }
    return term.map == 0 ? UnitSubstitute(constant: term.factor) : nil
  }
}
