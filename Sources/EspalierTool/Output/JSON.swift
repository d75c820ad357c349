import Espalier

/// A JSON value that keeps the order of its keys and is written to be read.
enum JSON: Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case unsigned(UInt64)
  /// A number; one that is not finite is written as null.
  case number(Double)
  case string(String)
  case array([JSON])
  case object([(String, JSON)])
  /// What a clock or the system decides, and no other run gives again.
  indirect case measured(JSON)

  static func optional<Value>(_ value: Value?, _ convert: (Value) -> JSON) -> JSON {
    value.map(convert) ?? .null
  }

  static func integers(_ values: [Int]) -> JSON { .array(values.map(JSON.integer)) }

  static func strings(_ values: [String]) -> JSON { .array(values.map(JSON.string)) }

  /// A setting, which is kept as text: a number or a truth value if it is one.
  static func setting(_ text: String) -> JSON {
    if let value = Bool(text) { return .bool(value) }
    if let value = Int(text) { return .integer(value) }
    if let value = Double(text), value.isFinite { return .number(value) }
    return .string(text)
  }

  /// The value without what was measured.
  var lasting: JSON {
    switch self {
    case .array(let elements): .array(elements.map(\.lasting))
    case .object(let members):
      .object(members.filter { !$1.isMeasured }.map { ($0, $1.lasting) })
    default: self
    }
  }

  /// What was measured alone, each value in its place; nil if there is none.
  var measured: JSON? {
    switch self {
    case .measured(let value): return value
    case .array(let elements):
      let parts = elements.map(\.measured)
      return parts.contains { $0 != nil } ? .array(parts.map { $0 ?? .null }) : nil
    case .object(let members):
      let parts = members.compactMap { name, value in value.measured.map { (name, $0) } }
      return parts.isEmpty ? nil : .object(parts)
    default: return nil
    }
  }

  private var isMeasured: Bool {
    if case .measured = self { true } else { false }
  }

  /// The value on one line.
  var line: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): "\(value)"
    case .unsigned(let value): "\(value)"
    case .number(let value): value.isFinite ? "\(value)" : "null"
    case .string(let text): Self.quoted(text)
    case .measured(let value): value.line
    case .array(let elements): "[" + elements.map(\.line).joined(separator: ", ") + "]"
    case .object(let members):
      members.isEmpty
        ? "{}"
        : "{ " + members.map { Self.quoted($0) + ": " + $1.line }.joined(separator: ", ") + " }"
    }
  }

  /// The value on several lines; what holds no lists or objects of its own stays on one.
  var text: String { text(indent: "") + "\n" }

  private func text(indent: String) -> String {
    let inner = indent + "  "
    switch self {
    case .array(let elements) where elements.contains(where: \.isContainer):
      return "[\n"
        + elements.map { inner + $0.text(indent: inner) }.joined(separator: ",\n")
        + "\n\(indent)]"
    case .object(let members) where indent.isEmpty || members.contains(where: { $1.isContainer }):
      return "{\n"
        + members.map { inner + Self.quoted($0) + ": " + $1.text(indent: inner) }
        .joined(separator: ",\n") + "\n\(indent)}"
    case .measured(let value):
      return value.text(indent: indent)
    default:
      return line
    }
  }

  private var isContainer: Bool {
    switch self {
    case .array, .object: true
    case .measured(let value): value.isContainer
    default: false
    }
  }

  private static func quoted(_ text: String) -> String { JSONText.quoted(text) }
}
