import Espalier

extension FoldResult {
  /// The spread in named sentences, for the text and for the page.
  ///
  /// - Parameter chosen: The columns chosen from all training rows.
  /// - Returns: The sentences; none without a complete fold.
  func facts(chosen: [Int]) -> [(name: String, value: String)] {
    guard let spread else { return [] }
    var facts = [(name: "folds", value: headline)]
    if let interval {
      facts.append(
        (
          "new rows",
          "\(Wording.decimal(spread.folds.mean, 4)), with 95 % confidence about"
            + " \(Wording.decimal(interval.lowerBound, 2)) to \(Wording.decimal(interval.upperBound, 2)): what to"
            + " expect of rows like these"
        ))
    }
    if let repeats = spread.repeats, repeats.count > 1 {
      facts.append(
        (
          "repeats",
          "\(Wording.decimal(repeats.mean, 4))\(deviation(repeats)) over \(repeats.count) repeats,"
            + " \(range(repeats)): how much the division into folds changes"
        ))
    }
    facts.append(
      (
        "one fold",
        "\(Wording.decimal(spread.folds.mean, 4))\(deviation(spread.folds)) over"
          + " \(spread.folds.count) single folds, \(range(spread.folds))"
      ))
    if let chanceSentence { facts.append(("chance", chanceSentence)) }
    if let stability = spread.stability {
      facts.append(
        (
          "agreement",
          "\(Wording.decimal(stability, 2)) stability of the columns chosen in different folds;"
            + " 1 = always the same, 0 = as by chance"
        ))
    }
    facts.append(("columns", columnSentence(chosen)))
    return facts
  }

  private var headline: String {
    "everything chosen anew in \(Wording.count(foldCount, "fold")) x "
      + "\(Wording.count(repeatCount, "repeat")); "
      + "\(learner) \(Wording.metric(metric.rawValue)) on the rows left out"
  }

  private var chanceSentence: String? {
    guard let chance, let summary = FoldSpread.Summary(chance.values) else { return nil }
    let targets = Wording.count(chance.values.count, "permuted target")
    let verdict =
      chance.p <= 0.05
      ? "so the value is hardly chance"
      : chance.values.count < 20
        ? "too few permutations to tell; give --null 100" : "so the value may well be chance"
    return "\(Wording.decimal(summary.mean, 4))\(deviation(summary)) on \(targets), "
      + "\(range(summary)); as good in \(chance.asGoodCount), p = \(Wording.score(chance.p)), "
      + verdict
  }

  private func columnSentence(_ chosen: [Int]) -> String {
    let shares = chosen.map { share(of: $0) }
    let (sure, doubtful) = (shares.count { $0 >= 0.8 }, shares.count { $0 < 0.5 })
    return "of the \(Wording.count(chosen.count)) chosen, \(Wording.count(sure)) were chosen in at"
      + " least 80 % of the folds, \(Wording.count(doubtful)) in fewer than half; folds chose"
      + " \(Wording.count(spread?.frequencies.count ?? 0)) different ones"
  }

  private func deviation(_ summary: FoldSpread.Summary) -> String {
    summary.deviation.map { " ± \(Wording.decimal($0, 4))" } ?? ""
  }

  private func range(_ summary: FoldSpread.Summary) -> String {
    "\(Wording.decimal(summary.lowest, 2)) to \(Wording.decimal(summary.highest, 2))"
  }
}
