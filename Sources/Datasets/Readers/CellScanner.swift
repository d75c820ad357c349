/// The cells of one record of a CSV file, from left to right.
struct CellScanner {
  /// The byte between two cells.
  let delimiter: UInt8
  private let end: UnsafePointer<UInt8>
  private var position: UnsafePointer<UInt8>
  /// Whether all cells were taken.
  private(set) var isAtEnd = false

  init?(_ record: RecordReader.Record, delimiter: UInt8) {
    guard let base = record.bytes.baseAddress else { return nil }
    self.delimiter = delimiter
    position = base
    end = base + record.bytes.count
  }

  /// Takes the next cell if it is a plain number; otherwise leaves it to `nextText`.
  @inline(__always)
  mutating func nextNumber(upTo limit: Double = .infinity) -> Double? {
    guard let (value, next) = NumberScanner.scan(position, end), abs(value) <= limit else {
      return nil
    }
    guard next == end || next.pointee == delimiter else { return nil }
    advance(to: next)
    return value
  }

  /// Takes the next cell as text, without its quotation marks.
  mutating func nextText() -> String {
    guard position < end, position.pointee == UInt8(ascii: "\"") else {
      let start = position
      let cellEnd = skip()
      let bytes = UnsafeBufferPointer(start: start, count: cellEnd - start)
      return String(decoding: bytes, as: UTF8.self).trimmingBlanks()
    }
    var bytes: [UInt8] = []
    var isQuoted = true
    position += 1
    while position < end, isQuoted || position.pointee != delimiter {
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
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Passes over a cell.
  ///
  /// - Returns: Where the cell ends.
  @discardableResult
  mutating func skip() -> UnsafePointer<UInt8> {
    var isQuoted = false
    var next = position
    while next < end, isQuoted || next.pointee != delimiter {
      if next.pointee == UInt8(ascii: "\"") { isQuoted.toggle() }
      next += 1
    }
    advance(to: next)
    return next
  }

  private mutating func advance(to next: UnsafePointer<UInt8>) {
    isAtEnd = next == end
    position = isAtEnd ? next : next + 1
  }
}
