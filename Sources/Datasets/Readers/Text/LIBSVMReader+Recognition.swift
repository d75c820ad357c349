extension LIBSVMReader {
  /// What a line has of the format.
  private struct LineForm {
    /// The pairs of index and number.
    var pairCount = 0
    /// What was meant as one: the index has a sign, or the number is NaN or infinite.
    var nearPairCount = 0
    /// The words behind the first one with a colon, and all of these.
    var colonCount = 0
    var wordCount = 0
    /// Whether it is a label, or none, and pairs.
    var isWhole = true

    /// Whether it is a line of the format with a mistake in it, rather than one of another.
    var isDamaged: Bool { pairCount > 0 || wordCount > 0 && colonCount == wordCount }
    /// Whether all words behind the first are pairs or were meant as such.
    var isNearlyWhole: Bool { pairCount + nearPairCount >= max(wordCount, 1) }

    init(_ line: ArraySlice<UInt8>) {
      line.withUnsafeBufferPointer { bytes in
        var tokens = BlankTokens(bytes)
        var isFirst = true
        while let token = tokens.next() {
          let isQuery = token.starts(with: "qid:".utf8)
          let hasColon = token.contains(UInt8(ascii: ":"))
          if !isFirst {
            wordCount += 1
            if hasColon { colonCount += 1 }
          }
          if pair(token) != nil {
            pairCount += 1
          } else if !isQuery, !isFirst || hasColon {
            if Self.isNearPair(token) { nearPairCount += 1 }
            isWhole = false
          }
          isFirst = false
        }
      }
    }

    private static func isNearPair(_ token: UnsafeBufferPointer<UInt8>) -> Bool {
      let parts = token.split(separator: UInt8(ascii: ":")).map { String(cell: $0) }
      return parts.count == 2 && Int(parts[0]) != nil
        && (NumberScanner.isNotFinite(parts[1]) || NumberScanner.number(parts[1]) != nil)
    }
  }

  /// Whether the beginning of a file looks like this format: each line is a label, or none, and
  /// pairs of index and number.
  ///
  /// A line with a mistake is no reason against it if no more lines are wrong than right: the
  /// reader tells what is wrong with it, and where. Nor are lines whose pairs have signs or numbers
  /// that are not finite.
  ///
  /// - Parameter head: The first bytes of the file.
  /// - Returns: Whether the first ten lines do, at least one of them with a pair.
  static func isLikely(_ head: [UInt8]) -> Bool {
    var lines = Array(
      head.split(maxSplits: 12, omittingEmptySubsequences: true) { $0 == 0x0a }.prefix(10))
    if lines.last?.endIndex == head.endIndex {
      // The last line may be cut: of the only one, what stands before its last blank is whole.
      if lines.count > 1 {
        lines.removeLast()
      } else if let blank = lines[0].lastIndex(of: 0x20), head.count >= FileFormat.sampleByteCount {
        lines[0] = lines[0][..<blank]
      }
    }
    let forms = lines.filter { $0.first != UInt8(ascii: "#") }.map(LineForm.init)
    let right = forms.filter { $0.isWhole && $0.pairCount > 0 }
    let wrong = forms.filter { !$0.isWhole }
    if !wrong.isEmpty, wrong.allSatisfy(\.isNearlyWhole) { return true }
    guard let first = forms.first, first.isWhole || first.isDamaged, let some = right.first
    else { return false }
    if wrong.isEmpty { return true }
    // Two pairs in a line are no time of day.
    return right.count >= wrong.count
      && (wrong.allSatisfy(\.isDamaged) || max(some.pairCount, first.pairCount) > 1)
  }
}
