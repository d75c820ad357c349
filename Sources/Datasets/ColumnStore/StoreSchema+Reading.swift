extension StoreSchema {
  /// Reads the schema of a file.
  ///
  /// - Parameters:
  ///   - bytes: The schema as it lies in the file, its checksum compared.
  ///   - end: Where in the file the schema begins: no block reaches further.
  ///   - path: The file, for errors.
  /// - Throws: `DatasetError.corrupt` unless every number is possible.
  init(
    _ bytes: UnsafeRawBufferPointer, blocksEndAt end: Int, path: String
  ) throws(DatasetError) {
    var input = StoreCursor(bytes: bytes, path: path)
    rowCount = try input.count("rows")
    let columnCount = try input.count("columns")
    guard rowCount > 0, columnCount > 0 else { throw input.damage("it has no cell") }
    // Checked before anything of this size is made: names and places take 20 bytes a column.
    try input.demand(columnCount, of: 20, "columns")
    let (height, width) = (try input.count("image rows"), try input.count("image columns"))
    if height > 0 || width > 0 {
      let area = height.multipliedReportingOverflow(by: width)
      guard !area.overflow, area.partialValue > 0, area.partialValue <= columnCount else {
        throw input.damage("an image of \(height) x \(width) has not \(columnCount) columns")
      }
      imageShape = (height, width)
    }
    parts = try input.parts(rowCount: rowCount, columnCount: columnCount, end: end)
    places = try input.places(columnCount, in: parts)
    hashes = try input.words(columnCount)
    names = try input.names(columnCount)
    kinds = try input.kinds(columnCount)
    labelColumns = try input.texts()
    let targets = try input.texts()
    predictsAllLabels = targets.count > 1
    customaryTarget = predictsAllLabels ? nil : targets.first
    notes = try input.texts()
    if !input.isAtEnd {
      weightColumn = try input.texts().first
      subjectColumn = try input.texts().first
    }
    guard input.isAtEnd else { throw input.damage("something follows the schema") }
  }
}

/// A place in the bytes of a schema; nothing behind their end is ever read.
struct StoreCursor {
  let bytes: UnsafeRawBufferPointer
  let path: String
  private var position = 0

  init(bytes: UnsafeRawBufferPointer, path: String) {
    self.bytes = bytes
    self.path = path
  }

  var isAtEnd: Bool { position == bytes.count }

  func damage(_ reason: String) -> DatasetError { .corrupt(path: path, reason: reason) }

  /// Checks that some elements are there.
  func demand(_ count: Int, of byteCount: Int, _ what: String) throws(DatasetError) {
    guard count <= (bytes.count - position) / byteCount else {
      throw damage("it has not the \(count) \(what) that it declares")
    }
  }

  mutating func integer<Number: FixedWidthInteger>(
    _ type: Number.Type = Number.self
  ) throws(DatasetError) -> Number {
    try demand(1, of: MemoryLayout<Number>.size, "numbers")
    defer { position += MemoryLayout<Number>.size }
    return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: type))
  }

  /// A number of things.
  mutating func count(_ what: String) throws(DatasetError) -> Int {
    let count: UInt64 = try integer()
    // Room to compute with: no file is that large.
    guard count < 1 << 62 else { throw damage("it declares \(count) \(what)") }
    return Int(count)
  }

  mutating func parts(
    rowCount: Int, columnCount: Int, end: Int
  ) throws(DatasetError) -> [StorePart] {
    let partCount = try count("blocks")
    try demand(partCount, of: 32, "blocks")
    var parts: [StorePart] = []
    var rest = columnCount
    for index in 0..<partCount {
      let isSparse: UInt8 = try integer()
      let element: UInt8 = try integer()
      let hasMissing: UInt8 = try integer()
      position += 5
      let (width, extent) = (try count("columns"), try count("cells"))
      let offset = try count("bytes")
      guard let element = ElementType(rawValue: element), isSparse <= 1, hasMissing <= 1 else {
        throw damage("block \(index) is of an unknown type")
      }
      guard width > 0, width <= rest, isSparse == 1 || (extent > 0 && extent <= width) else {
        throw damage("block \(index) has \(width) columns in panels of \(extent)")
      }
      rest -= width
      let part = StorePart(
        element: element, width: width,
        layout: isSparse == 1
          ? .sparse(count: extent) : .dense(hasMissing: hasMissing == 1, panelWidth: extent),
        offset: offset)
      guard let byteCount = part.byteCount(rowCount: rowCount),
        offset % StoreLayout.alignment == 0, offset >= StoreLayout.preambleByteCount,
        offset <= end, byteCount <= end - offset
      else { throw damage("block \(index) lies beyond its end") }
      parts.append(part)
    }
    guard rest == 0 else { throw damage("its blocks do not have its \(columnCount) columns") }
    return parts
  }

  mutating func places(
    _ count: Int, in parts: [StorePart]
  ) throws(DatasetError) -> [ColumnPlace] {
    try demand(count, of: 8, "columns")
    var places: [ColumnPlace] = []
    places.reserveCapacity(count)
    for column in 0..<count {
      let (part, place) = (Int(try integer(UInt32.self)), Int(try integer(UInt32.self)))
      guard part < parts.count, place < parts[part].width, place <= Int32.max else {
        throw damage("column \(column) lies in no block")
      }
      places.append(ColumnPlace(part: part, position: place))
    }
    return places
  }

  mutating func words(_ count: Int) throws(DatasetError) -> [UInt64] {
    try demand(count, of: 8, "checksums")
    var words: [UInt64] = []
    words.reserveCapacity(count)
    for _ in 0..<count { words.append(try integer()) }
    return words
  }

  mutating func names(_ count: Int) throws(DatasetError) -> [String] {
    try demand(count, of: 4, "names")
    var lengths: [Int] = []
    lengths.reserveCapacity(count)
    for _ in 0..<count { lengths.append(Int(try integer(UInt32.self))) }
    var names: [String] = []
    names.reserveCapacity(count)
    for length in lengths { names.append(try text(length)) }
    return names
  }

  mutating func kinds(_ columnCount: Int) throws(DatasetError) -> [ColumnKind] {
    var kinds = [ColumnKind](repeating: .numeric, count: columnCount)
    let special = try count("kinds")
    try demand(special, of: 17, "kinds")
    for _ in 0..<special {
      let column = try count("columns")
      let kind: UInt8 = try integer()
      let levels = try texts()
      guard column < columnCount, kind == 1 || kind == 2 else {
        throw damage("it tells an unknown kind of column \(column)")
      }
      kinds[column] = kind == 2 ? .text : .categorical(levels: levels)
    }
    return kinds
  }

  mutating func texts() throws(DatasetError) -> [String] {
    let count = try count("texts")
    try demand(count, of: 4, "texts")
    var texts: [String] = []
    for _ in 0..<count { texts.append(try text(Int(try integer(UInt32.self)))) }
    return texts
  }

  private mutating func text(_ length: Int) throws(DatasetError) -> String {
    try demand(length, of: 1, "bytes of text")
    defer { position += length }
    return String(decoding: bytes[position..<(position + length)], as: UTF8.self)
  }
}
