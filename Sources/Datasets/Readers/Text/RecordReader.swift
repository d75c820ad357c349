#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The records of a text file: its lines, except that a line end inside quotation marks is text.
///
/// Lines end in LF or CR LF, or in CR where the beginning of the file has no LF.
struct RecordReader: ~Copyable {
  /// One record, without its line end; the bytes are valid until the next one is read.
  struct Record {
    let bytes: UnsafeBufferPointer<UInt8>
    /// The line on which it begins, from 1.
    let line: Int
    /// Whether it is a comment, which has no quotation marks.
    var isComment = false

    /// Whether nothing is in it but blanks, or the mark of the end of a file of old.
    var isBlank: Bool { bytes.allSatisfy { $0 == 0x20 } || bytes.elementsEqual([0x1a]) }
  }

  private var stream: ByteStream
  private var buffer: UnsafeMutableBufferPointer<UInt8>
  private var start = 0
  private var end = 0
  private var nextLine = 1
  private var isAtStart = true
  private var isAtEnd = false
  private let comment: UInt8?
  private let hasQuotation: Bool
  private var lineEnd = UInt8(ascii: "\n")
  /// Whether the buffer may hold bytes that are not ASCII.
  private var hasHighBytes = false
  /// The first line that is not UTF-8.
  private var foreignLine: Int?

  private static let bufferSize = 1 << 18
  private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

  /// Begins to read.
  ///
  /// - Parameters:
  ///   - stream: The file from its beginning.
  ///   - comment: What a comment begins with, or nil.
  ///   - hasQuotation: Whether a line end inside quotation marks is text.
  init(_ stream: consuming ByteStream, comment: UInt8? = nil, hasQuotation: Bool = true) {
    self.comment = comment
    self.hasQuotation = hasQuotation
    // A small file is read at once, with room for one byte more so that its end is seen.
    let wanted = stream.isCompressed ? Self.bufferSize : stream.fileSize + 1
    buffer = .allocate(capacity: min(max(wanted, 1 << 12), Self.bufferSize))
    self.stream = stream
  }

  deinit {
    buffer.deallocate()
  }

  /// The file being read.
  var path: String { stream.path }

  /// The bytes read so far, all of them behind the last record.
  var byteCount: Int { stream.deliveredCount }

  /// A note on records that were not UTF-8; nil if all were.
  var encodingNote: String? {
    foreignLine.map { "line \($0) is not UTF-8: such texts are read as Latin-1 (Windows-1252)" }
  }

  /// Reads the next record.
  ///
  /// - Returns: The record, or nil at the end of the file.
  /// - Throws: What is wrong with the file, and where.
  mutating func next() throws(DatasetError) -> Record? {
    if start == end, !isAtEnd { try refill() }
    let isComment = start < end && buffer[start] == comment
    var scanned = 0
    var lineCount = 1
    var quoteCount = 0
    var cell = CellLength()
    while true {
      if let length = distance(to: lineEnd, from: start + scanned) {
        if hasQuotation, !isComment {
          quoteCount += quotes(in: (start + scanned)..<(start + scanned + length))
        }
        scanned += length
        if quoteCount.isMultiple(of: 2) {
          return take(scanned, terminator: 1, lines: lineCount, isComment: isComment)
        }
        scanned += 1
        lineCount += 1
        try extend(&cell, to: scanned, isQuoted: true)
      } else if isAtEnd {
        if hasQuotation, !isComment { quoteCount += quotes(in: (start + scanned)..<end) }
        guard quoteCount.isMultiple(of: 2) else {
          throw .unterminatedQuote(path: path, line: nextLine)
        }
        guard start < end else { return nil }
        return take(end - start, terminator: 0, lines: lineCount, isComment: isComment)
      } else {
        if hasQuotation, !isComment { quoteCount += quotes(in: (start + scanned)..<end) }
        scanned = end - start
        try extend(&cell, to: scanned, isQuoted: !quoteCount.isMultiple(of: 2))
        try refill()
      }
    }
  }

  /// The last cell of a record that is not read to its end.
  private struct CellLength {
    static let largest = 1 << 20
    /// Where it begins, and up to where it was looked at, from the beginning of the record.
    var (start, end) = (0, 0)
  }

  /// Refuses a cell that no table has, before the buffer grows with it.
  private func extend(
    _ cell: inout CellLength, to end: Int, isQuoted: Bool
  ) throws(DatasetError) {
    let ends = isQuoted ? Array("\"".utf8) : Array(",;\t \"".utf8)
    if let last = (cell.end..<end).last(where: { ends.contains(buffer[start + $0]) }) {
      cell.start = last
    }
    cell.end = end
    guard end - cell.start > CellLength.largest else { return }
    throw .unexpectedLine(
      path: path, line: nextLine,
      reason: "a cell of more than 1 MiB"
        + (isQuoted ? "; is a quotation mark not closed?" : "; is this a table?"))
  }

  private mutating func take(
    _ length: Int, terminator: Int, lines: Int, isComment: Bool
  ) -> Record {
    let hasReturn = length > 0 && buffer[start + length - 1] == UInt8(ascii: "\r")
    let bytes = UnsafeBufferPointer(
      rebasing: buffer[start..<(start + length - (hasReturn ? 1 : 0))])
    defer {
      start += length + terminator
      nextLine += lines
    }
    if hasHighBytes, foreignLine == nil, !isComment, bytes.contains(where: { $0 >= 0x80 }),
      String(validating: bytes, as: UTF8.self) == nil
    {
      foreignLine = nextLine
    }
    return Record(bytes: bytes, line: nextLine, isComment: isComment)
  }

  /// Moves what is left to the front, makes room if there is none, and reads on.
  private mutating func refill() throws(DatasetError) {
    let rest = end - start
    if rest > buffer.count / 2 {
      let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 2 * buffer.count)
      _ = larger.update(fromContentsOf: buffer[start..<end])
      buffer.deallocate()
      buffer = larger
    } else if rest > 0, let base = buffer.baseAddress {
      memmove(base, base + start, rest)
    }
    (start, end) = (0, rest)
    let room = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[end...]))
    let count = try stream.read(into: room)
    end += count
    isAtEnd = count < room.count
    var bits: UInt8 = 0
    for byte in UnsafeBufferPointer(rebasing: buffer[rest..<end]) { bits |= byte }
    hasHighBytes = bits >= 0x80 || hasHighBytes && rest > 0
    guard isAtStart else { return }
    isAtStart = false
    if buffer[..<end].starts(with: Self.byteOrderMark) { start = 3 }
    if distance(to: lineEnd, from: 0) == nil, distance(to: UInt8(ascii: "\r"), from: 0) != nil {
      lineEnd = UInt8(ascii: "\r")
    }
  }

  private func distance(to byte: UInt8, from position: Int, below limit: Int? = nil) -> Int? {
    guard let base = buffer.baseAddress,
      let found = memchr(base + position, Int32(byte), (limit ?? end) - position)
    else { return nil }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base + position)
  }

  private func quotes(in range: Range<Int>) -> Int {
    var count = 0
    var position = range.lowerBound
    while let step = distance(to: UInt8(ascii: "\""), from: position, below: range.upperBound) {
      count += 1
      position += step + 1
    }
    return count
  }
}
