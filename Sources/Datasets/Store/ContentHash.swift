/// A 64-bit fingerprint of bytes, eight at a time, mixed in the manner of xxHash64.
///
/// It tells data apart by accident, not by malice: it is not cryptographic.
struct ContentHash {
  private var state: UInt64 = 0x9e37_79b1_85eb_ca87

  /// The fingerprint so far.
  var word: UInt64 {
    var bits = state
    bits = (bits ^ (bits >> 33)) &* 0xc2b2_ae3d_27d4_eb4f
    bits = (bits ^ (bits >> 29)) &* 0x1656_67b1_9e37_79f9
    return bits ^ (bits >> 32)
  }

  /// The fingerprint so far, as 16 hexadecimal digits.
  var text: String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  mutating func combine(_ word: UInt64) {
    let mixed = state ^ (word &* 0xc2b2_ae3d_27d4_eb4f)
    state = ((mixed << 27) | (mixed >> 37)) &* 0x9e37_79b1_85eb_ca87 &+ 0x85eb_ca77_c2b2_ae63
  }

  /// The length goes in as well, so that neighbours cannot exchange bytes.
  mutating func combine(_ bytes: UnsafeRawBufferPointer) {
    combine(UInt64(bytes.count))
    let wordCount = bytes.count / 8
    for position in 0..<wordCount {
      let word = bytes.loadUnaligned(fromByteOffset: 8 * position, as: UInt64.self)
      combine(UInt64(littleEndian: word))
    }
    var rest: UInt64 = 0
    for position in (8 * wordCount)..<bytes.count { rest = rest << 8 | UInt64(bytes[position]) }
    combine(rest)
  }

  mutating func combine(_ text: String) {
    combine(UInt64(text.utf8.count))
    for byte in text.utf8 { combine(UInt64(byte)) }
  }

  /// Takes in names and values, wherever and in whatever type the values lie.
  mutating func combine(_ features: FeatureStore) {
    combine(UInt64(features.rowCount))
    for name in features.columnNames { combine(name) }
    for hash in features.columnHashes() { combine(hash) }
  }
}
