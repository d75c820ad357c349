import Tensors

/// Reads IDX, the format of the MNIST files: a header, then the elements in row-major order.
///
///     0, 0, type, d    bytes; type: 8 UInt8, 9 Int8, 11 Int16, 12 Int32, 13 Float, 14 Double
///     extents          d of UInt32
///     elements         big-endian
///
/// The first extent counts the rows; the others are flattened to columns `x0`, `x1` ...
struct IDXReader: ~Copyable {
  private var stream: ByteStream
  private let type: UInt8
  private let extents: [Int]
  private let elementCount: Int
  private let elementSize: Int

  /// Reads a file of images or other rows of numbers.
  ///
  /// - Parameter stream: The file from its beginning.
  /// - Returns: The features.
  /// - Throws: What is wrong with the file, and where.
  static func readFeatures(_ stream: consuming ByteStream) throws(DatasetError) -> FeatureStore {
    var reader = try IDXReader(stream)
    let names = (0..<(reader.elementCount / reader.extents[0])).map { "x\($0)" }
    var store: FeatureStore
    if reader.type == 8 {
      let bytes = try reader.readBytes()
      store = FeatureStore(bytes: bytes, rowCount: reader.extents[0], columnNames: names)
    } else {
      store = try reader.readCells(names: names)
    }
    if reader.extents.count == 3 { store.imageShape = (reader.extents[1], reader.extents[2]) }
    return store
  }

  /// Reads a file of labels, one per row.
  ///
  /// - Parameter stream: The file from its beginning.
  /// - Returns: The labels.
  /// - Throws: What is wrong with the file, and where.
  static func readLabels(_ stream: consuming ByteStream) throws(DatasetError) -> LabelColumn {
    var reader = try IDXReader(stream)
    let path = reader.stream.path
    guard reader.elementCount == reader.extents[0] else {
      throw .corrupt(
        path: path,
        reason: "labels are one number per row, these are \(Shape(reader.extents))")
    }
    let numbers = try reader.readNumbers()
    if let row = numbers.firstIndex(where: { !Float($0).isFinite }) {
      throw numbers[row].isFinite
        ? .tooLargeElement(path: path, row: row, column: "x0")
        : .notFiniteElement(path: path, row: row, column: "x0")
    }
    return LabelColumn(name: "label", texts: numbers.map(LabelReader.label))
  }

  /// Reads the header, and refuses one that promises more elements than the file can hold.
  private init(_ stream: consuming ByteStream) throws(DatasetError) {
    let path = stream.path
    let magic = try stream.read(4)
    guard magic.count == 4, magic[0] == 0, magic[1] == 0, let size = Self.sizes[magic[2]],
      (1...8).contains(magic[3])
    else { throw .corrupt(path: path, reason: "not an IDX header") }
    let rank = Int(magic[3])
    let header = try stream.read(4 * rank)
    guard header.count == 4 * rank else {
      throw .corrupt(
        path: path, reason: "the IDX header ends at byte \(4 + header.count) of \(4 + 4 * rank)")
    }
    let extents = (0..<rank).map { dimension in
      header[(4 * dimension)..<(4 * dimension + 4)].reduce(0) { $0 << 8 | Int($1) }
    }
    // Eight extents below 2^32 can overflow an integer.
    var count = 1
    for extent in extents {
      let product = count.multipliedReportingOverflow(by: extent)
      guard !product.overflow, product.partialValue < 1 << 48 else {
        throw .corrupt(path: path, reason: "the IDX header promises absurdly many elements")
      }
      count = product.partialValue
    }
    guard count > 0 else { throw .noRows(path: path) }
    let promised = 4 + 4 * rank + count * size
    // Deflate packs at most 1032 bytes into one.
    let isPossible =
      stream.isCompressed ? promised / 1032 <= stream.fileSize : promised == stream.fileSize
    guard isPossible else {
      throw .corrupt(
        path: path,
        reason: "the file ends at byte \(stream.fileSize), but the IDX header promises \(promised)")
    }
    self.stream = stream
    (type, elementSize, self.extents, elementCount) = (magic[2], size, extents, count)
  }

  /// Whether the first bytes of a file are a sound header.
  static func isLikely(_ head: [UInt8]) -> Bool {
    head.count >= 4 && head[0] == 0 && head[1] == 0 && sizes[head[2]] != nil
      && (1...8).contains(head[3])
  }

  private static let sizes: [UInt8: Int] = [8: 1, 9: 1, 11: 2, 12: 4, 13: 4, 14: 8]

  /// Reads all elements as they lie in the file, which must end behind them.
  private mutating func readBytes() throws(DatasetError) -> [UInt8] {
    let promised = elementCount * elementSize
    var bytes: [UInt8] = []
    // What a compressed file promises is not believed beyond 1 GiB before it has come out.
    bytes.reserveCapacity(min(promised, 1 << 30))
    while bytes.count < promised {
      let chunk = try stream.read(min(promised - bytes.count, 1 << 20))
      guard !chunk.isEmpty else {
        throw .corrupt(
          path: stream.path,
          reason: "the file ends at byte \(stream.deliveredCount) decompressed, but the IDX header"
            + " promises \(stream.deliveredCount - bytes.count + promised)")
      }
      bytes += chunk
    }
    guard try stream.read(1).isEmpty else {
      throw .corrupt(
        path: stream.path,
        reason: "the IDX header promises \(stream.deliveredCount - 1) bytes, but more follow")
    }
    return bytes
  }

  /// Reads numbers into a table; one that is not finite is a missing cell.
  private mutating func readCells(names: [String]) throws(DatasetError) -> FeatureStore {
    var builder = TableBuilder(names: names)
    for (element, number) in try readNumbers().enumerated() {
      let (row, column) = element.quotientAndRemainder(dividingBy: names.count)
      if abs(number) > Double(Float.greatestFiniteMagnitude), number.isFinite {
        throw .tooLargeElement(path: stream.path, row: row, column: names[column])
      }
      builder.row[column] = number
      if column == names.count - 1 { builder.endRow() }
    }
    return builder.finished().features
  }

  private mutating func readNumbers() throws(DatasetError) -> [Double] {
    let bytes = try readBytes()
    return (0..<elementCount).map { element in
      let bits = bytes[(element * elementSize)..<((element + 1) * elementSize)]
        .reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return switch type {
      case 8: Double(bits)
      case 9: Double(Int8(truncatingIfNeeded: bits))
      case 11: Double(Int16(truncatingIfNeeded: bits))
      case 12: Double(Int32(truncatingIfNeeded: bits))
      case 13: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
      default: Double(bitPattern: bits)
      }
    }
  }
}
