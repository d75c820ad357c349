/// Digits times a power of ten, correctly rounded, by one or two products of integers.
///
///     w · 10^q = w · 5^q · 2^q,   5^q as 128 bits, the first of them set
///
/// - Source: Lemire, "Number parsing at a gigabyte per second", Software: Practice and Experience
///   51 (2021), Algorithm 1; Mushtak and Lemire, "Fast number parsing without fallback" (2023).
/// - Note: Only powers within -54...55, which is nearly all that people write; the powers are
///   computed when first needed.
enum DecimalProduct {
  private static let smallest = -54
  private static let largest = 55

  /// Multiplies digits by a power of ten.
  ///
  /// - Parameters:
  ///   - digits: The digits.
  ///   - exponent: The power.
  /// - Returns: The nearest `Double`, or nil where this way is not sure.
  static func value(_ digits: UInt64, _ exponent: Int) -> Double? {
    guard digits != 0 else { return 0 }
    guard exponent >= smallest, exponent <= largest else { return nil }
    let shift = digits.leadingZeroBitCount
    let power = powersOfFive[exponent - smallest]
    let factor = digits << UInt64(shift)
    var product = factor.multipliedFullWidth(by: UInt64(truncatingIfNeeded: power >> 64))
    if product.high & 0x1ff == 0x1ff {
      let correction = factor.multipliedFullWidth(by: UInt64(truncatingIfNeeded: power)).high
      let (low, carry) = product.low.addingReportingOverflow(correction)
      product = (product.high &+ (carry ? 1 : 0), low)
    }
    if product.low == .max, exponent < -27 { return nil }
    let upperBit = product.high >> 63
    var mantissa = product.high >> (upperBit + 9)
    // floor(log2(10) · q) by its binary fraction.
    var binary = ((217_706 * exponent) >> 16) + 63 + Int(upperBit) - shift + 1023
    guard binary > 0 else { return nil }
    if product.low <= 1, exponent >= -4, exponent <= 23, mantissa & 3 == 1,
      mantissa << (upperBit + 9) == product.high
    {
      // Just between two numbers: to the even one.
      mantissa &= ~1
    }
    mantissa = (mantissa + (mantissa & 1)) >> 1
    if mantissa >= 2 << 52 {
      mantissa = 1 << 52
      binary += 1
    }
    guard binary < 0x7ff else { return nil }
    return Double(bitPattern: UInt64(binary) << 52 | (mantissa & ~(1 << 52)))
  }

  /// 5^q for each q, shifted so that the first bit is set.
  private static let powersOfFive: [UInt128] = (smallest...largest).map { exponent in
    var power: UInt128 = 1
    for _ in 0..<abs(exponent) { power *= 5 }
    if exponent >= 0 { return power << UInt128(power.leadingZeroBitCount) }
    // 2^b / 5^-q by long division, b such that the quotient has 128 bits.
    var (quotient, rest): (UInt128, UInt128) = (0, 1)
    while quotient.leadingZeroBitCount > 0 {
      rest <<= 1
      quotient <<= 1
      if rest >= power {
        rest -= power
        quotient |= 1
      }
    }
    return exponent >= -27 ? quotient + 1 : quotient
  }
}
