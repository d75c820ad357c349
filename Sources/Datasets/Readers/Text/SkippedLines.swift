/// Lines among the rows of a table of text that are none: comments and blank lines.
///
/// They are passed over, as other programs do, but somebody may have meant them.
struct SkippedLines {
  private struct Lines {
    var count = 0
    var first = 0

    mutating func take(_ line: Int) {
      if count == 0 { first = line }
      count += 1
    }
  }

  private var comments = Lines()
  private var blanks = Lines()
  /// Blank lines that no row has followed yet.
  private var lastBlanks: [Int] = []
  private var hasRows = false

  /// Decides about a record.
  ///
  /// - Parameter record: The next one of the file.
  /// - Returns: Whether it is passed over.
  @inline(__always)
  mutating func take(_ record: RecordReader.Record) -> Bool {
    if !record.isComment, !record.isBlank {
      if !lastBlanks.isEmpty { takeBlanks() }
      hasRows = true
      return false
    }
    if hasRows {
      if record.isComment { comments.take(record.line) } else { lastBlanks.append(record.line) }
    }
    return true
  }

  private mutating func takeBlanks() {
    for line in lastBlanks { blanks.take(line) }
    lastBlanks = []
  }

  /// What a reader of the table should know, a sentence each.
  ///
  /// - Parameter columnCount: The number of columns; a blank line of several is no row at all.
  /// - Returns: The sentences.
  func notes(columnCount: Int) -> [String] {
    var notes: [String] = []
    if comments.count > 0 {
      notes.append(
        comments.count == 1
          ? "line \(comments.first), which begins with #, is passed over as a comment"
          : "\(comments.count) lines that begin with # are passed over as comments, the first of them"
            + " line \(comments.first)")
    }
    if blanks.count > 0, columnCount == 1 {
      notes.append(
        (blanks.count == 1
          ? "line \(blanks.first), which is blank, is passed over"
          : "\(blanks.count) blank lines are passed over, the first of them line \(blanks.first)")
          + "; write NA where a cell is missing")
    }
    return notes
  }
}
