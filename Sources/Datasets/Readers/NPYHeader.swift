/// The header of an array in NumPy's format.
///
///     0x93, N U M P Y, major, minor    8 bytes
///     length                           2 bytes in version 1, 4 in 2 and 3; little-endian
///     {'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }    filled up with blanks
///
/// - Source: NumPy enhancement proposal 1, "A simple file format for NumPy arrays".
struct NPYHeader: Equatable {
  /// What the elements are.
  enum Elements: Equatable {
    case numbers(NumberType)
    /// Texts of a fixed number of characters: four bytes each, or one.
    case texts(length: Int, isWide: Bool)
    /// Anything else, in words.
    case other(String)

    var byteCount: Int {
      switch self {
      case .numbers(let type): type.byteCount
      case .texts(let length, let isWide): isWide ? 4 * length : length
      case .other: 0
      }
    }
  }

  /// Why a header cannot be read.
  struct Mistake: Error, Equatable {
    let text: String
  }

  let elements: Elements
  let isBigEndian: Bool
  let isColumnMajor: Bool
  let shape: [Int]
  /// The number of elements.
  let count: Int
  /// Where the elements begin.
  let byteOffset: Int

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// A header is longer only if it lists the fields of a record, which no table is.
  static let longest = 1 << 16

  /// Reads a header.
  ///
  /// - Parameter bytes: The beginning of the array, `longest` bytes of it or all.
  /// - Throws: What is wrong with it.
  init(_ bytes: [UInt8]) throws(Mistake) {
    guard bytes.starts(with: Self.magic) else { throw Mistake(text: "not an NPY header") }
    guard bytes.count >= 12 else {
      throw Mistake(text: "the NPY header ends at byte \(bytes.count) of 12")
    }
    guard (1...3).contains(bytes[6]) else {
      throw Mistake(text: "version \(bytes[6]) of the NPY format is unknown")
    }
    let start = bytes[6] == 1 ? 10 : 12
    let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= Self.longest - start else {
      throw Mistake(text: "the NPY header claims \(length) bytes; records are not read")
    }
    guard bytes.count >= start + length else {
      throw Mistake(text: "the NPY header ends at byte \(bytes.count) of \(start + length)")
    }
    var parser = NPYDictionary(bytes[start..<(start + length)])
    let fields = try parser.fields()
    guard let type = fields.type, let isColumnMajor = fields.isColumnMajor, let shape = fields.shape
    else { throw Mistake(text: "the NPY header lacks 'descr', 'fortran_order' or 'shape'") }
    (elements, isBigEndian) = Self.elements(type)
    guard shape.count <= 32, let count = ArrayDescription.elementCount(shape) else {
      throw Mistake(text: "the NPY header promises absurdly many elements")
    }
    self.isColumnMajor = isColumnMajor
    self.shape = shape
    self.count = count
    byteOffset = start + length
  }

  /// Reads NumPy's name of a type: byte order, letter, bytes (or characters).
  private static func elements(_ text: String) -> (Elements, isBigEndian: Bool) {
    let isBigEndian = text.hasPrefix(">")
    let name = "<>|=".contains(text.first ?? " ") ? String(text.dropFirst()) : text
    if let type = types[name] { return (.numbers(type), isBigEndian) }
    let length = Int(name.dropFirst()) ?? -1
    switch name.first {
    case "U" where (0...(1 << 20)).contains(length):
      return (.texts(length: length, isWide: true), isBigEndian)
    case "S" where (0...(1 << 20)).contains(length):
      return (.texts(length: length, isWide: false), isBigEndian)
    case "O": return (.other("holds Python objects"), isBigEndian)
    case "c": return (.other("holds complex numbers"), isBigEndian)
    case "M", "m": return (.other("holds dates or times"), isBigEndian)
    case "[": return (.other("holds records of several fields"), isBigEndian)
    default: return (.other("holds elements of the type '\(text.prefix(20))'"), isBigEndian)
    }
  }

  private static let types: [String: NumberType] = [
    "b1": .bool, "?": .bool, "i1": .int8, "u1": .uint8, "i2": .int16, "u2": .uint16, "i4": .int32,
    "u4": .uint32, "i8": .int64, "u8": .uint64, "f2": .float16, "f4": .float32, "f8": .float64,
  ]
}

/// The dictionary of an NPY header, a literal of Python.
private struct NPYDictionary {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  struct Fields {
    var type: String?
    var isColumnMajor: Bool?
    var shape: [Int]?
  }

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  mutating func fields() throws(NPYHeader.Mistake) -> Fields {
    var fields = Fields()
    try expect("{")
    while !take("}") {
      let key = try text()
      try expect(":")
      switch key {
      case "descr" where next == UInt8(ascii: "["):
        // A list of fields; what follows it does not matter any more.
        return Fields(type: "[", isColumnMajor: false, shape: [])
      case "descr": fields.type = try text()
      case "fortran_order": fields.isColumnMajor = try truth()
      case "shape": fields.shape = try extents()
      default: throw mistake()
      }
      if !take(",") {
        try expect("}")
        break
      }
    }
    guard bytes[position...].allSatisfy({ $0 == 0x20 || $0 == 0x0a }) else { throw mistake() }
    return fields
  }

  private func mistake() -> NPYHeader.Mistake {
    NPYHeader.Mistake(text: "the NPY header is damaged at byte \(position)")
  }

  /// The next byte that is no blank.
  private var next: UInt8? {
    mutating get {
      while position < bytes.endIndex, [0x20, 0x09, 0x0a].contains(bytes[position]) {
        position += 1
      }
      return position < bytes.endIndex ? bytes[position] : nil
    }
  }

  private mutating func take(_ letter: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: letter) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ letter: Unicode.Scalar) throws(NPYHeader.Mistake) {
    if !take(letter) { throw mistake() }
  }

  private mutating func text() throws(NPYHeader.Mistake) -> String {
    guard let quote = next, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
      let end = bytes[(position + 1)...].firstIndex(of: quote)
    else { throw mistake() }
    defer { position = end + 1 }
    return String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
  }

  private mutating func truth() throws(NPYHeader.Mistake) -> Bool {
    _ = next
    for (word, value) in [("True", true), ("False", false)]
    where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw mistake()
  }

  private mutating func extents() throws(NPYHeader.Mistake) -> [Int] {
    var extents: [Int] = []
    try expect("(")
    while !take(")") {
      var extent = 0
      guard var digit = next.map({ $0 &- 48 }), digit < 10 else { throw mistake() }
      while digit < 10, extent < 1 << 48 {
        extent = 10 * extent + Int(digit)
        position += 1
        digit = position < bytes.endIndex ? bytes[position] &- 48 : 255
      }
      if digit < 10 {
        throw NPYHeader.Mistake(text: "the NPY header promises absurdly many elements")
      }
      _ = take("L")  // Python 2 wrote its long integers so
      extents.append(extent)
      if !take(",") {
        try expect(")")
        break
      }
    }
    return extents
  }
}
