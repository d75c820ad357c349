/// Where bytes are not the JSON that is expected.
struct JSONFault: Error, Hashable {
  /// The place, from 0.
  var offset: Int
  /// What should stand there.
  var expected: String
}

extension String {
  /// The text as an error shows it, which a hostile file cannot make arbitrarily long.
  var shown: String { count <= 80 ? self : prefix(79) + "\u{2026}" }
}

/// A place in bytes that are to be strict JSON: no comments, no second member of a name.
///
/// Nothing is recursive here; who reads values in values bounds how deep they may lie.
struct JSONScanner {
  private let bytes: [UInt8]
  /// The place of the next byte.
  private(set) var offset = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  func fault(_ expected: String) -> JSONFault { JSONFault(offset: offset, expected: expected) }

  /// Whether a byte comes next.
  func isAt(_ byte: UInt8) -> Bool { offset < bytes.count && bytes[offset] == byte }

  /// The next byte, or nil at the end.
  var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  mutating func skipBlanks() {
    while offset < bytes.count, Self.blanks.contains(bytes[offset]) { offset += 1 }
  }

  private static let blanks: [UInt8] = [0x20, 0x0a, 0x0d, 0x09]

  /// Goes behind a byte.
  mutating func take(_ byte: UInt8, _ expected: String) throws(JSONFault) {
    guard isAt(byte) else { throw fault(expected) }
    offset += 1
  }

  /// Goes behind a word such as `true`, if it comes next.
  mutating func takes(_ word: StaticString) -> Bool {
    let end = offset + word.utf8CodeUnitCount
    guard end <= bytes.count else { return false }
    let isThere = word.withUTF8Buffer { bytes[offset..<end].elementsEqual($0) }
    if isThere { offset = end }
    return isThere
  }

  /// Goes behind the blanks at the end.
  mutating func end() throws(JSONFault) {
    skipBlanks()
    if offset < bytes.count { throw fault("nothing but blanks behind the closing brace") }
  }

  /// Reads an object; the closure reads the value of a member, given its name.
  mutating func members(
    _ body: (inout JSONScanner, String) throws(JSONFault) -> Void
  ) throws(JSONFault) {
    var names: Set<String> = []
    try list("{", "}") { scanner throws(JSONFault) in
      let place = scanner.offset
      let name = try scanner.string()
      guard names.insert(name).inserted else {
        throw JSONFault(offset: place, expected: "each name once, not '\(name.shown)' again")
      }
      scanner.skipBlanks()
      try scanner.take(UInt8(ascii: ":"), "':' behind a name")
      scanner.skipBlanks()
      try body(&scanner, name)
    }
  }

  /// Reads an array; the closure reads an element.
  mutating func elements(
    _ body: (inout JSONScanner) throws(JSONFault) -> Void
  ) throws(JSONFault) {
    try list("[", "]", body)
  }

  private mutating func list(
    _ opening: UnicodeScalar, _ closing: UnicodeScalar,
    _ body: (inout JSONScanner) throws(JSONFault) -> Void
  ) throws(JSONFault) {
    try take(UInt8(ascii: opening), "'\(opening)'")
    skipBlanks()
    if isAt(UInt8(ascii: closing)) {
      offset += 1
      return
    }
    while true {
      try body(&self)
      skipBlanks()
      if isAt(UInt8(ascii: closing)) { break }
      try take(UInt8(ascii: ","), "',' or '\(closing)'")
      skipBlanks()
    }
    offset += 1
  }

  /// Reads an array of whole numbers, none negative.
  mutating func wholeNumbers() throws(JSONFault) -> [Int] {
    var numbers: [Int] = []
    try elements { scanner throws(JSONFault) in
      let place = scanner.offset
      guard let number = Int(try scanner.number()), number >= 0 else {
        throw JSONFault(offset: place, expected: "a whole number, not negative")
      }
      numbers.append(number)
    }
    return numbers
  }

  /// Reads a number and returns its text, which is as JSON wants it.
  mutating func number() throws(JSONFault) -> String {
    let start = offset
    if isAt(UInt8(ascii: "-")) { offset += 1 }
    let whole = offset
    try digits()
    if bytes[whole] == UInt8(ascii: "0"), offset > whole + 1 {
      throw JSONFault(offset: whole, expected: "a number without zeros before it")
    }
    if isAt(UInt8(ascii: ".")) {
      offset += 1
      try digits()
    }
    if isAt(UInt8(ascii: "e")) || isAt(UInt8(ascii: "E")) {
      offset += 1
      if isAt(UInt8(ascii: "+")) || isAt(UInt8(ascii: "-")) { offset += 1 }
      try digits()
    }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  private mutating func digits() throws(JSONFault) {
    let start = offset
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
    if offset == start { throw fault("a digit") }
  }
}

extension JSONScanner {
  /// Reads a text.
  mutating func string() throws(JSONFault) -> String {
    let start = offset
    try take(UInt8(ascii: "\""), "a text in quotation marks")
    var text: [UInt8] = []
    while true {
      guard let byte = next else { throw fault("a quotation mark at the end of the text") }
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        guard let valid = String(validating: text, as: UTF8.self) else {
          throw JSONFault(offset: start, expected: "a text in UTF-8")
        }
        return valid
      case UInt8(ascii: "\\"):
        text += String(try escaped()).utf8
      case ..<0x20:
        throw fault("an escape for the control character \(byte)")
      default:
        text.append(byte)
        offset += 1
      }
    }
  }

  private mutating func escaped() throws(JSONFault) -> Unicode.Scalar {
    let start = offset
    offset += 1
    let letter = next
    offset += 1
    switch letter.map({ Unicode.Scalar($0) }) {
    case "\"": return "\""
    case "\\": return "\\"
    case "/": return "/"
    case "b": return "\u{8}"
    case "f": return "\u{c}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u":
      let first = try unit()
      if let scalar = Unicode.Scalar(first) { return scalar }
      // A high surrogate is followed by a low one.
      if (0xd800..<0xdc00).contains(first), takes("\\u") {
        let second = try unit()
        if (0xdc00..<0xe000).contains(second) {
          let high = (UInt32(first) - 0xd800) << 10
          if let scalar = Unicode.Scalar(0x10000 + high + UInt32(second) - 0xdc00) { return scalar }
        }
      }
      throw JSONFault(offset: start, expected: "a whole surrogate pair")
    default:
      throw JSONFault(offset: start, expected: "an escape that JSON knows")
    }
  }

  /// Four hexadecimal digits.
  private mutating func unit() throws(JSONFault) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = next.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
        throw fault("a hexadecimal digit")
      }
      value = value << 4 | UInt16(digit)
      offset += 1
    }
    return value
  }
}
