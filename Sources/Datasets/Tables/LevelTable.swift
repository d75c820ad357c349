/// The distinct texts of a column, numbered in the order of their first row.
struct LevelTable: Sendable {
  private(set) var texts: [String] = []
  /// How many rows have each text.
  private(set) var counts: [Int] = []
  /// The texts as bytes, one after the other, and where each ends.
  private var bytes: [UInt8] = []
  private var ends: [Int] = [0]
  /// Open addressing: codes, or -1; a power of two, at most half full.
  private var slots = [Int32](repeating: -1, count: 16)
  /// No more texts than that are told apart: what has more is no category.
  static let limit = 1 << 20
  /// Nor are texts of more bytes together.
  private static let byteLimit = 1 << 28

  /// Whether there were too many texts.
  private(set) var isOverfull = false

  var count: Int { texts.count }

  /// The number of a text, which is new or known.
  ///
  /// - Parameter text: The text as UTF-8.
  /// - Returns: The number; 0 once there are too many.
  mutating func code(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    let mask = slots.count - 1
    var slot = Self.hash(text) & mask
    while slots[slot] >= 0 {
      let code = Int(slots[slot])
      if matches(code, text) {
        counts[code] += 1
        return code
      }
      slot = (slot + 1) & mask
    }
    guard count < Self.limit, bytes.count < Self.byteLimit else {
      isOverfull = true
      return 0
    }
    let code = count
    slots[slot] = Int32(code)
    texts.append(String(cell: text))
    counts.append(1)
    bytes.append(contentsOf: text)
    ends.append(bytes.count)
    if 2 * count > slots.count { grow() }
    return code
  }

  /// The number of a text, which is new or known.
  mutating func code(_ text: String) -> Int {
    var text = text
    return text.withUTF8 { code($0) }
  }

  private func matches(_ code: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let known = ends[code]..<ends[code + 1]
    return known.count == text.count && bytes[known].elementsEqual(text)
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: 2 * slots.count)
    let mask = slots.count - 1
    bytes.withUnsafeBufferPointer { bytes in
      for code in texts.indices {
        let text = UnsafeBufferPointer(rebasing: bytes[ends[code]..<ends[code + 1]])
        var slot = Self.hash(text) & mask
        while slots[slot] >= 0 { slot = (slot + 1) & mask }
        slots[slot] = Int32(code)
      }
    }
  }

  private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    var state: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return Int(truncatingIfNeeded: (state ^ (state >> 32)) & 0x7fff_ffff)
  }

  /// The texts in their one order, by value if all are numbers and by Unicode scalars otherwise,
  /// and the place of each in it.
  func sorted() -> (texts: [String], places: [Int]) {
    let order = sortedLabels(texts)
    var places = [Int](repeating: 0, count: count)
    for (place, code) in order.enumerated() { places[code] = place }
    return (order.map { texts[$0] }, places)
  }
}

/// The order of labels: by value if all are numbers, else by Unicode scalars.
func sortedLabels(_ texts: [String]) -> [Int] {
  let values = texts.compactMap(NumberScanner.number)
  return values.count == texts.count
    ? texts.indices.sorted { values[$0] < values[$1] }
    : texts.indices.sorted {
      texts[$0].unicodeScalars.lexicographicallyPrecedes(texts[$1].unicodeScalars)
    }
}
