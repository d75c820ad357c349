extension String {
  /// Makes a text of the bytes of a file: UTF-8, or else Windows-1252, of which Latin-1 is a part.
  ///
  /// Different bytes are different texts, so that no two categories become one.
  ///
  /// - Parameter bytes: The bytes of one name or cell.
  init(cell bytes: some BidirectionalCollection<UInt8>) {
    if let text = String(validating: bytes, as: UTF8.self) {
      self = text
      return
    }
    self.init()
    for byte in bytes {
      unicodeScalars.append(
        0x80...0x9f ~= byte ? windowsScalars[Int(byte) - 0x80] : Unicode.Scalar(byte))
    }
  }
}

/// What Windows-1252 has where Latin-1 has control characters, of which it leaves five.
private let windowsScalars = Array(
  "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ".unicodeScalars)
