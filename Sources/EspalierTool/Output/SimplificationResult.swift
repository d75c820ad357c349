import Espalier

/// What `simplify` did, for people and programs.
struct SimplificationResult {
  let title, output: String
  /// Whether the networks were compared on rows of data instead of random numbers.
  let isOnRows: Bool
  let report: TransformationReport
  let difference: OutputDifference
  private let before, after: Size

  /// What a network costs.
  private struct Size {
    let units, parameters, multiplyAdds, bytes: Int
    let seconds: Double

    init(_ network: Network, batchCount: Int) {
      units = UnitGroups(of: network).families
        .reduce(0) { $0 + ($1.products.isEmpty ? 0 : $1.width) }
      parameters = network.parameterCount
      multiplyAdds = network.multiplyAdds
      bytes = network.arrays.reduce(0) { $0 + $1.byteCount }
      seconds =
        InferenceMeasurement.measure(network, batchCount: batchCount, seconds: 0.3).median
    }
  }

  /// How many samples are computed together when the time is taken.
  private let batchCount: Int

  init(
    title: String, output: String, isOnRows: Bool, before: Network, after: Network,
    report: TransformationReport, difference: OutputDifference
  ) {
    (self.title, self.output, self.isOnRows) = (title, output, isOnRows)
    (self.report, self.difference) = (report, difference)
    // 64, or one where that would take long.
    batchCount = before.multiplyAdds <= 50_000_000 ? 64 : 1
    self.before = Size(before, batchCount: batchCount)
    self.after = Size(after, batchCount: batchCount)
  }

  /// What went, what stays and why, the difference, and the sizes.
  var text: String {
    var lines = [Terminal.strong(Terminal.printable(title))]
    var changes = TextTable([("", .left), ("what", .left), ("count", .right), ("where", .left)])
    for entry in report.removed {
      changes.append(["gone", entry.change.rawValue, Wording.count(entry.count), place(entry)])
    }
    for entry in report.kept {
      changes.append(["kept", entry.change.rawValue, Wording.count(entry.count), place(entry)])
    }
    if report.removed.isEmpty { lines.append("  nothing to remove") }
    if !report.removed.isEmpty || !report.kept.isEmpty { lines += changes.lines() }
    var sizes = TextTable([
      ("", .left), ("units", .right), ("parameters", .right), ("multiply-adds", .right),
      ("bytes", .right), ("batch of \(batchCount)", .right),
    ])
    for (name, size) in [("before", before), ("after", after)] {
      sizes.append([
        name, Wording.count(size.units), Wording.count(size.parameters),
        Wording.count(size.multiplyAdds), Wording.bytes(size.bytes),
        Wording.decimal(1000 * size.seconds, 3) + " ms",
      ])
    }
    lines += [""] + sizes.lines() + [""]
    let samples =
      isOnRows
      ? Wording.count(difference.sampleCount, "row")
      : Wording.count(difference.sampleCount, "random input")
    lines += Wording.fact(
      "difference",
      "\(Wording.score(difference.relative)) of the largest output on \(samples)"
        + (difference.changedDecisionCount == 0
          ? "" : "; of \(Wording.count(difference.changedDecisionCount)) another is the largest"))
    lines += Wording.fact("written", Terminal.printable(output))
    return lines.joined(separator: "\n") + "\n"
  }

  private func place(_ entry: TransformationReport.Entry) -> String {
    Terminal.printable(entry.place + (entry.reason.isEmpty ? "" : ": \(entry.reason)"))
  }

  /// The result as one JSON object, schema 1.
  var json: JSON {
    .object([
      ("schema", .integer(1)),
      ("version", .string(EspalierCommand.version)),
      ("verb", .string("simplify")),
      ("title", .string(title)),
      ("output", .string(output)),
      ("removed", .array(report.removed.map(\.json))),
      ("kept", .array(report.kept.map(\.json))),
      (
        "difference",
        .object([
          ("samples", .integer(difference.sampleCount)),
          ("onRows", .bool(isOnRows)),
          ("largest", .number(difference.largestDifference)),
          ("largestOutput", .number(difference.largestOutput)),
          ("relative", .number(difference.relative)),
          ("changedDecisions", .integer(difference.changedDecisionCount)),
        ])
      ),
      ("before", json(before)),
      ("after", json(after)),
    ])
  }

  private func json(_ size: Size) -> JSON {
    .object([
      ("units", .integer(size.units)),
      ("parameters", .integer(size.parameters)),
      ("multiplyAdds", .integer(size.multiplyAdds)),
      ("bytes", .integer(size.bytes)),
      ("batch", .integer(batchCount)),
      ("seconds", .measured(.number(size.seconds))),
    ])
  }
}

extension TransformationReport.Entry {
  /// The entry as a JSON object; the reason is null for what went.
  fileprivate var json: JSON {
    .object([
      ("what", .string(change.rawValue)),
      ("where", .string(place)),
      ("count", .integer(count)),
      ("reason", reason.isEmpty ? .null : .string(reason)),
    ])
  }
}
