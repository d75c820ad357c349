import Tensors

/// What is to be predicted: a class or a number for each row.
public enum Target: Sendable, Equatable {
  /// Classes as indices into their names.
  ///
  /// The indices are in `0..<names.count`. The names are the original labels as text, sorted: by
  /// value if all are numbers, by Unicode scalars otherwise.
  case classes(indices: [Int], names: [String])
  /// Numbers, for regression.
  case values([Float])

  /// The number of rows.
  public var count: Int {
    switch self {
    case .classes(let indices, _): indices.count
    case .values(let values): values.count
    }
  }

  /// The number of classes, or nil for regression.
  public var classCount: Int? {
    if case .classes(_, let names) = self { return names.count }
    return nil
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
    }
  }

  /// Returns the target of one row as it stood in the file.
  ///
  /// - Parameter row: The row, in `0..<count`.
  /// - Returns: The label of a class, or the shortest text that reads as the same number.
  public func text(row: Int) -> String {
    switch self {
    case .classes(let indices, let names): names[indices[row]]
    case .values(let values): numberText(values[row])
    }
  }
}
