/// Returns a number with a fixed count of decimals, or a dash where it is not finite.
///
/// - Parameters:
///   - value: The number.
///   - decimals: The count of digits behind the point, 0...9.
/// - Returns: The number, its thousands not grouped.
func decimal(_ value: Double, _ decimals: Int) -> String {
  guard value.isFinite else { return "–" }
  let power = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
  guard abs(value) * power < 1e15 else { return "\(value)" }
  let scaled = Int((abs(value) * power).rounded())
  let sign = value < 0 && scaled > 0 ? "−" : ""
  let (whole, fraction) = scaled.quotientAndRemainder(dividingBy: Int(power))
  guard decimals > 0 else { return "\(sign)\(whole)" }
  let digits = String(fraction)
  return "\(sign)\(whole)." + String(repeating: "0", count: decimals - digits.count) + digits
}

/// Returns a number with about four significant digits.
func significant(_ value: Double) -> String {
  switch abs(value) {
  case 1000...: decimal(value, 0)
  case 100..<1000: decimal(value, 1)
  case 1..<100: decimal(value, 3)
  case 0: "0"
  case ..<0.0001: "\(value)".split(separator: "e").count == 2 ? shortExponent(value) : "\(value)"
  default: decimal(value, 4)
  }
}

private func shortExponent(_ value: Double) -> String {
  let parts = "\(value)".split(separator: "e")
  return "\(decimal(Double(parts[0]) ?? value, 2))e\(parts[1])"
}

/// Returns a whole number with its thousands grouped by narrow spaces.
func grouped(_ value: Int) -> String {
  let digits = Array(String(value.magnitude))
  let groups = stride(from: digits.count, to: 0, by: -3).map {
    String(digits[max($0 - 3, 0)..<$0])
  }
  return (value < 0 ? "−" : "") + groups.reversed().joined(separator: "\u{202F}")
}

/// Returns a large number with the prefix of its thousands and a unit, such as `1.3 G` or `1.3 GB`.
func shortCount(_ value: Int, unit: String = "") -> String {
  let prefixes = ["", "k", "M", "G", "T", "P", "E"]
  var rest = Double(value)
  var place = 0
  while abs(rest) >= 999.5 && place < prefixes.count - 1 {
    rest /= 1000
    place += 1
  }
  let suffix = prefixes[place] + unit
  return decimal(rest, place == 0 || abs(rest) >= 99.95 ? 0 : 1) + (suffix.isEmpty ? "" : " ")
    + suffix
}
