import Tensors

/// What is to be predicted: a class or a number for each row, or several labels or numbers.
public enum Target: Sendable, Equatable {
  /// Classes as indices into their names.
  ///
  /// The indices are in `0..<names.count`. The names are the original labels as text, sorted: by
  /// value if all are numbers, by Unicode scalars otherwise.
  case classes(indices: [Int], names: [String])
  /// Numbers, for regression.
  case values([Float])
  /// Several labels, of which a row may have any number: for each label its name and, row by row,
  /// whether the row has it.
  case labels([[Bool]], names: [String])
  /// Several numbers per row, for regression on all of them: for each its name and its values.
  case outputs([[Float]], names: [String])

  /// The number of rows.
  public var count: Int {
    switch self {
    case .classes(let indices, _): indices.count
    case .values(let values): values.count
    case .labels(let columns, _): columns.first?.count ?? 0
    case .outputs(let columns, _): columns.first?.count ?? 0
    }
  }

  /// The number of classes, or nil where there are none: for numbers and for several labels.
  public var classCount: Int? {
    if case .classes(_, let names) = self { return names.count }
    return nil
  }

  /// The number of outputs of a network for this target: one for each class, number or label.
  public var outputCount: Int { outputNames?.count ?? 1 }

  /// What each output is for: the classes, the labels or the numbers; nil for a single number.
  public var outputNames: [String]? {
    switch self {
    case .classes(_, let names), .labels(_, let names), .outputs(_, let names): names
    case .values: nil
    }
  }

  /// Whether some rows leave nothing to tell apart: all are of one class, or alike in every label.
  ///
  /// - Parameter rows: The rows.
  /// - Returns: Whether that is so; never for numbers.
  package func isConstant(on rows: [Int]) -> Bool {
    guard let first = rows.first else { return true }
    return switch self {
    case .classes(let indices, _): rows.allSatisfy { indices[$0] == indices[first] }
    case .labels(let columns, _):
      columns.allSatisfy { column in rows.allSatisfy { column[$0] == column[first] } }
    case .values, .outputs: false
    }
  }

  /// Returns the target of some rows.
  ///
  /// - Parameter rows: The rows, each in `0..<count`.
  /// - Returns: Their target, with all class names, also of classes that no longer occur.
  public func subset(_ rows: [Int]) -> Target {
    require(
      rows.allSatisfy { $0 >= 0 && $0 < count }, "Target: subset with a row outside 0..<\(count)")
    return switch self {
    case .classes(let indices, let names):
      .classes(indices: rows.map { indices[$0] }, names: names)
    case .values(let values): .values(rows.map { values[$0] })
    case .labels(let columns, let names):
      .labels(columns.map { column in rows.map { column[$0] } }, names: names)
    case .outputs(let columns, let names):
      .outputs(columns.map { column in rows.map { column[$0] } }, names: names)
    }
  }

  /// Returns the target of more rows, of which only some are known.
  ///
  /// - Parameters:
  ///   - rows: The rows that these are, as many as the target has.
  ///   - rowCount: The number of all rows.
  /// - Returns: The target, with the first class or 0 as a placeholder for the others.
  func spread(over rows: [Int], rowCount: Int) -> Target {
    require(rows.count == count, "Target: \(count) rows spread over \(rows.count)")
    func spread<Element>(_ elements: [Element], _ placeholder: Element) -> [Element] {
      var all = [Element](repeating: placeholder, count: rowCount)
      for (row, element) in zip(rows, elements) { all[row] = element }
      return all
    }
    return switch self {
    case .classes(let indices, let names): .classes(indices: spread(indices, 0), names: names)
    case .values(let values): .values(spread(values, 0))
    case .labels(let columns, let names):
      .labels(columns.map { spread($0, false) }, names: names)
    case .outputs(let columns, let names):
      .outputs(columns.map { spread($0, 0) }, names: names)
    }
  }

  /// Returns the target of one row as it stood in the file.
  ///
  /// - Parameter row: The row, in `0..<count`.
  /// - Returns: The label of a class, or the shortest text that reads as the same number; several
  ///   with semicolons between them, a label as 0 or 1.
  public func text(row: Int) -> String {
    switch self {
    case .classes(let indices, let names): names[indices[row]]
    case .values(let values): numberText(values[row])
    case .labels(let columns, _): columns.map { $0[row] ? "1" : "0" }.joined(separator: ";")
    case .outputs(let columns, _): columns.map { numberText($0[row]) }.joined(separator: ";")
    }
  }
}
