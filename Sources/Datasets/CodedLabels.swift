/// Labels as codes into the distinct ones, in the order of their first row.
struct CodedLabels {
  /// The most different numbers that are taken for classes.
  static let largestClassCount = 100

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
    return areIntegers
      && (count == 2 || (count <= Self.largestClassCount && codes.count >= 5 * count))
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
