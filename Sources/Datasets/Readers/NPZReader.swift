/// A zip archive of arrays in NumPy's format, as `numpy.savez` and `scipy.sparse.save_npz` write.
struct NPZFile: ArrayFile, ~Copyable {
  let path: String
  let arrays: [ArrayDescription]
  private let archive: ZipArchive
  private let headers: [String: NPYHeader]

  private static let sparseParts: Set<String> = [
    "data", "indices", "indptr", "shape", "format", "row", "col", "offsets",
  ]

  init(path: String) throws(DatasetError) {
    let archive = try ZipArchive(path: path)
    var arrays: [ArrayDescription] = []
    var headers: [String: NPYHeader] = [:]
    for entry in archive.entries where entry.name.hasSuffix(".npy") {
      let name = String(entry.name.dropLast(4))
      let header = try NPYReader.header(
        try archive.read(entry, limit: NPYHeader.longest), path: path, name: name)
      guard headers.updateValue(header, forKey: name) == nil else {
        throw .corrupt(path: path, reason: "array '\(name)' is there twice")
      }
      arrays.append(NPYReader.description(header, name: name))
    }
    guard !arrays.isEmpty else {
      throw .unsupportedFormat(path: path, format: "a zip archive without arrays of NumPy")
    }
    // SciPy's matrix, in which of its formats ever; other arrays may stand beside its parts.
    if case .texts = headers["format"]?.elements, headers["data"] != nil, headers["shape"] != nil {
      let values = try Self.content("shape", headers, archive)
      guard case .numbers(let extents) = values else {
        throw .corrupt(path: path, reason: "the shape of the sparse matrix is absurd")
      }
      let shape = extents.numbers.map { Int(exactly: $0) ?? -1 }
      guard shape.count == 2, ArrayDescription.elementCount(shape) != nil else {
        throw .corrupt(path: path, reason: "the shape of the sparse matrix is absurd")
      }
      arrays.removeAll { Self.sparseParts.contains($0.name) }
      arrays.insert(ArrayDescription(name: "data", shape: shape, kind: .sparse), at: 0)
    }
    self.path = path
    self.arrays = arrays
    self.headers = headers
    self.archive = archive
  }

  borrowing func read(_ array: ArrayDescription) throws(DatasetError) -> ArrayContent {
    if array.kind == .sparse { return .sparse(try sparse(array)) }
    return try Self.content(array.name, headers, archive)
  }

  private static func content(
    _ name: String, _ headers: [String: NPYHeader], _ archive: borrowing ZipArchive
  ) throws(DatasetError) -> ArrayContent {
    let path = archive.path
    guard let header = headers[name],
      let entry = archive.entries.first(where: { $0.name == name + ".npy" })
    else { throw .corrupt(path: path, reason: "no array '\(name)'") }
    let promised = header.byteOffset + header.count * header.elements.byteCount
    if case .other = header.elements {
    } else if entry.byteCount != promised {
      throw .corrupt(
        path: path,
        reason: "array '\(name)': \(promised) bytes promised by the NPY header,"
          + " \(entry.byteCount) in the archive")
    }
    return try NPYReader.content(header, try archive.read(entry), path: path)
  }

  private borrowing func numbers(_ name: String) throws(DatasetError) -> [Double] {
    guard case .numbers(let array) = try Self.content(name, headers, archive) else {
      throw .corrupt(path: path, reason: "array '\(name)' holds no numbers")
    }
    return array.numbers
  }

  private borrowing func integers(_ name: String) throws(DatasetError) -> [Int] {
    try numbers(name).map { Int(exactly: $0) ?? -1 }
  }

  /// The matrix of `scipy.sparse.save_npz`.
  private borrowing func sparse(
    _ array: ArrayDescription
  ) throws(DatasetError) -> CompressedMatrix {
    guard case .texts(let texts) = try Self.content("format", headers, archive),
      let format = texts.first, ["csr", "csc", "coo"].contains(format)
    else {
      throw .unsupportedFormat(
        path: path, format: "a sparse matrix in none of SciPy's formats csr, csc and coo")
    }
    if format == "coo" {
      return try CompressedMatrix(
        rowCount: array.shape[0], columnCount: array.shape[1], rows: integers("row"),
        columns: integers("col"), values: numbers("data"), path: path)
    }
    return CompressedMatrix(
      rowCount: array.shape[0], columnCount: array.shape[1], isByColumn: format == "csc",
      starts: try integers("indptr"), positions: try integers("indices"),
      values: try numbers("data"))
  }
}
