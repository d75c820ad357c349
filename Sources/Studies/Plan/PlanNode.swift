import Datasets
import Yams

/// A part of a plan's text with its place, read strictly.
struct PlanNode {
  /// A member of a mapping.
  struct Member {
    var key: String
    var place: PlanPlace
    var value: PlanNode
  }

  private let node: Node
  private let path: String
  let place: PlanPlace

  private init(_ node: Node, _ path: String) {
    self.node = node
    self.path = path
    place = PlanPlace(node.mark)
  }

  /// Reads the text of a plan.
  ///
  /// - Parameters:
  ///   - text: The text, YAML.
  ///   - path: The file, for errors.
  /// - Throws: ``PlanError`` with line and column.
  init(text: String, path: String) throws(PlanError) {
    guard text.utf8.count <= 1 << 20 else {
      throw PlanError(path, nil, "the plan has more than 1 MiB; plans are short")
    }
    if let place = Self.tooDeep(text) {
      throw PlanError(path, place, "is nested more deeply than any plan; write it flat")
    }
    let root: Node?
    do {
      root = try compose(yaml: text)
    } catch let error as YamlError {
      throw PlanError(error, path)
    } catch {
      throw PlanError(path, nil, "is no YAML: \(error)")
    }
    guard let root, root.null == nil else {
      throw PlanError(path, nil, "the plan is empty; it needs verb, data and methods")
    }
    self.init(root, path)
  }

  /// The first place at which a text is nested so deeply that reading it would take the whole stack.
  private static func tooDeep(_ text: String) -> PlanPlace? {
    var depth = 0
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let indent = line.utf8.prefix { " -?:\t".utf8.contains($0) }.count
      if indent > 200 { return PlanPlace(line: number + 1, column: 201) }
      for (column, byte) in line.utf8.enumerated() {
        if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { depth += 1 }
        if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") { depth = max(0, depth - 1) }
        if depth > 100 { return PlanPlace(line: number + 1, column: column + 1) }
      }
    }
    return nil
  }

  /// A mistake at this place.
  func error(_ message: String) -> PlanError { PlanError(path, place, message) }

  /// Whether nothing stands here.
  var isEmpty: Bool { node.null != nil }

  /// The text of a plain value; nil for a list or a mapping.
  var text: String? { node.scalar?.string }

  /// Whether the text is `true` or `false` and not in quotation marks.
  var truth: Bool? {
    guard let scalar = node.scalar, scalar.style == .plain || scalar.style == .any else {
      return nil
    }
    return switch scalar.string {
    case "true": true
    case "false": false
    default: nil
    }
  }

  /// The elements of a list; nil for anything else.
  var elements: [PlanNode]? { node.sequence?.map { PlanNode($0, path) } }

  /// The members of a mapping, in order; nil for anything else.
  ///
  /// - Throws: ``PlanError`` where a key is no text.
  func members() throws(PlanError) -> [Member]? {
    guard let mapping = node.mapping else { return nil }
    var members: [Member] = []
    for (key, value) in mapping {
      let place = PlanPlace(key.mark)
      guard let name = key.scalar?.string else {
        throw PlanError(path, place, "a key must be a word")
      }
      // An empty value has no place of its own worth telling.
      members.append(Member(key: name, place: place, value: PlanNode(value, path)))
    }
    return members
  }

  /// The value as a text.
  ///
  /// - Parameter what: What it is, for the error.
  /// - Returns: The text.
  /// - Throws: ``PlanError`` for a list, a mapping, or nothing.
  func requiredText(_ what: String) throws(PlanError) -> String {
    guard !isEmpty, let text, !text.isEmpty else { throw error("\(what) needs a value") }
    return text
  }

  /// The value as a whole number.
  ///
  /// - Parameters:
  ///   - what: What it is, for the error.
  ///   - range: The numbers that make sense.
  /// - Returns: The number.
  /// - Throws: ``PlanError`` for anything else.
  func wholeNumber<Number: FixedWidthInteger>(
    _ what: String, in range: ClosedRange<Number>
  ) throws(PlanError) -> Number {
    guard let text, let number = Number(text), range.contains(number) else {
      throw error(
        "\(what) must be a whole number from \(range.lowerBound) to \(range.upperBound), but is"
          + " '\(text ?? "a list")'")
    }
    return number
  }
}

extension PlanPlace {
  /// The place of a node.
  init(_ mark: Mark?) {
    self.init(line: mark?.line ?? 1, column: mark?.column ?? 1)
  }
}

extension PlanError {
  /// The words of the reader of YAML, with the place that it names.
  init(_ error: YamlError, _ path: String) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      self.init(path, PlanPlace(mark), "\(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let names = duplicates.map { "'\($0)'" }.joined(separator: ", ")
      self.init(path, PlanPlace(context.mark), "\(names) stands here twice; remove one")
    case .reader(let problem, _, _, _):
      self.init(path, nil, "\(problem)")
    default:
      self.init(path, nil, "cannot be read as YAML")
    }
  }
}
