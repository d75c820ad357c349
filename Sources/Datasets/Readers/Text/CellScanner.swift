/// How the cells of a line are told apart.
struct CellSyntax: Sendable, Equatable {
  /// The byte between two cells; a blank stands for a run of blanks and tabs.
  var delimiter = UInt8(ascii: ",")
  /// The byte between whole numbers and fractions.
  var decimalPoint = UInt8(ascii: ".")

  /// Cells are separated by runs of blanks, which may also lead and trail.
  static let blanks = CellSyntax(delimiter: UInt8(ascii: " "))
}

/// The cells of one record of a text file, from left to right.
struct CellScanner {
  private let syntax: CellSyntax
  private let isBlankSeparated: Bool
  private let end: UnsafePointer<UInt8>
  private var position: UnsafePointer<UInt8>
  /// Whether all cells were taken.
  private(set) var isAtEnd = false

  @inline(__always)
  init?(_ bytes: UnsafeBufferPointer<UInt8>, _ syntax: CellSyntax) {
    guard let base = bytes.baseAddress else { return nil }
    self.syntax = syntax
    isBlankSeparated = syntax.delimiter == UInt8(ascii: " ")
    position = base
    var end = base + bytes.count
    if isBlankSeparated {
      while end > position, Self.isBlank(end[-1]) { end -= 1 }
      while position < end, Self.isBlank(position.pointee) { position += 1 }
    }
    self.end = end
  }

  /// Takes the next cell if it is a plain number in the range of `Float`; otherwise leaves it to
  /// `nextText`.
  @inline(__always)
  mutating func nextNumber() -> Double? {
    var start = position
    while start < end, start.pointee == UInt8(ascii: " ") { start += 1 }
    guard let number = NumberScanner.scan(start, end, point: syntax.decimalPoint) else {
      return nil
    }
    let value = number.0
    var next = number.1
    if next < end, next.pointee == UInt8(ascii: " "), !isBlankSeparated {
      while next < end, next.pointee == UInt8(ascii: " ") { next += 1 }
    }
    guard next == end || isDelimiter(next.pointee),
      abs(value) <= Double(Float.greatestFiniteMagnitude)
    else { return nil }
    advance(to: next)
    return value
  }

  /// Takes the next cell as text, without its quotation marks.
  mutating func nextText() -> String {
    guard position < end, position.pointee == UInt8(ascii: "\"") else {
      let start = position
      let cellEnd = skip()
      let bytes = UnsafeBufferPointer(start: start, count: cellEnd - start)
      return String(cell: bytes).trimmingBlanks()
    }
    var bytes: [UInt8] = []
    var isQuoted = true
    position += 1
    while position < end, isQuoted || !isDelimiter(position.pointee) {
      let byte = position.pointee
      if byte == UInt8(ascii: "\"") {
        let isDoubled = isQuoted && position + 1 < end && position[1] == byte
        if isDoubled {
          bytes.append(byte)
          position += 1
        } else {
          isQuoted.toggle()
        }
      } else {
        bytes.append(byte)
      }
      position += 1
    }
    advance(to: position)
    return String(cell: bytes)
  }

  /// Passes over a cell.
  ///
  /// - Returns: Where the cell ends.
  @discardableResult
  mutating func skip() -> UnsafePointer<UInt8> {
    var isQuoted = false
    var next = position
    while next < end, isQuoted || !isDelimiter(next.pointee) {
      if next.pointee == UInt8(ascii: "\"") { isQuoted.toggle() }
      next += 1
    }
    advance(to: next)
    return next
  }

  /// All cells of a record as texts.
  ///
  /// - Parameters:
  ///   - bytes: The record.
  ///   - syntax: How its cells are told apart.
  /// - Returns: The cells; none of an empty record.
  static func texts(_ bytes: UnsafeBufferPointer<UInt8>, _ syntax: CellSyntax) -> [String] {
    guard var cells = CellScanner(bytes, syntax) else { return [] }
    var texts: [String] = []
    repeat { texts.append(cells.nextText()) } while !cells.isAtEnd
    return texts
  }

  /// The number of cells of a record; none of an empty one.
  static func count(_ bytes: UnsafeBufferPointer<UInt8>, _ syntax: CellSyntax) -> Int {
    guard var cells = CellScanner(bytes, syntax) else { return 0 }
    var count = 0
    repeat {
      cells.skip()
      count += 1
    } while !cells.isAtEnd
    return count
  }

  @inline(__always)
  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  @inline(__always)
  private func isDelimiter(_ byte: UInt8) -> Bool {
    byte == syntax.delimiter || (isBlankSeparated && byte == 0x09)
  }

  @inline(__always)
  private mutating func advance(to next: UnsafePointer<UInt8>) {
    isAtEnd = next == end
    position = isAtEnd ? next : next + 1
    if isBlankSeparated {
      while position < end, Self.isBlank(position.pointee) { position += 1 }
    }
  }
}
