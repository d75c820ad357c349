/// Damages files: the same seed and number give the same damage.
struct Mutation {
  private var state: UInt64

  init(seed: UInt64, number: Int) {
    state = seed &* 0x9e37_79b9_7f4a_7c15 ^ UInt64(number) &* 0xbf58_476d_1ce4_e5b9
  }

  /// SplitMix64.
  private mutating func next(below bound: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    bits ^= bits >> 31
    return Int(bits % UInt64(max(bound, 1)))
  }

  /// Numbers that lengths and offsets break at.
  private static let words: [UInt32] = [
    0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fff_ffff, 0x8000_0000,
    0xffff_ffff,
  ]

  /// Returns a damaged copy.
  mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0...next(below: 5) where !bytes.isEmpty {
      let position = next(below: bytes.count)
      switch next(below: 8) {
      case 0, 1: bytes[position] ^= 1 << UInt8(next(below: 8))
      case 2: bytes[position] = UInt8(next(below: 256))
      case 3, 4:
        let word = Self.words[next(below: Self.words.count)]
        let size = [1, 2, 4, 8][next(below: 4)]
        let isBigEndian = next(below: 2) == 0
        for index in 0..<min(size, bytes.count - position) {
          let shift = UInt32(8 * (isBigEndian ? size - 1 - index : index))
          bytes[position + index] = shift < 32 ? UInt8(truncatingIfNeeded: word >> shift) : 0
        }
      case 5:
        let source = next(below: bytes.count)
        for index in 0..<min(1 + next(below: 32), bytes.count - max(source, position)) {
          bytes[position + index] = bytes[source + index]
        }
      case 6:
        bytes.removeSubrange(position..<min(position + 1 + next(below: 16), bytes.count))
      default:
        if next(below: 8) == 0 { bytes.removeSubrange(position...) }
      }
    }
    return bytes
  }
}
