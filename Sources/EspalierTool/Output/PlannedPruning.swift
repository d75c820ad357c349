import Espalier

/// What a pruning of units would do: which units hang together, and which of them would go.
struct PlannedPruning {
  let model: String
  let data: SelectionResult.Summary
  let groups: UnitGroups
  let network: Network
  /// The network after the cut; nil where the threshold would have to be searched for.
  var smaller: Network?
  var changes: [LayerChange] = []
  var epsilon: Double?
  /// The threshold, how it is meant and of what.
  var threshold: String?
  var notes: [String]

  /// The layers whose units are counted: those with weights.
  private var families: [UnitFamily] { groups.families.filter { !$0.products.isEmpty } }

  /// The plan as text for people, at most 80 columns wide.
  var text: String {
    var lines = [
      Terminal.strong("What would go of " + Terminal.printable(model)),
      "Data: \(data.sentence)", "", "Units that can only go together, layer by layer",
    ]
    for family in families {
      let fate =
        family.refusal.map { "stay: \($0)" }
        ?? "read by \(family.readers.map { groups.nodeNames[$0] }.joined(separator: ", "))"
      let unit = Wording.count(family.width).padded(to: 8, .right)
      let text = Terminal.printable("\(family.name): \(fate)").wrapped(to: 70)
      lines += text.enumerated().map { ($0 == 0 ? unit : "".padded(to: 8)) + "  " + $1 }
    }
    lines.append("")
    if let smaller {
      lines += LayerChange.lines(changes) + [""]
      lines += Wording.fact(
        "parameters", Wording.fewer(smaller.parameterCount, than: network.parameterCount))
      lines += Wording.fact(
        "operations",
        Wording.fewer(smaller.multiplyAdds, than: network.multiplyAdds) + " multiply-adds a row")
      lines += Wording.fact("latency", latencySentence)
    }
    if let threshold { lines += Wording.fact("threshold", threshold) }
    for note in notes { lines += Wording.fact("note", note) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What the layers alone take, before and after.
  private var seconds: (before: Double, after: Double) {
    changes.compactMap(\.seconds).reduce((0, 0)) { ($0.0 + $1.before, $0.1 + $1.after) }
  }

  private var latencySentence: String {
    "the layers alone would take \(Wording.time(seconds.after)) for"
      + " \(PruningMonitor.batchCount) rows, now \(Wording.time(seconds.before))"
  }

  /// The plan as one JSON object, schema 1.
  var json: JSON {
    func pair(_ before: Int, _ after: Int?) -> JSON {
      .object([("before", .integer(before)), ("after", .optional(after, JSON.integer))])
    }
    return .object([
      ("schema", .integer(1)),
      ("version", .string(EspalierCommand.version)),
      ("verb", .string("prune units")),
      ("isPlan", .bool(true)),
      ("data", data.json),
      (
        "groups",
        .array(
          families.map { family in
            .object([
              ("madeBy", .strings(family.products.map { groups.nodeNames[$0] })),
              ("readBy", .strings(family.readers.map { groups.nodeNames[$0] })),
              ("units", .integer(family.width)),
              ("staysBecause", .optional(family.refusal, JSON.string)),
            ])
          })
      ),
      ("epsilon", .optional(epsilon, JSON.number)),
      ("layers", .array(changes.map(\.json))),
      ("parameters", pair(network.parameterCount, smaller?.parameterCount)),
      ("multiplyAdds", pair(network.multiplyAdds, smaller?.multiplyAdds)),
      ("notes", .strings(notes)),
    ])
  }
}
