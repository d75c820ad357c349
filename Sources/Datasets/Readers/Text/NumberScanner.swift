/// Reads decimal numbers from text, an order of magnitude faster than the standard library.
///
/// The grammar is that of CSV files: a sign, digits with a point, an exponent. "nan", "inf" and
/// hexadecimal numbers are no numbers here.
enum NumberScanner {
  /// Reads a number that a cell begins with.
  ///
  /// Digits and a power of ten that are both exact in `Double` need one rounding (Clinger's fast
  /// path), up to 19 digits two products (`DecimalProduct`); the rest goes to the standard
  /// library.
  ///
  /// - Parameters:
  ///   - start: The first byte.
  ///   - end: Behind the last byte that may be read.
  ///   - point: The byte between the whole number and the fraction.
  /// - Returns: The number and where it ends, or nil if there is none.
  @inline(__always)
  static func scan(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
    point: UInt8 = UInt8(ascii: ".")
  ) -> (value: Double, end: UnsafePointer<UInt8>)? {
    var position = start
    var isNegative = false
    if position < end, isSign(position.pointee) {
      isNegative = position.pointee == UInt8(ascii: "-")
      position += 1
    }
    var digits: UInt64 = 0
    let integerStart = position
    position = scanDigits(position, end, into: &digits)
    var digitCount = position - integerStart
    var exponent = 0
    if position < end, position.pointee == point {
      let fractionStart = position + 1
      position = scanEightfold(fractionStart, end, into: &digits)
      exponent = fractionStart - position
      digitCount -= exponent
    }
    guard digitCount > 0 else { return nil }
    if position < end, position.pointee | 0x20 == UInt8(ascii: "e") {
      guard let (power, next) = scanExponent(position + 1, end) else { return nil }
      exponent += power
      position = next
    }
    if digitCount <= 19 {
      if digits <= 1 << 53, exponent >= -22, exponent <= 22 {
        let power = powersOfTen[abs(exponent)]
        let magnitude = exponent < 0 ? Double(digits) / power : Double(digits) * power
        return (isNegative ? -magnitude : magnitude, position)
      }
      if let magnitude = DecimalProduct.value(digits, exponent) {
        return (isNegative ? -magnitude : magnitude, position)
      }
    }
    return slowly(start, position, point).map { ($0, position) }
  }

  /// Reads digits that are many, or far from 1.
  @inline(never)
  private static func slowly(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ point: UInt8
  ) -> Double? {
    var bytes = Array(UnsafeBufferPointer(start: start, count: end - start))
    if let place = bytes.firstIndex(of: point) { bytes[place] = UInt8(ascii: ".") }
    return Double(String(decoding: bytes, as: UTF8.self))
  }

  /// Reads a text that is a number as a whole, blanks around it allowed.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - point: The byte between the whole number and the fraction.
  /// - Returns: The number, or nil if the text is none.
  static func number(_ text: String, point: UInt8) -> Double? {
    var text = text.trimmingBlanks()
    return text.withUTF8 { bytes in
      guard let base = bytes.baseAddress,
        let (value, end) = scan(base, base + bytes.count, point: point),
        end == base + bytes.count
      else { return nil }
      return value
    }
  }

  /// Reads a text that is a number with a decimal point as a whole, blanks around it allowed.
  ///
  /// - Parameter text: The text.
  /// - Returns: The number, or nil if the text is none.
  static func number(_ text: String) -> Double? { number(text, point: UInt8(ascii: ".")) }

  /// Whether a text says that a number is missing or infinite.
  ///
  /// - Parameter text: The text.
  /// - Returns: Whether it is "nan", "inf" or "infinity" in any case, with or without a sign.
  static func isNotFinite(_ text: String) -> Bool {
    let word = text.trimmingBlanks().lowercased().drop { $0 == "-" || $0 == "+" }
    return ["nan", "inf", "infinity"].contains(word)
  }

  /// The number that a whole cell of a table is, in digits or in words.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - point: The byte between the whole number and the fraction.
  /// - Returns: The number, infinite or NaN where the words say so; nil if the text is none, or one
  ///   beyond the range of `Float`.
  static func cell(_ text: String, point: UInt8 = UInt8(ascii: ".")) -> Double? {
    if let number = number(text, point: point) { return Float(number).isFinite ? number : nil }
    guard text.utf8.count <= 12, isNotFinite(text) else { return nil }
    if text.lowercased().contains("nan") { return .nan }
    return text.utf8.contains(UInt8(ascii: "-")) ? -.infinity : .infinity
  }

  @inline(__always)
  private static func isSign(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
  }

  @inline(__always)
  private static func scanDigits(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, into digits: inout UInt64
  ) -> UnsafePointer<UInt8> {
    var position = start
    while position < end {
      let digit = position.pointee &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      digits = digits &* 10 &+ UInt64(digit)
      position += 1
    }
    return position
  }

  /// As `scanDigits`, eight at a time while there are as many.
  @inline(__always)
  private static func scanEightfold(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, into digits: inout UInt64
  ) -> UnsafePointer<UInt8> {
    var position = start
    while end - position >= 8 {
      var word = UInt64(
        littleEndian: UnsafeRawPointer(position).loadUnaligned(as: UInt64.self))
      let high = word & 0xf0f0_f0f0_f0f0_f0f0
      let carried = ((word &+ 0x0606_0606_0606_0606) & 0xf0f0_f0f0_f0f0_f0f0) >> 4
      guard high | carried == 0x3333_3333_3333_3333 else { break }
      // Neighbours are joined: digits to pairs, pairs to fours, fours to eight.
      word = word &- 0x3030_3030_3030_3030
      word = word &* 10 &+ (word >> 8)
      let evens = (word & 0x0000_00ff_0000_00ff) &* 0x000f_4240_0000_0064
      let odds = ((word >> 16) & 0x0000_00ff_0000_00ff) &* 0x0000_2710_0000_0001
      digits = digits &* 100_000_000 &+ ((evens &+ odds) >> 32)
      position += 8
    }
    return scanDigits(position, end, into: &digits)
  }

  private static func scanExponent(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> (Int, UnsafePointer<UInt8>)? {
    var position = start
    let isNegative = position < end && position.pointee == UInt8(ascii: "-")
    if position < end, isSign(position.pointee) { position += 1 }
    var power: UInt64 = 0
    let digitsStart = position
    position = scanDigits(position, end, into: &power)
    guard position > digitsStart else { return nil }
    // Four digits are beyond any number; more could overflow.
    let size = position - digitsStart > 4 ? 9999 : Int(power)
    return (isNegative ? -size : size, position)
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}

extension String {
  /// The text without blanks and tabs at either end.
  func trimmingBlanks() -> String {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    guard let first = utf8.first, let last = utf8.last, isBlank(first) || isBlank(last) else {
      return self
    }
    let kept = utf8.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
    return String(decoding: Array(kept), as: UTF8.self)
  }
}
