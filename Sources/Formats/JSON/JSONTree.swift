/// A JSON value as it stands in a file, read strictly.
indirect enum JSONTree {
  case null
  case bool(Bool)
  /// A number as its text, so that none is rounded.
  case number(String)
  case string(String)
  case array([JSONTree])
  case object([String: JSONTree])

  /// How deep values may lie in each other; no description of a network needs more.
  static let deepest = 32

  /// Reads a whole text.
  ///
  /// - Parameter text: The text.
  /// - Throws: Where it is no strict JSON.
  init(_ text: String) throws(JSONFault) {
    var scanner = JSONScanner(Array(text.utf8))
    scanner.skipBlanks()
    self = try Self.read(&scanner, depth: 0)
    try scanner.end()
  }

  private static func read(
    _ scanner: inout JSONScanner, depth: Int
  ) throws(JSONFault) -> JSONTree {
    if depth > deepest { throw scanner.fault("at most \(deepest) values in each other") }
    switch scanner.next.map({ Unicode.Scalar($0) }) {
    case "{":
      var members: [String: JSONTree] = [:]
      try scanner.members { scanner, name throws(JSONFault) in
        members[name] = try read(&scanner, depth: depth + 1)
      }
      return .object(members)
    case "[":
      var elements: [JSONTree] = []
      try scanner.elements { scanner throws(JSONFault) in
        elements.append(try read(&scanner, depth: depth + 1))
      }
      return .array(elements)
    case "\"": return .string(try scanner.string())
    case "t" where scanner.takes("true"): return .bool(true)
    case "f" where scanner.takes("false"): return .bool(false)
    case "n" where scanner.takes("null"): return .null
    default: return .number(try scanner.number())
    }
  }

  /// Finds the first place where another value differs.
  ///
  /// - Parameter other: The other value; numbers may be written otherwise.
  /// - Returns: The names and positions that lead there, with dots; nil if the values are equal.
  func difference(from other: JSONTree) -> String? {
    switch (self, other) {
    case (.null, .null): nil
    case (.bool(let left), .bool(let right)): left == right ? nil : ""
    case (.string(let left), .string(let right)): left == right ? nil : ""
    case (.number(let left), .number(let right)):
      left == right || Double(left) == Double(right) ? nil : ""
    case (.array(let left), .array(let right)):
      left.count == right.count
        ? Self.first(left.indices) { ("\($0)", left[$0].difference(from: right[$0])) } : ""
    case (.object(let left), .object(let right)):
      Self.first(Set(left.keys).union(right.keys).sorted()) { key in
        guard let one = left[key], let another = right[key] else { return (key, "") }
        return (key, one.difference(from: another))
      }
    default: ""
    }
  }

  private static func first<Places: Sequence>(
    _ places: Places, _ difference: (Places.Element) -> (name: String, below: String?)
  ) -> String? {
    for place in places {
      let (name, below) = difference(place)
      if let below { return below.isEmpty ? name : "\(name).\(below)" }
    }
    return nil
  }
}
