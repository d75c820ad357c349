import Espalier

/// What `simplify` did, for people and programs.
struct SimplificationResult {
  let title, output: String
  /// Whether the networks were compared on rows of data instead of random numbers.
  let isOnRows: Bool
  let report: TransformationReport
  let difference: OutputDifference
  private let before, after: Size
  /// What becomes of each layer with weights.
  private let changes: [LayerChange]

  /// What a network costs.
  private struct Size {
    let units, parameters, multiplyAdds, bytes: Int
    let seconds: Double

    init(_ network: Network, _ measured: InferenceMeasurement) {
      units = UnitGroups(of: network).families
        .reduce(0) { $0 + ($1.products.isEmpty ? 0 : $1.width) }
      parameters = network.parameterCount
      multiplyAdds = network.multiplyAdds
      bytes = network.arrays.reduce(0) { $0 + $1.byteCount }
      seconds = measured.median
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
    let measured = InferenceMeasurement.compare(
      [before, after], batchCount: batchCount, seconds: 0.3)
    self.before = Size(before, measured[0])
    self.after = Size(after, measured[1])
    changes = before.changes(to: after)
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
        Wording.time(size.seconds),
      ])
    }
    lines += [""] + sizes.lines() + [""]
    lines += Wording.fact("difference", differenceSentence)
    lines += Wording.fact("written", Terminal.printable(output))
    return lines.joined(separator: "\n") + "\n"
  }

  /// By how much outputs differ.
  private var differenceSentence: String {
    let samples =
      isOnRows
      ? Wording.count(difference.sampleCount, "row")
      : Wording.count(difference.sampleCount, "random input")
    return "\(Wording.score(difference.relative)) of the largest output on \(samples)"
      + (difference.changedDecisionCount == 0
        ? "" : "; of \(Wording.count(difference.changedDecisionCount)) another is the largest")
  }

  /// The result as a page.
  var page: PruningReport {
    var page = PruningReport(
      title: "\(title) with less", producer: "espalier \(EspalierCommand.version)",
      method: "simplify")
    let gone = 1 - Double(after.parameters) / Double(max(before.parameters, 1))
    page.headlines = [
      .init(name: "fewer parameters", value: Wording.decimal(100 * gone, 1) + " %"),
      .init(
        name: "largest difference, of the largest output",
        value: Wording.score(difference.relative)),
    ]
    page.layers = changes.map(PruningReport.Layer.init)
    func counts(_ name: String, _ count: (Size) -> String) -> SelectionReport.Setting {
      .init(name: name, value: "\(count(after)), before \(count(before))")
    }
    func entries(_ entries: [TransformationReport.Entry]) -> [SelectionReport.Setting] {
      entries.map { .init(name: $0.change.rawValue, value: $0.sentence) }
    }
    page.sections = [
      .init(
        heading: "What is left",
        facts: [
          counts("units") { Wording.count($0.units) },
          counts("parameters") { Wording.count($0.parameters) },
          counts("multiply-adds") { Wording.count($0.multiplyAdds) },
          counts("bytes") { Wording.bytes($0.bytes) },
          .init(name: "difference", value: differenceSentence),
          .init(name: "written", value: output),
        ])
    ]
    if !report.removed.isEmpty {
      page.sections.append(.init(heading: "What went", facts: entries(report.removed)))
    }
    if !report.kept.isEmpty {
      page.sections.append(.init(heading: "What could go and stays", facts: entries(report.kept)))
    }
    page.measured = [
      counts("batch of \(batchCount)") { Wording.time($0.seconds) }
    ]
    return page
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
  /// How many and where; of what stays, why.
  var sentence: String {
    "\(Wording.count(count)): \(place)" + (reason.isEmpty ? "" : ", \(reason)")
  }

  /// The entry as a JSON object; the reason is null for what went.
  var json: JSON {
    .object([
      ("what", .string(change.rawValue)),
      ("where", .string(place)),
      ("count", .integer(count)),
      ("reason", reason.isEmpty ? .null : .string(reason)),
    ])
  }
}
