/// Writes tables as NumPy archives, uncompressed: `X`, or the parts of SciPy's sparse matrix where
/// all features are sparse; `y` where there are labels; the names in `columns` and `y_columns`.
enum NPZWriter {
  /// Writes a table.
  ///
  /// - Parameters:
  ///   - table: The table; missing cells become NaN, and the first label column becomes `y`, or all
  ///     of them that are to be predicted.
  ///   - path: The file; it appears under this name only when it is complete.
  ///   - origin: The file of the table, for errors.
  /// - Throws: `DatasetError.cannotWrite`, or `DatasetError.notNumeric` for texts.
  static func write(_ table: Table, to path: String, of origin: String) throws(DatasetError) {
    let parts = try NumericParts(table, path: origin, format: "a cell of an NPZ file")
    var archive = try NPZArchive(path: path)
    let kinds = parts.features.map {
      (table.features.elementType(of: $0), table.features.hasMissing($0))
    }
    let types = kinds.map(\.0)
    // The narrowest type that holds all cells; NaN and fractions need one of floating point.
    let isFloat = types.contains(.float) || kinds.contains(where: \.1)
    let type: NumberType =
      if isFloat { types.contains(.int32) ? .float64 : .float32 } else if types.contains(.int32) {
        .int32
      } else if types.contains(.int16) { .int16 } else { .uint8 }
    if !parts.features.isEmpty, parts.features.allSatisfy(table.features.isSparse) {
      try append(sparse: table, parts.features, type, to: &archive)
    } else {
      try archive.begin("X", type.code, shape: [table.rowCount, parts.features.count])
      try append(table, parts.features, type, to: &archive)
      try archive.endArray()
    }
    if parts.labels.count > 1 {
      try append(labels: table, parts.labels, origin, to: &archive)
    } else if let label = parts.labels.first {
      try append(label: table, label, to: &archive)
    }
    try archive.add("columns", texts: parts.features.map { table.columnNames[$0] })
    if !parts.labels.isEmpty {
      try archive.add("y_columns", texts: parts.labels.map { table.columnNames[$0] })
    }
    try archive.finish()
  }

  private enum NumberType {
    case uint8, int16, int32, float32, float64

    var code: String {
      switch self {
      case .uint8: "|u1"
      case .int16: "<i2"
      case .int32: "<i4"
      case .float32: "<f4"
      case .float64: "<f8"
      }
    }

    func append(_ number: Double, to bytes: inout StoreBytes) {
      switch self {
      case .uint8: bytes.append(UInt8(number))
      case .int16: bytes.append(Int16(number))
      case .int32: bytes.append(Int32(number))
      case .float32: bytes.append(Float(number).bitPattern)
      case .float64: bytes.append(number.bitPattern)
      }
    }
  }

  private static func append(
    _ table: Table, _ columns: [Int], _ type: NumberType, to archive: inout NPZArchive
  ) throws(DatasetError) {
    var store = table.features
    store.fills = nil
    let exact = columns.map {
      store.elementType(of: $0) == .int32 ? store.exact($0) : nil
    }
    let hasExact = exact.contains { $0 != nil }
    let gatherer = ColumnGatherer(store, columns: columns, scaler: nil)
    var line = [Float](repeating: 0, count: columns.count)
    for row in 0..<table.rowCount {
      line.withUnsafeMutableBufferPointer { gatherer.gather(rows: [row], into: $0) }
      var bytes = StoreBytes()
      bytes.bytes.reserveCapacity(8 * line.count)
      for (slot, cell) in line.enumerated() {
        type.append(hasExact ? exact[slot]?[row] ?? Double(cell) : Double(cell), to: &bytes)
      }
      try archive.append(bytes.bytes)
    }
  }

  /// The parts that `scipy.sparse.load_npz` wants.
  private static func append(
    sparse table: Table, _ columns: [Int], _ type: NumberType, to archive: inout NPZArchive
  ) throws(DatasetError) {
    var (data, positions, starts) = (StoreBytes(), StoreBytes(), StoreBytes())
    let gatherer = ColumnGatherer(table.features, columns: columns, scaler: nil)
    var line = [Float](repeating: 0, count: columns.count)
    var count: Int64 = 0
    starts.append(count)
    for row in 0..<table.rowCount {
      line.withUnsafeMutableBufferPointer { gatherer.gather(rows: [row], into: $0) }
      for (slot, cell) in line.enumerated() where cell != 0 {
        type.append(Double(cell), to: &data)
        positions.append(Int64(slot))
        count += 1
      }
      starts.append(count)
    }
    var extents = StoreBytes()
    extents.append(Int64(table.rowCount))
    extents.append(Int64(columns.count))
    let parts: [(String, String, [Int], [UInt8])] = [
      ("indices", "<i8", [Int(count)], positions.bytes),
      ("indptr", "<i8", [table.rowCount + 1], starts.bytes),
      ("format", "|S3", [], Array("csr".utf8)), ("shape", "<i8", [2], extents.bytes),
      ("data", type.code, [Int(count)], data.bytes),
    ]
    for (name, code, shape, bytes) in parts {
      try archive.begin(name, code, shape: shape)
      try archive.append(bytes)
      try archive.endArray()
    }
  }

  /// Several targets, as one array of a column each.
  private static func append(
    labels table: Table, _ columns: [Int], _ path: String, to archive: inout NPZArchive
  ) throws(DatasetError) {
    let cells = try columns.map { column throws(DatasetError) in
      try table.labelNumbers(column, path: path)
    }
    let areIntegers = columns.allSatisfy { table.features.elementType(of: $0) != .float }
    let type = areIntegers ? NumberType.int32 : .float32
    try archive.begin("y", type.code, shape: [table.rowCount, columns.count])
    var bytes = StoreBytes()
    for row in 0..<table.rowCount {
      for column in cells { type.append(column[row], to: &bytes) }
    }
    try archive.append(bytes.bytes)
    try archive.endArray()
  }

  /// One target; a missing one is NaN or an empty text.
  ///
  /// Classes that are numbers are written as such.
  private static func append(
    label table: Table, _ column: Int, to archive: inout NPZArchive
  ) throws(DatasetError) {
    var numbers = table.features.exact(column)
    var areIntegers = table.features.elementType(of: column) != .float
    if let levels = table.kinds[column].levels {
      let values = levels.compactMap(NumberScanner.number)
      guard values.count == levels.count else {
        return try archive.add("y", texts: numbers.map { $0.isNaN ? "" : levels[Int($0)] })
      }
      numbers = numbers.map { $0.isNaN ? .nan : values[Int($0)] }
      areIntegers = values.allSatisfy { Int32(exactly: $0) != nil }
    }
    areIntegers = areIntegers && !table.features.hasMissing(column)
    try archive.begin("y", areIntegers ? "<i4" : "<f4", shape: [numbers.count])
    var bytes = StoreBytes()
    for number in numbers {
      if areIntegers { bytes.append(Int32(number)) } else { bytes.append(Float(number).bitPattern) }
    }
    try archive.append(bytes.bytes)
    try archive.endArray()
  }
}
