import CMatio

/// An open MAT file and its numeric matrices.
struct MATFile: ~Copyable {
  /// A variable that is a matrix of real numbers, dense or sparse.
  struct Variable {
    let name: String
    let rowCount: Int
    let columnCount: Int
    let isSparse: Bool
    var elementCount: Int { rowCount * columnCount }
    var isVector: Bool { rowCount == 1 || columnCount == 1 }
  }

  /// The elements of a matrix in row-major order.
  enum Elements {
    case uint8([UInt8])
    case double([Double])
  }

  let path: String
  /// All numeric matrices in the order of the file.
  let variables: [Variable]
  private let handle: OpaquePointer
  private let elementLimit: Int

  init(path: String) throws(DatasetError) {
    let elementLimit = try MATCheck.check(path: path)
    guard let handle = Mat_Open(path, Int32(MAT_ACC_RDONLY.rawValue)) else {
      throw .corrupt(path: path, reason: "not a MAT file of version 5")
    }
    self.path = path
    self.handle = handle
    self.elementLimit = elementLimit
    var variables: [Variable] = []
    while let information = Mat_VarReadNextInfo(handle) {
      if let variable = Self.matrix(information.pointee) { variables.append(variable) }
      Mat_VarFree(information)
    }
    self.variables = variables
  }

  deinit {
    Mat_Close(handle)
  }

  private static let numericClasses: [matio_classes] = [
    MAT_C_SPARSE, MAT_C_DOUBLE, MAT_C_SINGLE, MAT_C_INT8, MAT_C_UINT8, MAT_C_INT16, MAT_C_UINT16,
    MAT_C_INT32, MAT_C_UINT32, MAT_C_INT64, MAT_C_UINT64,
  ]

  private static func matrix(_ information: matvar_t) -> Variable? {
    guard let name = information.name, let extents = information.dims, information.rank == 2,
      information.isComplex == 0, numericClasses.contains(information.class_type),
      extents[0] < 1 << 31, extents[1] < 1 << 31
    else { return nil }
    return Variable(
      name: String(cString: name), rowCount: Int(extents[0]), columnCount: Int(extents[1]),
      isSparse: information.class_type == MAT_C_SPARSE)
  }

  /// Reads a matrix.
  ///
  /// - Parameter variable: One of `variables`.
  /// - Returns: Its elements in row-major order; those of a sparse matrix with all zeros.
  /// - Throws: `DatasetError.corrupt`.
  func read(_ variable: Variable) throws(DatasetError) -> Elements {
    // Memory is allocated for what the header of a variable promises.
    guard variable.elementCount <= elementLimit else { throw damaged(variable) }
    guard !variable.isSparse || variable.elementCount < 1 << 28 else {
      throw .unsupportedFormat(path: path, format: "a sparse matrix of that size")
    }
    guard let matrix = Mat_VarRead(handle, variable.name) else {
      throw damaged(variable)
    }
    defer { Mat_VarFree(matrix) }
    guard let data = matrix.pointee.data else { throw damaged(variable) }
    if variable.isSparse {
      guard let elements = Self.densified(matrix.pointee, data, variable) else {
        throw damaged(variable)
      }
      return .double(elements)
    }
    let size = Int(matrix.pointee.data_size)
    guard Int(matrix.pointee.nbytes) == size * variable.elementCount,
      size == Mat_SizeOfClass(Int32(matrix.pointee.class_type.rawValue))
    else { throw damaged(variable) }
    func transposed<Element>(_ type: Element.Type) -> [Element] {
      Self.transposed(data.assumingMemoryBound(to: type), variable)
    }
    switch matrix.pointee.class_type {
    case MAT_C_UINT8: return .uint8(transposed(UInt8.self))
    case MAT_C_DOUBLE: return .double(transposed(Double.self))
    case MAT_C_SINGLE: return .double(transposed(Float.self).map(Double.init))
    case MAT_C_INT8: return .double(transposed(Int8.self).map(Double.init))
    case MAT_C_INT16: return .double(transposed(Int16.self).map(Double.init))
    case MAT_C_UINT16: return .double(transposed(UInt16.self).map(Double.init))
    case MAT_C_INT32: return .double(transposed(Int32.self).map(Double.init))
    case MAT_C_UINT32: return .double(transposed(UInt32.self).map(Double.init))
    case MAT_C_INT64: return .double(transposed(Int64.self).map(Double.init))
    default: return .double(transposed(UInt64.self).map(Double.init))
    }
  }

  private func damaged(_ variable: Variable) -> DatasetError {
    .corrupt(path: path, reason: "variable '\(variable.name)' cannot be read")
  }

  /// From columns to rows, 64 rows at a time so that the lines written to stay in the cache.
  private static func transposed<Element>(
    _ source: UnsafePointer<Element>, _ variable: Variable
  ) -> [Element] {
    let (rowCount, columnCount) = (variable.rowCount, variable.columnCount)
    return [Element](unsafeUninitializedCapacity: rowCount * columnCount) { target, count in
      count = rowCount * columnCount
      guard let target = target.baseAddress else { return }
      for start in stride(from: 0, to: rowCount, by: 64) {
        let end = min(start + 64, rowCount)
        for column in 0..<columnCount {
          for row in start..<end {
            (target + (row * columnCount + column))
              .initialize(to: source[column * rowCount + row])
          }
        }
      }
    }
  }

  /// A compressed sparse column matrix with all its zeros, or nil if its indices are damaged.
  private static func densified(
    _ matrix: matvar_t, _ data: UnsafeMutableRawPointer, _ variable: Variable
  ) -> [Double]? {
    let sparse = data.assumingMemoryBound(to: mat_sparse_t.self).pointee
    guard let starts = sparse.jc, let rows = sparse.ir, let values = sparse.data,
      sparse.njc == variable.columnCount + 1,
      matrix.data_type == MAT_T_DOUBLE || matrix.data_type == MAT_T_UINT8
    else { return nil }
    var elements = [Double](repeating: 0, count: variable.elementCount)
    for column in 0..<variable.columnCount {
      let (start, end) = (Int(starts[column]), Int(starts[column + 1]))
      guard start <= end, end <= sparse.nir, end <= sparse.ndata else { return nil }
      for position in start..<end {
        let row = Int(rows[position])
        guard row < variable.rowCount else { return nil }
        elements[row * variable.columnCount + column] =
          matrix.data_type == MAT_T_DOUBLE
          ? values.assumingMemoryBound(to: Double.self)[position]
          : Double(values.assumingMemoryBound(to: UInt8.self)[position])
      }
    }
    return elements
  }
}
