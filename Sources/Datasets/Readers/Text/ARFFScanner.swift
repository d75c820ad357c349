/// The values of a line of an ARFF file, from left to right.
///
/// Values are separated by commas or, in a line without any, by blanks. Names and values may stand
/// in single or double quotation marks, in which a backslash takes the next byte as it is.
struct ARFFScanner {
  /// Why a line cannot be read.
  enum Failure: Error {
    case unterminatedQuote
    case unexpected(String)

    func at(_ path: String, _ line: Int) -> DatasetError {
      switch self {
      case .unterminatedQuote: .unterminatedQuote(path: path, line: line)
      case .unexpected(let reason): .unexpectedLine(path: path, line: line, reason: reason)
      }
    }
  }

  /// One value.
  struct Value {
    let text: String
    let isQuoted: Bool

    /// Whether it stands for a missing one.
    var isMissing: Bool { !isQuoted && (text == "?" || text.isEmpty) }
  }

  private var rest: Slice<UnsafeBufferPointer<UInt8>>
  private let isCommaSeparated: Bool
  /// Whether a value must follow, because a comma came last.
  private var isBehindComma = false

  init(_ bytes: UnsafeBufferPointer<UInt8>, isCommaSeparated: Bool) {
    rest = bytes[...]
    self.isCommaSeparated = isCommaSeparated
    skipBlanks()
  }

  /// Whether a comma stands in a line outside quotation marks.
  static func hasComma(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var quote: UInt8?
    var isEscaped = false
    for byte in bytes {
      if isEscaped {
        isEscaped = false
      } else if let open = quote {
        if byte == UInt8(ascii: "\\") { isEscaped = true }
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: ",") {
        return true
      } else if isQuote(byte) {
        quote = byte
      }
    }
    return false
  }

  /// Takes the next value if it is a plain number.
  mutating func nextNumber() -> Double? {
    let line = UnsafeBufferPointer(rebasing: rest)
    guard let base = line.baseAddress,
      let (value, end) = NumberScanner.scan(base, base + line.count)
    else { return nil }
    let next = rest[(rest.startIndex + (end - base))...].drop(while: Self.isBlank)
    let hasBlank = next.startIndex > rest.startIndex + (end - base)
    guard next.isEmpty || (isCommaSeparated ? next.first == UInt8(ascii: ",") : hasBlank) else {
      return nil
    }
    rest = next
    isBehindComma = false
    if isCommaSeparated { skipComma() }
    return value
  }

  /// Takes the next value.
  ///
  /// - Returns: The value, or nil at the end of the line.
  /// - Throws: Why the line cannot be read.
  mutating func next() throws(Failure) -> Value? {
    guard let first = rest.first else {
      defer { isBehindComma = false }
      return isBehindComma ? Value(text: "", isQuoted: false) : nil
    }
    isBehindComma = false
    if Self.isQuote(first) {
      let text = try quoted()
      if isCommaSeparated {
        guard rest.isEmpty || rest.first == UInt8(ascii: ",") else {
          throw .unexpected("a comma was expected behind '\(text)'")
        }
        skipComma()
      }
      return Value(text: text, isQuoted: true)
    }
    let isCommaSeparated = isCommaSeparated
    let bytes = rest.prefix {
      isCommaSeparated ? $0 != UInt8(ascii: ",") : !Self.isBlank($0)
    }
    rest = rest[bytes.endIndex...]
    skipBlanks()
    if isCommaSeparated { skipComma() }
    return Value(text: Self.text(bytes), isQuoted: false)
  }

  /// Takes a name, which a brace may follow at once.
  mutating func nextName() throws(Failure) -> String? {
    guard let first = rest.first else { return nil }
    if Self.isQuote(first) { return try quoted() }
    let bytes = rest.prefix { !Self.isBlank($0) && $0 != UInt8(ascii: "{") }
    rest = rest[bytes.endIndex...]
    skipBlanks()
    return Self.text(bytes)
  }

  /// Takes the next of the values between braces.
  ///
  /// - Returns: The value, or nil at the closing brace.
  /// - Throws: Why the line cannot be read.
  mutating func nextLevel() throws(Failure) -> String? {
    while skip(UInt8(ascii: ",")) {}
    guard let first = rest.first else { throw .unexpected("a closing brace was expected") }
    if skip(UInt8(ascii: "}")) { return nil }
    if Self.isQuote(first) { return try quoted() }
    let bytes = rest.prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") }
    rest = rest[bytes.endIndex...]
    return Self.text(bytes)
  }

  /// Takes the next of the pairs of a sparse row.
  ///
  /// - Returns: The attribute and its value, or nil at the closing brace.
  /// - Throws: Why the line cannot be read.
  mutating func nextPair() throws(Failure) -> (index: Int, value: Value)? {
    while skip(UInt8(ascii: ",")) {}
    if skip(UInt8(ascii: "}")) {
      guard rest.isEmpty else { throw .unexpected("nothing was expected behind the closing brace") }
      return nil
    }
    let digits = rest.prefix { 0x30...0x39 ~= $0 }
    guard let index = Int(String(decoding: digits, as: UTF8.self)) else {
      throw .unexpected(
        rest.isEmpty
          ? "a closing brace was expected" : "an attribute's index was expected in a sparse row")
    }
    rest = rest[digits.endIndex...]
    skipBlanks()
    if let first = rest.first, Self.isQuote(first) {
      return (index, Value(text: try quoted(), isQuoted: true))
    }
    let bytes = rest.prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") }
    rest = rest[bytes.endIndex...]
    return (index, Value(text: Self.text(bytes), isQuoted: false))
  }

  /// Passes over a byte, if it comes next, and blanks behind it.
  mutating func skip(_ byte: UInt8) -> Bool {
    guard rest.first == byte else { return false }
    rest = rest.dropFirst()
    skipBlanks()
    return true
  }

  private mutating func skipComma() {
    isBehindComma = skip(UInt8(ascii: ","))
  }

  private mutating func skipBlanks() { rest = rest.drop(while: Self.isBlank) }

  private mutating func quoted() throws(Failure) -> String {
    let quote = rest.first
    var bytes: [UInt8] = []
    var position = rest.startIndex + 1
    while position < rest.endIndex, rest[position] != quote {
      if rest[position] == UInt8(ascii: "\\"), position + 1 < rest.endIndex { position += 1 }
      bytes.append(rest[position])
      position += 1
    }
    guard position < rest.endIndex else { throw .unterminatedQuote }
    rest = rest[(position + 1)...]
    skipBlanks()
    return String(cell: bytes)
  }

  private static func text(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String {
    String(cell: bytes).trimmingBlanks()
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private static func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"")
  }
}
