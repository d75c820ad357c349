/// A 64-bit fingerprint of bytes, eight at a time, mixed in the manner of xxHash64.
///
/// It tells data apart by accident, not by malice: it is not cryptographic.
struct ContentHash {
  private var state: UInt64 = 0x9e37_79b1_85eb_ca87

  /// The fingerprint so far, as 16 hexadecimal digits.
  var text: String {
    var bits = state
    bits = (bits ^ (bits >> 33)) &* 0xc2b2_ae3d_27d4_eb4f
    bits = (bits ^ (bits >> 29)) &* 0x1656_67b1_9e37_79f9
    bits ^= bits >> 32
    let digits = String(bits, radix: 16)
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

extension FeatureStore {
  /// A fingerprint of the values of each column, the same for every type that they may lie in.
  ///
  /// - Returns: One word per column; a missing cell counts as NaN.
  func columnHashes() -> [UInt64] {
    var store = self
    store.fills = nil
    var hashes = ColumnHashes(columnCount: columnCount)
    let (width, height) = (1024, 16)
    var block = [Float](repeating: 0, count: min(width, columnCount) * height)
    for start in stride(from: 0, to: columnCount, by: width) {
      let columns = start..<min(start + width, columnCount)
      let gatherer = ColumnGatherer(store, columns: Array(columns), scaler: nil)
      for first in stride(from: 0, to: rowCount, by: height) {
        let rows = Array(first..<min(first + height, rowCount))
        block.withUnsafeMutableBufferPointer { block in
          gatherer.gather(rows: rows, into: block)
          for line in rows.indices {
            let cells = block[(line * columns.count)..<((line + 1) * columns.count)]
            hashes.add(UnsafeBufferPointer(rebasing: cells), columns: columns)
          }
        }
      }
    }
    return hashes.words
  }
}

/// The fingerprint of each column, as rows come in.
struct ColumnHashes {
  private(set) var words: [UInt64]

  init(columnCount: Int) {
    words = [UInt64](repeating: 0x9e37_79b1_85eb_ca87, count: columnCount)
  }

  /// Takes in a row of some columns.
  mutating func add(_ line: UnsafeBufferPointer<Float>, columns: Range<Int>) {
    words.withUnsafeMutableBufferPointer { words in
      for (j, column) in columns.enumerated() {
        words[column] = Self.mixed(words[column], line[j])
      }
    }
  }

  /// Zeros are one number, and so are all kinds of NaN.
  @inline(__always)
  static func mixed(_ word: UInt64, _ value: Float) -> UInt64 {
    let bits = value == 0 ? 0 : value.isNaN ? 0x7fc0_0000 : value.bitPattern
    let state = (word ^ UInt64(bits)) &* 0xc2b2_ae3d_27d4_eb4f
    return state ^ (state >> 29)
  }
}
