/// What a column was seen to hold; what follows is its narrowest exact type.
struct CellFlags: OptionSet, Sendable {
  let rawValue: UInt8

  /// A cell is missing.
  static let missing = CellFlags(rawValue: 1)
  /// A number is no integer in 0...255, or is the 255 that would stand for a missing cell.
  static let beyondUInt8 = CellFlags(rawValue: 2)
  static let isUInt8Sentinel = CellFlags(rawValue: 4)
  static let beyondInt16 = CellFlags(rawValue: 8)
  static let isInt16Sentinel = CellFlags(rawValue: 16)
  static let beyondInt32 = CellFlags(rawValue: 32)
  static let isInt32Sentinel = CellFlags(rawValue: 64)
  /// A whole number has more digits than the 24 bits of `Float` hold.
  static let isRounded = CellFlags(rawValue: 128)

  /// What one number shows; NaN is a missing cell.
  @inline(__always)
  init(_ number: Double) {
    if number >= 0 && number < 255 && number == number.rounded(.towardZero) {
      self = []
    } else {
      self = Self.other(number)
    }
  }

  init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  private static func other(_ number: Double) -> CellFlags {
    if number.isNaN { return .missing }
    var flags: CellFlags = needsRounding(number) ? [.beyondUInt8, .isRounded] : .beyondUInt8
    guard number == number.rounded(.towardZero), abs(number) <= 2_147_483_648,
      number < 2_147_483_648
    else { return flags.union([.beyondInt16, .beyondInt32]) }
    if number == 255 { return .isUInt8Sentinel }
    if number < -32_768 || number > 32_767 { flags.insert(.beyondInt16) }
    if number == -32_768 { flags.insert(.isInt16Sentinel) }
    if number == -2_147_483_648 { flags.insert(.isInt32Sentinel) }
    return flags
  }

  /// Whether a number is whole, of a size that counts and identifiers have, and `Float` has none
  /// such.
  @inline(__always)
  static func needsRounding(_ number: Double) -> Bool {
    abs(number) > 0x1p24 && abs(number) < 0x1p63 && number == number.rounded(.towardZero)
      && Double(Float(number)) != number
  }

  /// The narrowest type for all that was seen.
  var kind: CellKind {
    let hasMissing = contains(.missing)
    func fits(_ beyond: CellFlags, _ sentinel: CellFlags) -> Bool {
      !contains(beyond) && !(hasMissing && contains(sentinel))
    }
    let element: ElementType =
      if fits(.beyondUInt8, .isUInt8Sentinel) {
        .uint8
      } else if fits(.beyondInt16, .isInt16Sentinel) {
        .int16
      } else if fits(.beyondInt32, .isInt32Sentinel) { .int32 } else { .float }
    return CellKind(element: element, hasMissing: hasMissing)
  }
}

/// How the cells of a column lie.
struct CellKind: Sendable, Hashable {
  var element: ElementType
  var hasMissing: Bool

  /// All kinds, in the order of the blocks of a table.
  static let all = ElementType.allCases.flatMap { element in
    [false, true].map { CellKind(element: element, hasMissing: $0) }
  }

  /// The place of the kind in `all`.
  var index: Int { 2 * (Int(element.rawValue) - 1) + (hasMissing ? 1 : 0) }
}
