import Tensors

/// Whether a target is a class or a number.
public enum TargetTask: String, Sendable, Equatable, Codable, CaseIterable {
  /// Decided by the labels: classes if any label is not a number, or if the column is one of
  /// categories; or if all are integers and there
  /// are just two of them, or at most 100 with at least five rows each on average. Otherwise
  /// numbers.
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
      return distinct.count > largestClassCount
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

extension Target {
  /// Makes a target of one or several columns of labels.
  ///
  /// Several columns become labels that a row has or has not, if all cells of each are 0 or 1 or one
  /// of two words, else numbers that are predicted together. Of two words such as no and yes the
  /// latter is the label; of others it is the last in their order, and the label is then called
  /// `column=word`. Classes of more than two names cannot be mixed with others.
  ///
  /// - Parameters:
  ///   - columns: The columns, at least one, of equally many rows.
  ///   - task: Whether they are classes (several: two of each) or numbers.
  ///   - path: The file they are from, for errors.
  /// - Throws: `DatasetError.mixedTargets` if a cell of several columns is neither, and what
  ///   `init(_:task:path:)` of a single column throws.
  public init(
    _ columns: [LabelColumn], task: TargetTask = .automatic, path: String
  ) throws(DatasetError) {
    guard columns.count != 1 else {
      self = try Target(columns[0], task: task, path: path)
      return
    }
    guard let first = columns.first else { throw .noTarget(path: path) }
    require(
      columns.allSatisfy { $0.count == first.count },
      "Target: columns of different numbers of rows")
    let coded = columns.map { CodedLabels($0) }
    for (column, coded) in zip(columns, coded) where coded.texts.count < 2 {
      throw .oneClass(path: path, value: "\(column.name) = \(coded.texts.first ?? "")")
    }
    let areBinary = coded.allSatisfy { $0.binary(label: nil, isTraining: true) != nil }
    if task == .regression || (task == .automatic && !areBinary) {
      self = try .outputs(columns, coded, isRequired: task == .regression, path: path)
    } else {
      self = try .labels(columns, coded, path: path)
    }
  }

  /// Makes the target of test data of one or several columns of labels.
  ///
  /// - Parameters:
  ///   - columns: The columns, as many as the training data have targets.
  ///   - training: The target of the training data.
  ///   - path: The file they are from, for errors.
  /// - Throws: `DatasetError` as for a single column, or `DatasetError.mixedTargets`.
  public init(
    _ columns: [LabelColumn], matching training: Target, path: String
  ) throws(DatasetError) {
    switch training {
    case .labels(_, let names):
      require(names.count == columns.count, "Target: \(columns.count) columns for \(names.count)")
      self = try .labels(columns, columns.map { CodedLabels($0) }, names: names, path: path)
    case .outputs(_, let names):
      require(names.count == columns.count, "Target: \(columns.count) columns for \(names.count)")
      self = try .outputs(
        columns, columns.map { CodedLabels($0) }, isRequired: true, path: path)
    case .classes, .values:
      require(columns.count == 1, "Target: \(columns.count) columns for one")
      self = try Target(columns[0], matching: training, path: path)
    }
  }

  /// Labels; their names are those of the training data, or nil if these are the training data.
  private static func labels(
    _ columns: [LabelColumn], _ coded: [CodedLabels], names: [String]? = nil, path: String
  ) throws(DatasetError) -> Target {
    var found: [(rows: [Bool], name: String)] = []
    for (index, (column, coded)) in zip(columns, coded).enumerated() {
      let prefix = column.name + "="
      let label = names.flatMap { names in
        names[index].hasPrefix(prefix) ? String(names[index].dropFirst(prefix.count)) : nil
      }
      guard let binary = coded.binary(label: label, isTraining: names == nil) else {
        let place = coded.firstRow { $0 != 0 && $0 != 1 }
        throw .mixedTargets(path: path, column: column.name, row: place.row, text: place.text)
      }
      found.append((binary.rows, names?[index] ?? (binary.word.map { prefix + $0 } ?? column.name)))
    }
    return .labels(found.map(\.rows), names: found.map(\.name))
  }

  private static func outputs(
    _ columns: [LabelColumn], _ coded: [CodedLabels], isRequired: Bool, path: String
  ) throws(DatasetError) -> Target {
    var found: [[Float]] = []
    let worded = coded.indices.filter { !isRequired && coded[$0].firstWord != nil }
    // A column of more than two words is at fault before one of two.
    let fault = worded.first { coded[$0].binary(label: nil, isTraining: true) == nil }
    if let index = fault ?? worded.first, let place = coded[index].firstWord {
      throw .mixedTargets(
        path: path, column: columns[index].name, row: place.row, text: place.text)
    }
    for (column, coded) in zip(columns, coded) {
      guard case .values(let values) = try coded.values(path: path, column: column.name) else {
        continue
      }
      found.append(values)
    }
    return .outputs(found, names: columns.map(\.name))
  }
}

/// The most different numbers that are taken for classes.
private let largestClassCount = 100

/// Labels as codes into the distinct ones, in the order of their first row.
private struct CodedLabels {
  private(set) var codes: [Int] = []
  private(set) var texts: [String] = []
  private var numbers: [Double?] = []

  init(_ labels: LabelColumn) {
    switch labels.cells {
    case .texts(let all, let levels):
      var known = [Int](repeating: -1, count: levels.count)
      for level in all {
        if known[Int(level)] < 0 {
          known[Int(level)] = texts.count
          texts.append(levels[Int(level)])
        }
        codes.append(known[Int(level)])
      }
      numbers = texts.map(NumberScanner.number)
    case .numbers(let all):
      var known: [Double: Int] = [:]
      var distinct: [Double] = []
      for number in all {
        let code = known[number] ?? distinct.count
        if code == distinct.count {
          known[number] = code
          distinct.append(number)
        }
        codes.append(code)
      }
      texts = distinct.map(LabelReader.label)
      numbers = distinct
    }
  }

  /// The rule of `TargetTask.automatic`.
  var areClasses: Bool {
    guard numbers.allSatisfy({ $0 != nil }) else { return true }
    let areIntegers = numbers.allSatisfy { $0.map { $0 == $0.rounded() } ?? false }
    let count = texts.count
    return areIntegers && (count == 2 || (count <= largestClassCount && codes.count >= 5 * count))
  }

  /// The codes in the order of their labels: by value if all are numbers, else by scalars.
  var sorted: [Int] { sortedLabels(texts) }

  /// Whether each row has the label, where all cells are 0 or 1 or one of two words; else nil.
  ///
  /// - Parameters:
  ///   - label: The word that is the label in the training data; nil if the words tell.
  ///   - isTraining: Whether two words may be any.
  /// - Returns: The rows, and the word that is the label unless the name of the column says it.
  func binary(label: String?, isTraining: Bool) -> (rows: [Bool], word: String?)? {
    func rows(_ isLabel: [Bool]) -> [Bool] { codes.map { isLabel[$0] } }
    if let label {
      let isLabel = texts.map { $0 == label }
      let areWords = numbers.allSatisfy { $0 == nil }
      return areWords && isLabel.count { !$0 } < 2 ? (rows(isLabel), label) : nil
    }
    if numbers.allSatisfy({ $0 == 0 || $0 == 1 }) { return (rows(numbers.map { $0 == 1 }), nil) }
    let words = texts.map { $0.lowercased() }
    if let pair = Self.answers.first(where: { pair in words.allSatisfy(pair.contains) }) {
      return (rows(words.map { $0 == pair[1] }), nil)
    }
    guard isTraining, texts.count == 2, numbers.allSatisfy({ $0 == nil }) else { return nil }
    let last = sorted[1]
    return (rows(texts.indices.map { $0 == last }), texts[last])
  }

  /// Words of which the second one says that a row has the label that the column is named after.
  private static let answers = [
    ["no", "yes"], ["n", "y"], ["false", "true"], ["f", "t"], ["absent", "present"],
    ["negative", "positive"], ["neg", "pos"], ["-", "+"],
  ]

  /// The first row whose number fulfils a condition, or that has none.
  func firstRow(where isBad: (Double) -> Bool) -> (row: Int, text: String) {
    let row = codes.firstIndex { numbers[$0].map(isBad) ?? true } ?? 0
    return (row, codes.isEmpty ? "" : texts[codes[row]])
  }

  /// The first row that is no number; nil if all are.
  var firstWord: (row: Int, text: String)? {
    numbers.contains(nil) ? firstRow { _ in false } : nil
  }

  func values(path: String, column: String) throws(DatasetError) -> Target {
    for (code, number) in numbers.enumerated() {
      if let number, Float(number).isFinite { continue }
      let row = codes.firstIndex(of: code) ?? 0
      throw number.map(\.isFinite) == true
        ? .tooLargeElement(path: path, row: row, column: column)
        : .nonNumericTarget(path: path, row: row, text: texts[code])
    }
    return .values(codes.map { Float(numbers[$0] ?? 0) })
  }
}
