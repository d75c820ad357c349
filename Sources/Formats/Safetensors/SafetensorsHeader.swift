/// The header of a safetensors file, every number of it checked.
///
///     8 bytes    the length of the header, lowest byte first
///     header     {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...,
///                 "__metadata__": {"key": "text", ...}}, blanks behind it
///     data       the arrays, without holes and overlaps
struct SafetensorsHeader {
  /// An array.
  struct Entry {
    var name: String
    var type: SafetensorsType
    var extents: [Int]
    /// Where in the data its bytes lie.
    var range: Range<Int>
  }

  /// The most dimensions of an array that are read; NumPy and PyTorch have no more either.
  static let highestRank = 64

  /// The longest header that is read, as in the reference implementation.
  static let longest = 100_000_000

  /// The arrays in the order of their bytes.
  private(set) var entries: [Entry] = []
  private(set) var metadata: [String: String] = [:]
  /// Where in the file the data begin.
  let dataStart: Int

  /// Reads a header; nothing is allocated before its length is known to be possible.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - path: The file, for errors.
  /// - Throws: `SafetensorsError.malformed` with the place.
  init(_ bytes: UnsafeRawBufferPointer, path: String) throws(SafetensorsError) {
    guard bytes.count >= 8 else {
      throw .malformed(
        path: path, offset: bytes.count, expected: "the length of the header in 8 bytes")
    }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    let longest = min(bytes.count - 8, Self.longest)
    guard length >= 2, length <= UInt64(longest) else {
      throw .malformed(
        path: path, offset: 0,
        expected: "a header of 2...\(max(longest, 2)) bytes, not of \(length)")
    }
    dataStart = 8 + Int(length)
    // A copy: a mapped file may change while it is read.
    let header = Array(bytes[8..<dataStart])
    var places: [Int]
    do {
      var scanner = JSONScanner(header)
      places = try read(&scanner)
    } catch {
      throw .malformed(path: path, offset: 8 + error.offset, expected: error.expected)
    }
    let order = entries.indices.sorted {
      let (first, second) = (entries[$0].range, entries[$1].range)
      return (first.lowerBound, first.upperBound, $0) < (second.lowerBound, second.upperBound, $1)
    }
    (entries, places) = (order.map { entries[$0] }, order.map { places[$0] })
    var end = 0
    for (entry, place) in zip(entries, places) {
      guard entry.range.lowerBound == end else {
        throw .malformed(
          path: path, offset: 8 + place,
          expected:
            "'\(entry.name.shown)' to begin at byte \(end) of the data, where the array before it"
            + " ends, not at \(entry.range.lowerBound)")
      }
      end = entry.range.upperBound
    }
    guard end == bytes.count - dataStart else {
      throw .malformed(
        path: path, offset: min(dataStart + end, bytes.count),
        expected: "\(end) bytes of data, not \(bytes.count - dataStart)")
    }
  }

  /// Reads all members.
  ///
  /// - Returns: Where the name of each array stands.
  private mutating func read(_ scanner: inout JSONScanner) throws(JSONFault) -> [Int] {
    var places: [Int] = []
    var arrays: [Entry] = []
    var texts: [String: String] = [:]
    guard scanner.isAt(UInt8(ascii: "{")) else {
      throw JSONFault(offset: 0, expected: "the header to begin with '{'")
    }
    try scanner.members { scanner, name throws(JSONFault) in
      if name == Safetensors.metadataKey {
        try scanner.members { scanner, key throws(JSONFault) in
          texts[key] = try scanner.string()
        }
      } else {
        places.append(scanner.offset)
        arrays.append(try Self.entry(name, &scanner))
      }
    }
    try scanner.end()
    (entries, metadata) = (arrays, texts)
    return places
  }

  private static func entry(
    _ name: String, _ scanner: inout JSONScanner
  ) throws(JSONFault) -> Entry {
    var type: SafetensorsType?
    var extents: [Int]?
    var offsets: [Int]?
    let start = scanner.offset
    try scanner.members { scanner, key throws(JSONFault) in
      let place = scanner.offset
      switch key {
      case "dtype":
        let text = try scanner.string()
        type = SafetensorsType(rawValue: text)
        if type == nil {
          throw JSONFault(
            offset: place,
            expected: "one of the types "
              + SafetensorsType.allCases.map(\.rawValue)
              .joined(separator: ", ") + ", not '\(text.shown)'")
        }
      case "shape":
        let numbers = try scanner.wholeNumbers()
        guard numbers.count <= highestRank else {
          throw JSONFault(offset: place, expected: "at most \(highestRank) dimensions")
        }
        extents = numbers
      case "data_offsets":
        let numbers = try scanner.wholeNumbers()
        guard numbers.count == 2, numbers[0] <= numbers[1] else {
          throw JSONFault(offset: place, expected: "where the array begins and ends: two numbers")
        }
        offsets = numbers
      default:
        throw JSONFault(
          offset: place,
          expected: "dtype, shape and data_offsets of '\(name.shown)', not '\(key.shown)'")
      }
    }
    guard let type, let extents, let offsets else {
      throw JSONFault(offset: start, expected: "dtype, shape and data_offsets of '\(name.shown)'")
    }
    let range = offsets[0]..<offsets[1]
    guard let needed = type.byteCount(of: extents), needed == range.count else {
      throw JSONFault(
        offset: start,
        expected:
          "as many bytes of '\(name.shown)' as \(type.rawValue) of shape \(extents) needs, not"
          + " \(range.count)")
    }
    return Entry(name: name, type: type, extents: extents, range: range)
  }
}
