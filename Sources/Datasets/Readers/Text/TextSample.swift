/// The first records of a text file, kept so that its dialect can be told from them.
struct TextSample {
  /// One record.
  struct Record {
    let bytes: [UInt8]
    let line: Int

    /// Its cells as texts.
    func cells(_ syntax: CellSyntax) -> [String] {
      bytes.withUnsafeBufferPointer { CellScanner.texts($0, syntax) }
    }

    /// The number of its cells.
    func cellCount(_ syntax: CellSyntax) -> Int {
      bytes.withUnsafeBufferPointer { CellScanner.count($0, syntax) }
    }
  }

  /// The records that are neither blank nor comments.
  private(set) var records: [Record] = []
  /// A comment on the first line that is not blank.
  private(set) var leadingComment: Record?
  /// Whether these are all records of the file.
  private(set) var isWhole = false
  /// The lines among them that are no records.
  private(set) var skipped = SkippedLines()

  private static let largestCount = 100
  private static let largestByteCount = 1 << 18

  /// Takes records from the beginning of a file: at least three, if there are as many.
  ///
  /// - Parameter reader: The file.
  /// - Throws: What is wrong with the file, and where.
  init(_ reader: inout RecordReader) throws(DatasetError) {
    var byteCount = 0
    while records.count < 3
      || (records.count < Self.largestCount && byteCount < Self.largestByteCount)
    {
      guard let record = try reader.next() else {
        isWhole = true
        break
      }
      byteCount += record.bytes.count
      let isFirst = records.isEmpty && byteCount == record.bytes.count
      if record.isComment, isFirst, leadingComment == nil {
        leadingComment = Record(bytes: Array(record.bytes), line: record.line)
      }
      if !skipped.take(record) {
        records.append(Record(bytes: Array(record.bytes), line: record.line))
      }
    }
  }
}
