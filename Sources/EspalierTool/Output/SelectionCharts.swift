import Espalier

/// What a page on a selection draws of the data: for pictures, not for the result.
struct SelectionCharts: Sendable {
  /// How many columns are compared with each other at most.
  static let columnLimit = 50
  /// How many rows are looked at at most, evenly spread over all.
  static let rowLimit = 5000

  /// The correlations of the first chosen columns; nil where there is nothing to compare.
  var correlations: [[Double]]?
  /// The mean of each pixel from dark to light; empty where a row is no image.
  var meanImage: [UInt8] = []

  init() {}

  /// Looks at the training rows.
  ///
  /// - Parameters:
  ///   - chosen: The chosen features, best first.
  ///   - data: The data.
  init(_ chosen: [Int], _ data: LoadedData) {
    let (features, all) = (data.training.features, data.trainingRows)
    let step = max(1, (all.count + Self.rowLimit - 1) / Self.rowLimit)
    let rows = stride(from: 0, to: all.count, by: step).map { all[$0] }
    guard !rows.isEmpty else { return }
    if data.training.featureGroups == nil, chosen.count > 1 {
      correlations = features.correlations(
        columns: Array(chosen.prefix(Self.columnLimit)), rows: rows)
    }
    if data.training.featureGroups == nil, let image = features.imageExtents, image.channels == 1,
      image.height * image.width <= 200 * 200
    {
      meanImage = Self.shades(
        features.viewing(columns: Array(0..<image.height * image.width)).statistics(rows: rows).mean
      )
    }
  }

  /// Numbers as shades, from the least to the greatest.
  static func shades(_ values: [Double]) -> [UInt8] {
    guard let least = values.min(), let greatest = values.max(), least < greatest,
      least.isFinite, greatest.isFinite
    else { return [] }
    return values.map { UInt8((($0 - least) / (greatest - least) * 255).rounded()) }
  }
}

extension SelectionResult {
  /// How many features a page shows the lives of.
  private static let lifeLimit = 120

  /// When features were among the chosen of the first run: those chosen in the end in the order of the
  /// ranking, then the others, the longest first.
  func lives(phase: String) -> (lives: [SelectionReport.Life], remark: String) {
    guard let run = runs.first else { return ([], "") }
    let rotations = run.selection.history.filter { $0.phase == phase }
    var spans: [Int: [SelectionReport.Life.Span]] = [:]
    var open: [Int: Int] = [:]
    func close(_ feature: Int, last: Int) {
      guard let first = open.removeValue(forKey: feature), last >= first else { return }
      spans[feature, default: []].append(.init(first: first, last: last))
    }
    for (place, rotation) in rotations.enumerated() {
      for feature in rotation.left { close(feature, last: place) }
      for feature in rotation.entered { open[feature] = place + 1 }
    }
    for feature in open.keys.sorted() { close(feature, last: rotations.count) }
    // A set that never changed has no history.
    guard rotations.dropFirst().contains(where: { !$0.entered.isEmpty }) else { return ([], "") }
    let chosen = run.selection.indices
    let isChosen = Set(chosen)
    func length(_ feature: Int) -> Int {
      spans[feature]?.reduce(0) { $0 + $1.last - $1.first + 1 } ?? 0
    }
    let others = spans.keys.filter { !isChosen.contains($0) }.sorted {
      (length($0), $1) > (length($1), $0)
    }
    let all = chosen.filter { spans[$0] != nil } + others
    let shown = all.prefix(Self.lifeLimit)
    var remarks = runs.count > 1 ? ["The run of seed \(run.seed)."] : []
    let late = chosen.count { spans[$0] == nil }
    if late > 0 {
      remarks.append(
        "Without a line: \(Wording.count(late, "feature")) that came in after the last rotation.")
    }
    if shown.count < all.count {
      remarks.append(
        "Left out: \(Wording.count(all.count - shown.count, "feature")) that were there shortly.")
    }
    return (
      shown.map { .init(name: names[$0], isChosen: isChosen.contains($0), spans: spans[$0] ?? []) },
      remarks.joined(separator: " ")
    )
  }

  /// The connections of the network of the first run.
  var reportConnections: ConnectionReport? {
    guard let training = runs.first?.selection.training else { return nil }
    // Curves of more inputs than colours could not be told apart.
    let leaders = runs[0].selection.indices.prefix(LeaderCurves.limit).map { feature in
      ConnectionReport.Leader(
        name: names[feature],
        shares: training.leaders.map { epoch in
          epoch.first { $0.index == feature }?.share ?? .nan
        })
    }
    return ConnectionReport(
      layers: training.layers, changes: (training.gained, training.lost), leaders: leaders)
  }
}

/// How many inputs a chart of importance has.
enum LeaderCurves {
  static let limit = 6
}

extension ConnectionReport {
  /// The connections of a network as a page shows them.
  ///
  /// - Parameters:
  ///   - spreads: The layers.
  ///   - changes: How many connections were gained and lost in each epoch.
  ///   - leaders: What the most important inputs were worth.
  init(
    layers spreads: [ConnectionSpread], changes: (gained: [Int], lost: [Int]),
    leaders: [Leader] = []
  ) {
    func degrees(
      _ name: String, _ degrees: ConnectionSpread.Degrees?
    ) -> ConnectionReport.Degrees? {
      degrees.map { .init(name: name, step: $0.step, counts: $0.counts) }
    }
    self.init(
      layers: spreads.map {
        .init(
          name: $0.name, inputs: $0.inputCount, units: $0.unitCount,
          connections: $0.connectionCount)
      },
      gained: changes.gained, lost: changes.lost,
      degrees: [degrees("inputs of the network", spreads.first?.inputs)].compactMap(\.self)
        + spreads.compactMap { degrees("units of \($0.name)", $0.units) },
      leaders: leaders)
  }
}
