import Networks

extension Network {
  /// The network without units that it can do without: constants are carried into what reads them,
  /// of units that are multiples of each other one stays and is read with the sum of the weights, and
  /// what nobody reads is gone.
  ///
  /// A unit is constant if its weights are 0, if it reads constants only, if its rectifier is off at
  /// whatever input, or if its normalisation has scale 0. A constant other than 0 in front of a padded
  /// convolution is no bias, as the border sees zeros: of several one stays, and is named.
  ///
  /// Exact in inference for every input if the tolerance is 0, up to rounding.
  ///
  /// - Parameter tolerance: By how much the weights of units may differ that count as multiples of
  ///   each other, as a share of the largest weight of each; at least 0.
  /// - Returns: The network, its nodes under the same names and positions, and what was done.
  public func removingRedundantUnits(tolerance: Double = 0) -> Simplification {
    let units = UnitGroups(of: self)
    let redundancy = Redundancy(in: self, units, tolerance: tolerance)
    var report = TransformationReport()
    for family in units.families {
      let reasons = family.groups.compactMap { redundancy.removed[$0] }
      let kept = Dictionary(grouping: family.groups.compactMap { redundancy.kept[$0] }, by: \.self)
      for (reason, change) in Redundancy.Reason.changes {
        let count = reasons.count { $0 == reason }
        if count > 0 { report.removed.append(.init(change, family.name, count: count)) }
        let obstacles = kept.filter { $0.key.reason == reason }
        for (obstacle, groups) in obstacles.sorted(by: { $0.key.why < $1.key.why }) {
          report.kept.append(
            .init(change, family.name, count: groups.count, reason: obstacle.why))
        }
      }
    }
    do {
      let network = try removing(
        Set(redundancy.removed.keys), of: units, substituting: redundancy)
      return Simplification(network: network, report: report)
    } catch {
      fatalError("removingRedundantUnits: \(error)")  // each group was looked at
    }
  }
}

extension Redundancy.Reason {
  /// The reasons in the order in which they are told.
  fileprivate static let changes: [(Redundancy.Reason, TransformationReport.Change)] = [
    (.constant, .constantUnits), (.unread, .unreadUnits), (.copy, .copiedUnits),
  ]
}
