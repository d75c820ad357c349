import Tensors

/// Whether a target is a class or a number.
public enum TargetTask: String, Sendable, Equatable, Codable, CaseIterable {
  /// Decided by the labels: classes if any label is not a number, or if the column is one of
  /// categories; or if all are integers and there are just two of them, or at most 100 with at least
  /// five rows each on average. Otherwise numbers.
  case automatic
  /// Each label is a class.
  case classification
  /// Each label is a number.
  case regression
}

extension Target {
  /// Makes a target of labels.
  ///
  /// - Parameters:
  ///   - labels: The labels of all rows, at least one.
  ///   - task: Whether they are classes or numbers.
  ///   - path: The file they are from, for errors.
  /// - Throws: `DatasetError.nonNumericTarget` if a label of a regression is not a number,
  ///   `DatasetError.tooLargeElement` if it is beyond `Float`, `DatasetError.oneClass` if all labels are equal.
  public init(
    _ labels: LabelColumn, task: TargetTask = .automatic, path: String
  ) throws(DatasetError) {
    if case .numbers(let numbers) = labels.cells, task != .classification,
      task == .regression || Self.areMany(numbers)
    {
      self = try Self.values(numbers, path: path, column: labels.name)
      return
    }
    let coded = CodedLabels(labels)
    guard coded.texts.count > 1 else {
      throw .oneClass(path: path, value: coded.texts.first ?? "")
    }
    let areClasses = labels.areClasses || coded.areClasses
    guard task == .classification || (task == .automatic && areClasses) else {
      self = try coded.values(path: path, column: labels.name)
      return
    }
    let order = coded.sorted
    var indices = [Int](repeating: 0, count: order.count)
    for (index, code) in order.enumerated() { indices[code] = index }
    self = .classes(
      indices: coded.codes.map { indices[$0] }, names: order.map { coded.texts[$0] })
  }

  /// Whether there are too many different numbers for classes.
  private static func areMany(_ numbers: [Double]) -> Bool {
    var distinct: Set<Double> = []
    return numbers.contains { number in
      distinct.insert(number)
      return distinct.count > CodedLabels.largestClassCount
    }
  }

  private static func values(
    _ numbers: [Double], path: String, column: String
  ) throws(DatasetError) -> Target {
    let values = numbers.map { Float($0) }
    if let row = values.firstIndex(where: { !$0.isFinite }) {
      throw .tooLargeElement(path: path, row: row, column: column)
    }
    if values.allSatisfy({ $0 == values[0] }) {
      throw .oneClass(path: path, value: LabelReader.label(numbers[0]))
    }
    return .values(values)
  }

  /// Makes the target of test data.
  ///
  /// - Parameters:
  ///   - labels: The labels of all rows.
  ///   - training: The target of the training data, whose classes these are.
  ///   - path: The file they are from, for errors.
  /// - Throws: `DatasetError.unknownLabel` if a label is no class of the training data,
  ///   `DatasetError.nonNumericTarget` or `DatasetError.tooLargeElement` if a label of a
  ///   regression is no number that `Float` can hold.
  public init(
    _ labels: LabelColumn, matching training: Target, path: String
  ) throws(DatasetError) {
    let coded = CodedLabels(labels)
    guard case .classes(_, let names) = training else {
      self = try coded.values(path: path, column: labels.name)
      return
    }
    var indices: [Int] = []
    for text in coded.texts {
      guard let index = names.firstIndex(of: text) else {
        throw .unknownLabel(path: path, label: text, known: names)
      }
      indices.append(index)
    }
    self = .classes(indices: coded.codes.map { indices[$0] }, names: names)
  }
}
