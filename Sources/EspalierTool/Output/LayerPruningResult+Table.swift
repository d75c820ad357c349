import Espalier

extension LayerPruningResult {
  /// The result as text for people, at most 80 columns wide.
  ///
  /// - Parameter reportPath: Where the report lies, or nil if there is none.
  /// - Returns: The lines.
  func table(reportPath: String?) -> String {
    var lines = [
      Terminal.strong("Shallower: " + Terminal.printable(options.model)),
      "Data: \(data.sentence)", "",
    ]
    lines += pathLines + [""] + layerLines + [""]
    lines += sizeLines + [""]
    lines += Wording.fact("masked", maskedSentence)
    lines += Wording.fact("gone", goneSentence)
    for entry in removal.report.kept {
      lines += Wording.fact("kept", "\(entry.change.rawValue), \(entry.sentence)")
    }
    lines += Wording.fact("retraining", Wording.count(epochCount, "epoch") + " in each iteration")
    lines += Wording.fact(
      "validation",
      "score \(Wording.decimal(validationScore, 4)) on \(Wording.count(validationRows, "row"));"
        + " original \(Wording.decimal(outcome.path[0].score, 4))")
    lines += Wording.fact("difference", differenceSentence)
    if let test {
      lines += Wording.fact("held out", sentence(test))
    } else {
      lines += Wording.fact("held out", "none; --test-fraction 0.2 would hold some out")
    }
    lines += Wording.fact("report", reportPath ?? "none; --output DIR writes one and the model")
    for note in notes { lines += Wording.fact("note", note) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What is masked only.
  var maskedSentence: String {
    let before = outcome.path[0].weightCount
    return "\(Wording.count(before - best.weightCount)) of \(Wording.count(before, "weight")) in"
      + " front of activations are pruned or went into others;"
      + " \(Wording.count(storedZeroCount)) of them are still"
      + " stored and multiplied, as zeros" + sparseSentence
  }

  /// Which layers store only the weights that they have.
  private var sparseSentence: String {
    let names = trained.network.nodes.filter { $0.operation is SparseLinear }.map(\.name)
    return names.isEmpty
      ? "" : "; \(Terminal.printable(names.joined(separator: ", "))) stored sparsely"
  }

  /// What is really gone.
  var goneSentence: String {
    let around = removal.paths.reduce(0) { $0 + $1.unitCount }
    return "\(Wording.count(removal.removedCount, "unit")) with their rows and columns, and"
      + " \(Wording.count(mergedCount, "whole layer"))"
      + (around > 0 ? "; \(Wording.count(around, "unit")) led around their activation" : "")
      + "; \(best.linearCount) of \(Wording.count(best.layers.count, "layer")) are linear on the"
      + " training rows" + forcedSentence
  }

  /// Which layers were made linear, and by how much that was wrong.
  private var forcedSentence: String {
    let forced = zip(outcome.layers, best.layers).filter { $0.1.isForced }
    guard let worst = forced.max(by: { $0.1.lineError < $1.1.lineError }) else { return "" }
    return ", \(Wording.count(forced.count)) of them by force: when they became so their units were"
      + " wrong by at most \(Wording.score(worst.1.lineError)) (\(Terminal.printable(worst.0.name)))"
  }

  /// What is left of a count.
  func sentence(_ count: (Size) -> Int) -> String {
    Wording.fewer(count(sizes.after), than: count(sizes.before))
  }

  func sentence(_ test: Comparison) -> String {
    "\(test.metric) \(Wording.score(test.after)) on \(Wording.count(test.rows, "row")); original"
      + " \(Wording.score(test.original))"
  }

  /// What the removal changed.
  var differenceSentence: String {
    func text(_ difference: OutputDifference) -> String {
      "\(Wording.score(difference.largestDifference)) of outputs up to"
        + " \(Wording.score(difference.largestOutput)),"
        + " \(Wording.count(difference.changedDecisionCount, "prediction")) changed"
    }
    return "by the removal of units at most \(text(training)) on the training rows"
      + (test.map { "; at most \(text($0.difference)) on held-out rows" } ?? "")
  }

  private var sizeLines: [String] {
    var table = TextTable([
      ("", .left), ("depth", .right), ("parameters", .right), ("multiply-adds", .right),
      ("bytes", .right), ("64 rows", .right),
    ])
    for (name, size) in [
      ("before", sizes.before), ("sparse only", sizes.stored), ("after", sizes.after),
    ] {
      table.append([
        name, "\(size.depth)", Wording.count(size.parameters), Wording.count(size.multiplyAdds),
        Wording.bytes(size.bytes), Wording.time(size.seconds),
      ])
    }
    return table.lines()
  }

  private var pathLines: [String] {
    var table = TextTable([
      ("iteration", .right), ("score", .right), ("weights", .right), ("linear", .right),
      ("lowest entropy", .right), ("mixed units", .right), ("", .left),
    ])
    for iteration in outcome.path {
      let entropies = iteration.layers.map(\.entropy)
      table.append([
        "\(iteration.number)", Wording.decimal(iteration.score, 4),
        Wording.count(iteration.weightCount), "\(iteration.linearCount)",
        Wording.decimal(entropies.min() ?? 0, 4),
        Wording.count(iteration.layers.reduce(0) { $0 + $1.mixedCount }),
        iteration.number == outcome.best ? "the result" : iteration.isAccepted ? "" : "too low",
      ])
    }
    return table.lines()
  }

  private var layerLines: [String] {
    var table = TextTable([
      ("layer", .left), ("off", .right), ("mixed", .right), ("on", .right), ("entropy", .right),
      ("weights", .right), ("of", .right), ("units", .right), ("of", .right),
    ])
    for (layer, (now, before)) in zip(
      outcome.layers, zip(best.layers, outcome.path[0].layers))
    {
      let units = now.offCount + now.mixedCount + now.onCount
      table.append([
        Terminal.printable(layer.name).clippedStart(to: 20), Wording.count(now.offCount),
        Wording.count(now.mixedCount), Wording.count(now.onCount),
        now.isForced ? "forced" : Wording.decimal(now.entropy, 4), Wording.count(now.weightCount),
        Wording.count(before.weightCount), Wording.count(width(of: layer) ?? units),
        Wording.count(units),
      ])
    }
    return table.lines()
  }
}
