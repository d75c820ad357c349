import Espalier

extension LoadedData {
  /// What a reader of the results should know about the data, a sentence each.
  var notes: [String] {
    tableNotes + [missingNote, targetNote, weightNote].compactMap(\.self)
  }

  /// What was done about missing cells.
  private var missingNote: String? {
    let filled = encoding.columns.filter { $0.missingCount > 0 }
    guard let first = filled.first else { return nil }
    let cells = filled.reduce(0) { $0 + $1.missingCount }
    let told = filled.count { $0.hasIndicator }
    return "\(Wording.count(cells, "missing cell")) of \(Wording.count(filled.count, "column"))"
      + " ('\(first.name)'\(filled.count > 1 ? " ..." : "")) \(cells == 1 ? "counts" : "count") as the"
      + " median or most frequent"
      + " value of the training rows"
      + (told > 0
        ? "; where there are many, in \(Wording.count(told, "column")), an indicator tells" : "")
  }

  /// What a scaling does not do to columns whose zeros take no memory; empty where there are none.
  func sparseRemark(_ scaling: String) -> String {
    let features = training.features
    guard scaling != InputScaling.none.rawValue,
      (0..<features.columnCount).contains(where: features.isSparse)
    else { return "" }
    return "; sparse columns without centring, so that their zeros stay zeros"
  }

  private var weightNote: String? {
    training.weights.map { weights in
      "rows count by their weights, which sum to "
        + "\(Wording.score(trainingRows.reduce(0) { $0 + Double(weights[$1]) })); the judges svc and"
        + " nearest learn them all alike, their score counts them by weight"
    }
  }

  /// How the target was understood, where that may not be what was meant.
  private var targetNote: String? {
    guard hasTarget else { return "there is no target: nothing is judged" }
    // Rows without a target do not count.
    switch training.target.subset(trainingRows + (hasTestTable ? [] : testRows)) {
    case .classes(let indices, let names):
      let rowsPerClass = Double(indices.count) / Double(names.count)
      guard rowsPerClass < 5 else { return nil }
      let areNumbers = names.allSatisfy { Double($0) != nil }
      return "the target was understood as \(Wording.count(names.count)) classes, on average "
        + "\(Wording.decimal(rowsPerClass, 1)) rows each; "
        + (areNumbers ? "to predict it as a number give --task regression" : "is it the right one?")
    case .labels, .outputs:
      return nil
    case .values(let values):
      let kinds = Set(values)
      guard task == .automatic, kinds.count <= 100, kinds.allSatisfy({ $0 == $0.rounded() }) else {
        return nil
      }
      return "the target was understood as a number, with \(kinds.count) different values in "
        + "\(Wording.count(values.count, "row")); if they are classes give --task classification"
    }
  }
}
