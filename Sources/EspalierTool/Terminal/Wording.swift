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

  /// What is left of a number: `5 of 10, 50.0 % fewer`.
  static func fewer(_ after: Int, than before: Int) -> String {
    "\(count(after)) of \(count(before)), \(decimal(100 * goneShare(after, before), 1)) % fewer"
  }

  /// The share of a number that is gone.
  static func goneShare(_ after: Int, _ before: Int) -> Double {
    1 - Double(after) / Double(max(before, 1))
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

  /// A whole number in few characters: `812`, `1.3 k`, `61.2 M`.
  static func short(_ count: Int) -> String { scaled(count, ["", " k", " M", " G", " T"]) }

  /// The time of a run: `812.4 us`, `1.30 ms`.
  static func time(_ seconds: Double) -> String {
    seconds < 1e-3 ? decimal(seconds * 1e6, 1) + " us" : decimal(seconds * 1e3, 2) + " ms"
  }

  /// A number of bytes: `812 B`, `1.3 MB`, a thousand of a unit being one of the next.
  static func bytes(_ count: Int) -> String {
    scaled(count, [" B", " kB", " MB", " GB", " TB"])
  }

  private static func scaled(_ count: Int, _ units: [String]) -> String {
    var value = Double(count)
    var unit = 0
    while value >= 999.5 && unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    return decimal(value, unit == 0 || value >= 99.95 ? 0 : 1) + units[unit]
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

  /// A part of a whole, the unit named once where both have the same: `12 of 16 us`.
  static func part(_ part: String, of whole: String) -> String {
    let words = (part.split(separator: " "), whole.split(separator: " "))
    let isShared = words.0.count == 2 && words.1.count == 2 && words.0[1] == words.1[1]
    return "\(isShared ? String(words.0[0]) : part) of \(whole)"
  }

  /// A named fact in lines of at most 80 columns, without control characters.
  static func fact(_ name: String, _ value: String) -> [String] {
    Terminal.printable(value).wrapped(to: 69).enumerated().map {
      ($0.offset == 0 ? name : "").padded(to: 11) + $0.element
    }
  }

  /// A metric's name for people: `rSquared` as `r squared`.
  static func metric(_ name: String) -> String {
    name.map { $0.isUppercase ? " " + $0.lowercased() : String($0) }.joined()
  }
}
