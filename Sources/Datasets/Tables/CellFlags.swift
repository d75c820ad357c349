/// What a column was seen to hold; what follows is its narrowest exact type.
struct CellFlags: OptionSet, Sendable {
  let rawValue: UInt16

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
  /// A number is so large that `Float` holds no fraction of it, and it has one.
  static let losesFraction = CellFlags(rawValue: 256)
  /// A number is nearer to 0 than `Float` can tell.
  static let isTiny = CellFlags(rawValue: 512)
  /// A number is infinite.
  static let isInfinite = CellFlags(rawValue: 1024)

  /// What one number shows; NaN is a missing cell.
  @inline(__always)
  init(_ number: Double) {
    if number >= 0 && number < 255 && number == number.rounded(.towardZero) {
      self = []
    } else {
      self = Self.other(number)
    }
  }

  init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  private static func other(_ number: Double) -> CellFlags {
    if number.isNaN { return .missing }
    var flags = loss(number).union(.beyondUInt8)
    guard number == number.rounded(.towardZero), abs(number) <= 2_147_483_648,
      number < 2_147_483_648
    else { return flags.union([.beyondInt16, .beyondInt32]) }
    if number == 255 { return .isUInt8Sentinel }
    if number < -32_768 || number > 32_767 { flags.insert(.beyondInt16) }
    if number == -32_768 { flags.insert(.isInt16Sentinel) }
    if number == -2_147_483_648 { flags.insert(.isInt32Sentinel) }
    return flags
  }

  /// What `Float` cannot hold of a number.
  ///
  /// That decimals such as 0.1 are rounded is no loss that anybody would ask about: it is one where
  /// counts, identifiers or times would become equal, or small numbers nothing.
  @inline(__always)
  static func loss(_ number: Double) -> CellFlags {
    let size = abs(number)
    return size <= 0x1p24 && (size >= 0x1p-126 || size == 0) ? [] : unusualLoss(number)
  }

  private static func unusualLoss(_ number: Double) -> CellFlags {
    if number.isInfinite { return .isInfinite }
    guard abs(number) < 0x1p63, Double(Float(number)) != number else { return [] }
    if abs(number) < 1 { return .isTiny }
    return number == number.rounded(.towardZero) ? .isRounded : .losesFraction
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
