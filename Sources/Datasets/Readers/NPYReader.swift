/// Reads arrays in NumPy's format: one in a file, or several in a zip archive.
enum NPYReader {
  /// Reads a file of one array.
  ///
  /// - Parameters:
  ///   - stream: The file from its beginning.
  ///   - options: How its axes are meant.
  /// - Returns: The table.
  /// - Throws: What is wrong with the file, and where.
  static func read(
    _ stream: consuming ByteStream, options: ReadingOptions
  ) throws(DatasetError) -> Table {
    var options = options
    options.variable = nil  // there is one
    return try ArrayTable.read(try NPYFile(stream), options: options)
  }

  /// Reads a file of labels, one per row.
  ///
  /// - Parameter stream: The file from its beginning.
  /// - Returns: The labels.
  /// - Throws: What is wrong with the file, and where.
  static func readLabels(_ stream: consuming ByteStream) throws(DatasetError) -> LabelColumn {
    let file = try NPYFile(stream)
    let path = file.path
    guard file.arrays[0].isVector else {
      throw .corrupt(
        path: path, reason: "labels are one value per row, these are \(file.arrays[0].size)")
    }
    switch try file.read(file.arrays[0]) {
    case .texts(let texts): return LabelColumn(name: "label", texts: texts)
    case .numbers(let array):
      let numbers = array.numbers
      if let row = numbers.firstIndex(where: { !$0.isFinite }) {
        throw .notFiniteElement(path: path, row: row, column: "label")
      }
      return LabelColumn(name: "label", cells: .numbers(numbers))
    case .sparse: return LabelColumn(name: "label", cells: .numbers([]))
    }
  }

  /// Reads the header of an array.
  ///
  /// - Parameters:
  ///   - bytes: The beginning of the array.
  ///   - path: The file, for errors.
  ///   - name: The name of the array, if it is one of several.
  /// - Returns: The header.
  /// - Throws: `DatasetError.corrupt`.
  static func header(
    _ bytes: [UInt8], path: String, name: String? = nil
  ) throws(DatasetError) -> NPYHeader {
    do throws(NPYHeader.Mistake) {
      return try NPYHeader(bytes)
    } catch {
      let place = name.map { "array '\($0)': " } ?? ""
      throw .corrupt(path: path, reason: place + error.text)
    }
  }

  /// Describes an array by its header.
  static func description(_ header: NPYHeader, name: String) -> ArrayDescription {
    let kind: ArrayDescription.Kind =
      switch header.elements {
      case .numbers: .numbers
      case .texts: .texts
      case .other(let reason): .other(reason)
      }
    return ArrayDescription(name: name, shape: header.shape, kind: kind)
  }

  /// Makes an array of header and elements.
  ///
  /// - Parameters:
  ///   - header: The header.
  ///   - bytes: All bytes, those of the header among them.
  ///   - path: The file, for errors.
  /// - Returns: The array.
  /// - Throws: `DatasetError.corrupt` if there are more or fewer bytes than promised.
  static func content(
    _ header: NPYHeader, _ bytes: [UInt8], path: String
  ) throws(DatasetError) -> ArrayContent {
    let promised = header.byteOffset + header.count * header.elements.byteCount
    guard bytes.count == promised else {
      throw .corrupt(
        path: path,
        reason: "\(promised) bytes promised by the NPY header, \(bytes.count) in the file")
    }
    switch header.elements {
    case .numbers(let type):
      return .numbers(
        NumberArray(
          type, shape: header.shape, bytes: bytes, byteOffset: header.byteOffset,
          isBigEndian: header.isBigEndian, isColumnMajor: header.isColumnMajor))
    case .texts(let length, let isWide):
      let size = header.elements.byteCount
      return .texts(
        (0..<header.count).map { element in
          let text = bytes[(header.byteOffset + element * size)...].prefix(size)
          return Self.text(text, length: length, isWide: isWide, isBigEndian: header.isBigEndian)
        })
    case .other(let reason):
      throw .noNumbers(path: path, reason: "the array \(reason)")
    }
  }

  private static func text(
    _ bytes: ArraySlice<UInt8>, length: Int, isWide: Bool, isBigEndian: Bool
  ) -> String {
    guard isWide else { return String(cell: bytes.prefix { $0 != 0 }) }
    var text = ""
    for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: 4) {
      let word = bytes[start..<(start + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      let code = isBigEndian ? word : word.byteSwapped
      if code == 0 { break }
      text.unicodeScalars.append(Unicode.Scalar(code) ?? "\u{fffd}")
    }
    return text
  }
}

/// A file of one array.
private struct NPYFile: ArrayFile {
  let path: String
  let arrays: [ArrayDescription]
  private let header: NPYHeader
  private let bytes: [UInt8]

  init(_ stream: consuming ByteStream) throws(DatasetError) {
    path = stream.path
    let head = try stream.read(NPYHeader.longest)
    header = try NPYReader.header(head, path: path)
    arrays = [NPYReader.description(header, name: "X")]
    if case .other = header.elements {
      bytes = head
      return
    }
    let promised = header.byteOffset + header.count * header.elements.byteCount
    bytes = try stream.readAll(promised: promised, head: head, what: "the NPY header")
  }

  func read(_ array: ArrayDescription) throws(DatasetError) -> ArrayContent {
    try NPYReader.content(header, bytes, path: path)
  }
}

extension ByteStream {
  /// Reads the rest of a file whose header says how long it is.
  ///
  /// - Parameters:
  ///   - promised: How many bytes the whole file has.
  ///   - head: Those that were read already.
  ///   - what: What promised them, for errors.
  /// - Returns: All bytes.
  /// - Throws: `DatasetError.corrupt` if there are more or fewer.
  mutating func readAll(
    promised: Int, head: [UInt8], what: String
  ) throws(DatasetError) -> [UInt8] {
    // Deflate packs at most 1032 bytes into one.
    guard isCompressed ? promised / 1032 <= fileSize : promised == fileSize else {
      throw .corrupt(
        path: path,
        reason: "the file ends at byte \(fileSize), but \(what) promises \(promised)")
    }
    var bytes = head
    // What a compressed file promises is not believed beyond 1 GiB before it has come out.
    bytes.reserveCapacity(min(promised, 1 << 30))
    while bytes.count <= promised {
      let chunk = try read(min(promised + 1 - bytes.count, 1 << 20))
      if chunk.isEmpty { break }
      bytes += chunk
    }
    guard bytes.count == promised else {
      throw .corrupt(
        path: path,
        reason: bytes.count > promised
          ? "\(what) promises \(promised) bytes, but more follow"
          : "the file ends at byte \(bytes.count) decompressed, but \(what) promises \(promised)")
    }
    return bytes
  }
}
