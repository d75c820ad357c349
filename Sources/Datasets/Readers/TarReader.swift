/// Reads the files of a tar archive one after the other: POSIX ustar and pax, and GNU's long names.
///
///     header     512 bytes: name 100, mode 8, owner 8, group 8, size 12, time 12, checksum 8,
///                type 1, link 100, "ustar" 8, names and device 80, prefix 155
///     content    size bytes, filled up to 512
///     two blocks of zeros in the end
struct TarReader: ~Copyable {
  /// A file of the archive.
  struct Entry: Equatable {
    let name: String
    let byteCount: Int
  }

  private var stream: ByteStream
  /// What is left of the current content, and of the bytes that fill it up.
  private var rest = 0
  private var padding = 0
  private var blockCount = 0

  /// Names and extended headers are not longer than that.
  private static let longestName = 1 << 16

  init(_ stream: consuming ByteStream) {
    self.stream = stream
  }

  /// Whether the first bytes of a file are those of an archive.
  static func isLikely(_ head: [UInt8]) -> Bool {
    head.count >= 512 && head[257..<262].elementsEqual("ustar".utf8)
  }

  /// Goes to the next file.
  ///
  /// - Returns: Its name and size, or nil at the end of the archive.
  /// - Throws: `DatasetError.corrupt`.
  mutating func next() throws(DatasetError) -> Entry? {
    var (longName, longSize): (String?, Int?) = (nil, nil)
    while true {
      try skip(rest + padding)
      (rest, padding) = (0, 0)
      let block = try stream.read(512)
      blockCount += 1
      if block.isEmpty || block.allSatisfy({ $0 == 0 }) { return nil }
      guard block.count == 512 else { throw damaged("the archive is truncated") }
      guard Self.checksum(block) == Self.number(block[148..<156]) else {
        throw damaged("the checksum of a header is wrong")
      }
      guard let size = longSize ?? Self.number(block[124..<136]), size < 1 << 48,
        stream.isCompressed ? size / 1032 <= stream.fileSize : size <= stream.fileSize
      else { throw damaged("a header promises more bytes than the archive has") }
      (rest, padding) = (size, (512 - size % 512) % 512)
      switch block[156] {
      case UInt8(ascii: "L"):
        longName = Self.text(try content(limit: Self.longestName)[...])
      case UInt8(ascii: "x"):
        let fields = Self.fields(try content(limit: Self.longestName))
        longName = fields["path"] ?? longName
        if let text = fields["size"] {
          guard let size = Int(text), size >= 0 else { throw damaged("a size is no number") }
          longSize = size
        }
      case 0, UInt8(ascii: "0"), UInt8(ascii: "7"):
        let name = longName ?? Self.name(block)
        if name.hasSuffix("/") {
          (longName, longSize) = (nil, nil)
          continue
        }
        return Entry(name: name, byteCount: size)
      default:  // a folder, a link, a device, or headers for all that follows
        if block[156] != UInt8(ascii: "K") { (longName, longSize) = (nil, nil) }
      }
    }
  }

  /// Reads the content of the current file.
  ///
  /// - Parameter limit: The largest size that is read.
  /// - Returns: The content.
  /// - Throws: `DatasetError.corrupt` if it is cut off or larger.
  mutating func content(limit: Int) throws(DatasetError) -> [UInt8] {
    guard rest <= limit else { throw damaged("a file or name of \(rest) bytes") }
    let bytes = try stream.read(rest)
    guard bytes.count == rest else { throw damaged("the archive is truncated") }
    rest = 0
    return bytes
  }

  private mutating func skip(_ count: Int) throws(DatasetError) {
    var left = count
    while left > 0 {
      let bytes = try stream.read(min(left, 1 << 20))
      guard !bytes.isEmpty else { throw damaged("the archive is truncated") }
      left -= bytes.count
    }
  }

  private func damaged(_ reason: String) -> DatasetError {
    .corrupt(path: stream.path, reason: "tar archive: \(reason) (block \(blockCount))")
  }

  /// The sum of all bytes, those of the checksum counted as blanks.
  private static func checksum(_ block: [UInt8]) -> Int {
    block.indices.reduce(0) { $0 + ((148..<156).contains($1) ? 32 : Int(block[$1])) }
  }

  /// Octal digits, or with the first bit set a binary number.
  private static func number(_ field: ArraySlice<UInt8>) -> Int? {
    if let first = field.first, first & 0x80 != 0 {
      guard first == 0x80, field.dropFirst().prefix(field.count - 8).allSatisfy({ $0 == 0 }) else {
        return nil
      }
      let value = field.suffix(7).reduce(0) { $0 << 8 | Int($1) }
      return value
    }
    let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
    guard digits.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 << 3 | Int($1 - 0x30) }
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// The name with its prefix, which only POSIX's headers have.
  private static func name(_ block: [UInt8]) -> String {
    let name = text(block[0..<100])
    let isPOSIX = block[257..<263].elementsEqual("ustar\0".utf8)
    let prefix = isPOSIX ? text(block[345..<500]) : ""
    return prefix.isEmpty ? name : prefix + "/" + name
  }

  /// The fields of an extended header: length, blank, key, equals sign, value, line end.
  private static func fields(_ bytes: [UInt8]) -> [String: String] {
    var fields: [String: String] = [:]
    var position = 0
    while position < bytes.count, let blank = bytes[position...].firstIndex(of: 0x20),
      let length = Int(String(decoding: bytes[position..<blank], as: UTF8.self)),
      length > blank - position + 1, length <= bytes.count - position
    {
      let line = bytes[(blank + 1)..<(position + length - 1)]
      if let sign = line.firstIndex(of: UInt8(ascii: "=")) {
        fields[String(decoding: line[..<sign], as: UTF8.self)] = String(
          decoding: line[(sign + 1)...], as: UTF8.self)
      }
      position += length
    }
    return fields
  }
}
