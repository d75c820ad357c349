import CMatio

/// An open MAT file.
struct MATFile: ArrayFile, ~Copyable {
  let path: String
  /// All variables in the order of the file.
  let arrays: [ArrayDescription]
  private let handle: Handle
  private let elementLimit: Int

  /// Closes the file in the end.
  private struct Handle: ~Copyable {
    let pointer: OpaquePointer

    deinit {
      Mat_Close(pointer)
    }
  }

  init(path: String) throws(DatasetError) {
    let elementLimit = try MATCheck.check(path: path)
    guard let pointer = Mat_Open(path, Int32(MAT_ACC_RDONLY.rawValue)) else {
      throw .corrupt(path: path, reason: "not a MAT file of version 5 or 7.3")
    }
    handle = Handle(pointer: pointer)
    self.path = path
    self.elementLimit = elementLimit
    var arrays: [ArrayDescription] = []
    while let information = Mat_VarReadNextInfo(pointer) {
      if let array = Self.description(information.pointee) { arrays.append(array) }
      Mat_VarFree(information)
    }
    self.arrays = arrays
  }

  private static let types: [matio_classes.RawValue: NumberType] = [
    MAT_C_DOUBLE.rawValue: .float64, MAT_C_SINGLE.rawValue: .float32, MAT_C_INT8.rawValue: .int8,
    MAT_C_UINT8.rawValue: .uint8, MAT_C_INT16.rawValue: .int16, MAT_C_UINT16.rawValue: .uint16,
    MAT_C_INT32.rawValue: .int32, MAT_C_UINT32.rawValue: .uint32, MAT_C_INT64.rawValue: .int64,
    MAT_C_UINT64.rawValue: .uint64,
  ]

  private static func description(_ variable: matvar_t) -> ArrayDescription? {
    guard let name = variable.name, let extents = variable.dims, (1...32).contains(variable.rank)
    else { return nil }
    let shape = (0..<Int(variable.rank)).map { Int(clamping: extents[$0]) }
    guard ArrayDescription.elementCount(shape) != nil else { return nil }
    let kind: ArrayDescription.Kind =
      switch variable.class_type {
      case _ where variable.isComplex != 0: .other("holds complex numbers")
      case MAT_C_SPARSE: shape.count == 2 ? .sparse : .other("is sparse with \(shape.count) axes")
      case let type where types[type.rawValue] != nil: .numbers
      case MAT_C_CELL, MAT_C_CHAR: .texts
      case MAT_C_STRUCT: .other("is a structure; save its fields as variables")
      default: .other("is an object")
      }
    // The rows of a matrix of letters are the texts.
    let texts = variable.class_type == MAT_C_CHAR ? [shape[0]] : shape
    return ArrayDescription(name: String(cString: name), shape: texts, kind: kind)
  }

  borrowing func read(_ array: ArrayDescription) throws(DatasetError) -> ArrayContent {
    // Memory is allocated for what the header of a variable promises.
    guard array.kind == .sparse || array.elementCount <= elementLimit else { throw damaged(array) }
    guard let variable = Mat_VarRead(handle.pointer, array.name) else { throw damaged(array) }
    defer { Mat_VarFree(variable) }
    guard let data = variable.pointee.data else { throw damaged(array) }
    if array.kind == .sparse {
      guard let matrix = Self.sparse(variable.pointee, data, array) else { throw damaged(array) }
      return .sparse(matrix)
    }
    if array.kind == .texts {
      guard let texts = MATTexts.read(variable.pointee, data) else {
        throw .notAColumn(path: path, name: array.name, reason: "holds something else than texts")
      }
      return .texts(texts)
    }
    let byteCount = Int(clamping: variable.pointee.nbytes)
    guard let type = Self.types[variable.pointee.class_type.rawValue],
      Int(variable.pointee.data_size) == type.byteCount,
      byteCount == type.byteCount * array.elementCount
    else { throw damaged(array) }
    let bytes = UnsafeRawBufferPointer(start: data, count: byteCount)
    return .numbers(
      NumberArray(
        type, shape: array.shape, bytes: Array(bytes), isBigEndian: 1.bigEndian == 1,
        isColumnMajor: true))
  }

  private func damaged(_ array: ArrayDescription) -> DatasetError {
    .corrupt(path: path, reason: "variable '\(array.name)' cannot be read")
  }

  /// The compressed sparse columns of a variable, or nil if its parts are damaged.
  private static func sparse(
    _ variable: matvar_t, _ data: UnsafeMutableRawPointer, _ array: ArrayDescription
  ) -> CompressedMatrix? {
    let sparse = data.assumingMemoryBound(to: mat_sparse_t.self).pointee
    guard sparse.njc == array.shape[1] + 1, let starts = sparse.jc else { return nil }
    let count = Int(starts[array.shape[1]])
    guard count <= sparse.nir, count <= sparse.ndata else { return nil }
    let columns = (0...array.shape[1]).map { Int(starts[$0]) }
    var (rows, numbers) = ([Int](), [Double]())
    if count > 0 {
      guard let ir = sparse.ir, let values = sparse.data else { return nil }
      rows = (0..<count).map { Int(ir[$0]) }
      switch variable.data_type {
      case MAT_T_DOUBLE:
        numbers = Array(
          UnsafeBufferPointer(start: values.assumingMemoryBound(to: Double.self), count: count))
      case MAT_T_SINGLE:
        numbers = (0..<count).map { Double(values.assumingMemoryBound(to: Float.self)[$0]) }
      case MAT_T_UINT8:
        numbers = (0..<count).map { Double(values.assumingMemoryBound(to: UInt8.self)[$0]) }
      default: return nil
      }
    }
    return CompressedMatrix(
      rowCount: array.shape[0], columnCount: array.shape[1], isByColumn: true, starts: columns,
      positions: rows, values: numbers)
  }
}

/// Texts of a MAT file: a cell array of them, or the rows of a matrix of letters.
private enum MATTexts {
  static func read(_ variable: matvar_t, _ data: UnsafeMutableRawPointer) -> [String]? {
    if variable.class_type == MAT_C_CHAR { return rows(variable) }
    let count = variable.nbytes / MemoryLayout<UnsafeRawPointer>.size
    let cells = data.assumingMemoryBound(to: UnsafeMutablePointer<matvar_t>?.self)
    var texts: [String] = []
    for index in 0..<count {
      guard let cell = cells[index]?.pointee, cell.class_type == MAT_C_CHAR || cell.nbytes == 0
      else { return nil }
      guard cell.data != nil, cell.nbytes > 0 else {
        texts.append("")
        continue
      }
      guard let lines = rows(cell), lines.count == 1 else { return nil }
      texts.append(lines[0])
    }
    return texts
  }

  /// The rows of a matrix of letters, which lie in columns.
  private static func rows(_ variable: matvar_t) -> [String]? {
    guard variable.rank == 2, let extents = variable.dims, let data = variable.data else {
      return nil
    }
    let (rowCount, width) = (Int(extents[0]), Int(extents[1]))
    let count = rowCount * width
    let size = Int(variable.data_size)
    // UTF-8 may have more bytes than letters; then there is no telling where columns begin.
    if size == 1, rowCount == 1 {
      let bytes = UnsafeRawBufferPointer(start: data, count: Int(variable.nbytes))
      return [String(cell: bytes.prefix { $0 != 0 }).trimmingBlanks()]
    }
    guard Int(variable.nbytes) == count * size else { return nil }
    let codes: [UInt16]
    switch size {
    case 1: codes = (0..<count).map { UInt16(data.load(fromByteOffset: $0, as: UInt8.self)) }
    case 2: codes = (0..<count).map { data.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self) }
    default: return nil
    }
    return (0..<rowCount).map { row in
      String(decoding: (0..<width).map { codes[$0 * rowCount + row] }, as: UTF16.self)
        .trimmingBlanks()
    }
  }
}
