import Foundation

/// Numbers as people read them.
enum Wording {
  /// A whole number with its thousands set apart.
  static func count(_ value: Int) -> String {
    let digits = String(value.magnitude)
    let groups = stride(from: digits.count, to: 0, by: -3).map {
      digits.dropLast(digits.count - $0).suffix(3)
    }
    return (value < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
  }

  /// A number of things: `1 row`, `2 rows`.
  static func count(_ value: Int, _ noun: String, plural: String? = nil) -> String {
    "\(count(value)) \(value == 1 ? noun : plural ?? noun + "s")"
  }

  /// A number with a fixed count of decimals; a dash where it is not finite.
  static func decimal(_ value: Double, _ decimals: Int) -> String {
    value.isFinite ? String(format: "%.\(decimals)f", value) : "-"
  }

  /// A number with about four digits.
  static func score(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    return switch abs(value) {
    case 0: "0"
    case 1e6..., ..<1e-3: String(format: "%.2e", value)
    case 1000...: decimal(value, 0)
    case 10...: decimal(value, 2)
    default: decimal(value, 4)
    }
  }

  /// A duration: `3 ms`, `0.42 s`, `12.3 s`, `3 min 5 s`, `2 h 10 min`.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite else { return "-" }
    if seconds < 0.1 { return decimal(seconds * 1000, 0) + " ms" }
    if seconds < 10 { return decimal(seconds, 2) + " s" }
    if seconds < 60 { return decimal(seconds, 1) + " s" }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole / 60 % 60) min"
  }

  /// A metric's name for people: `rSquared` as `r squared`.
  static func metric(_ name: String) -> String {
    name.map { $0.isUppercase ? " " + $0.lowercased() : String($0) }.joined()
  }
}
