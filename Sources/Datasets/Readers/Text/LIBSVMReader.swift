/// Reads the format of LIBSVM and SVMlight: a label and the values that are not zero.
///
///     +1 3:0.5 17:1     # a comment
///     1,3 qid:4 2:1
///
/// Columns are named by the file's own indices, `x0`, `x1` ... or, where no index is 0, `x1`,
/// `x2` ... They stay sparse, all in the narrowest type that is exact for them. The labels become
/// the column `label`; where rows have several, `label=1`, `label=3` ... of zeros and ones.
struct LIBSVMReader: ~Copyable {
  private var records: RecordReader
  private var cells = SparseCollector()
  private var labels = SparseLabels()
  private var largest: (index: UInt32, line: Int)?
  private var hasZeroIndex = false
  private var hasQuery = false

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - stream: The file from its beginning.
  ///   - columnLimit: How many columns a small file may have; a large one may have eight for
  ///     each byte.
  /// - Returns: The table.
  /// - Throws: What is wrong with the file, and where.
  static func read(
    _ stream: consuming ByteStream, columnLimit: Int = 1 << 20
  ) throws(DatasetError) -> Table {
    let records = RecordReader(stream, comment: UInt8(ascii: "#"), hasQuotation: false)
    var reader = LIBSVMReader(records: records)
    try reader.readRows()
    return try reader.table(columnLimit: columnLimit)
  }

  private init(records: consuming RecordReader) {
    self.records = records
  }

  private mutating func readRows() throws(DatasetError) {
    while let record = try records.next() {
      if record.isComment { continue }
      var tokens = BlankTokens(record.bytes)
      guard var token = tokens.next() else { continue }
      if token.firstIndex(of: UInt8(ascii: ":")) == nil {
        labels.take(token)
        guard let next = tokens.next() else {
          try endRow(record.line)
          continue
        }
        token = next
      }
      repeat { try take(token, line: record.line) } while tokens.advance(&token)
      try endRow(record.line)
    }
    guard cells.rowCount > 0 else { throw .noRows(path: records.path) }
  }

  private mutating func endRow(_ line: Int) throws(DatasetError) {
    labels.endRow()
    if let index = cells.endRow() {
      throw .unexpectedLine(path: records.path, line: line, reason: "index \(index) stands twice")
    }
  }

  /// Takes an index and its value.
  private mutating func take(
    _ token: UnsafeBufferPointer<UInt8>, line: Int
  ) throws(DatasetError) {
    if token.starts(with: "qid:".utf8) {
      hasQuery = true
      return
    }
    guard let base = token.baseAddress, let (index, value) = Self.pair(token) else {
      throw .unexpectedLine(
        path: records.path, line: line,
        reason: "'\(Self.shown(token))' found where INDEX:NUMBER was expected")
    }
    guard index < UInt64(Int32.max) else {
      throw .unexpectedLine(
        path: records.path, line: line,
        reason: "index \(index) is beyond the largest possible, \(Int32.max - 1)")
    }
    guard Float(value).isFinite else {
      throw .tooLargeCell(
        path: records.path, line: line, column: "x\(index)",
        text: String(decoding: UnsafeBufferPointer(start: base, count: token.count), as: UTF8.self))
    }
    let position = UInt32(index)
    if position == 0 { hasZeroIndex = true }
    if position >= largest?.index ?? 0 { largest = (position, line) }
    cells.append(position, value)
  }

  /// The beginning of what stands in the file, for errors.
  private static func shown(_ token: UnsafeBufferPointer<UInt8>) -> String {
    String(decoding: token.prefix(40), as: UTF8.self) + (token.count > 40 ? "..." : "")
  }

  /// Splits an index from its value.
  ///
  /// - Parameter token: The text without blanks.
  /// - Returns: Both, or nil if it is no such pair.
  static func pair(_ token: UnsafeBufferPointer<UInt8>) -> (index: UInt64, value: Double)? {
    guard let base = token.baseAddress,
      let colon = token.firstIndex(of: UInt8(ascii: ":")), 1...19 ~= colon
    else { return nil }
    var index: UInt64 = 0
    for byte in token[..<colon] {
      guard 0x30...0x39 ~= byte else { return nil }
      index = index * 10 + UInt64(byte - 0x30)
    }
    guard let (value, end) = NumberScanner.scan(base + colon + 1, base + token.count),
      end == base + token.count
    else { return nil }
    return (index, value)
  }

  private consuming func table(columnLimit: Int) throws(DatasetError) -> Table {
    let base = hasZeroIndex ? 0 : 1
    let width = Int(largest?.index ?? 0) + 1 - base
    guard width > 0 else { throw .noFeatures(path: records.path) }
    if let largest, width > max(columnLimit, 8 * records.byteCount) {
      throw .unexpectedLine(
        path: records.path, line: largest.line,
        reason: "index \(largest.index) is beyond what a file of \(records.byteCount) bytes can"
          + " fill; number the columns without gaps")
    }
    let slots = (0..<Int32(width + base)).map { $0 - Int32(base) }
    let names = (base..<(base + width)).map { "x\($0)" }
    var features = FeatureStore(
      parts: [.sparse(cells.block(slots: slots, width: width))], rowCount: cells.rowCount,
      columnNames: names)
    features.losses = cells.losses(slots: slots, names: names)
    var table = Table(features: features)
    table.absentColumnsAreZero = true
    labels.append(to: &table)
    if hasQuery { table.notes.append("the query ids (qid) are ignored") }
    return table
  }
}

/// The words of a line, up to a comment.
struct BlankTokens {
  private var rest: Slice<UnsafeBufferPointer<UInt8>>

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    rest = bytes.prefix { $0 != UInt8(ascii: "#") }
  }

  /// Takes the next word.
  mutating func next() -> UnsafeBufferPointer<UInt8>? {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }
    rest = rest.drop(while: isBlank)
    guard !rest.isEmpty else { return nil }
    let word = rest.prefix { !isBlank($0) }
    rest = rest[word.endIndex...]
    return UnsafeBufferPointer(rebasing: word)
  }

  /// Takes the next word, if there is one.
  mutating func advance(_ word: inout UnsafeBufferPointer<UInt8>) -> Bool {
    guard let next = next() else { return false }
    word = next
    return true
  }
}
