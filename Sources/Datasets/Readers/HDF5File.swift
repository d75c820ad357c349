import CHDF5

/// An open HDF5 file.
struct HDF5File: ArrayFile, ~Copyable {
  let path: String
  /// All datasets, named by their place such as `train/data`.
  let arrays: [ArrayDescription]
  let asksForVariable = true
  /// How the datasets are marked as variables of MATLAB.
  let marks: MATLABMarks
  /// Whether the axes lie as MATLAB writes them, the last one first.
  private let hasReversedAxes: Bool
  private let file: HDF5Handle
  private let fileSize: Int

  /// No more objects than that are looked at: groups may contain each other.
  private static let largestObjectCount = 10_000

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - isMAT: Whether it is a MAT file of version 7.3.
  /// - Throws: What is wrong with the file.
  init(path: String, isMAT: Bool = false) throws(DatasetError) {
    let fileSize = try ByteStream(path: path).fileSize
    guard H5open() >= 0 else { throw .unreadable(path: path, reason: "HDF5 does not start") }
    espalier_h5_be_silent()
    let file = HDF5Handle(H5Fopen(path, 0, espalier_h5_default()), H5Fclose)
    guard file.isOpen else {
      let promised = Self.promisedByteCount(try ByteStream.head(path, 64))
      throw .corrupt(
        path: path,
        reason: promised.map { $0 > fileSize } == true
          ? "the file ends at byte \(fileSize), but its HDF5 header promises \(promised ?? 0)"
          : "HDF5 cannot open it")
    }
    var arrays: [ArrayDescription] = []
    var count = 0
    var marks = MATLABMarks.none
    Self.list(file.id, prefix: "", depth: 0, count: &count, into: &arrays, &marks)
    self.marks = marks
    hasReversedAxes = isMAT && marks == .foreign
    self.file = file
    self.path = path
    self.fileSize = fileSize
    self.arrays = hasReversedAxes ? arrays.map(\.reversed) : arrays
  }

  /// The length of the file as its first block has it, for addresses of eight bytes; nil for others.
  private static func promisedByteCount(_ head: [UInt8]) -> Int? {
    let version = head.count == 64 ? head[8] : .max
    guard version <= 3, head[version < 2 ? 13 : 9] == 8 else { return nil }
    let start = version == 0 ? 40 : version == 1 ? 44 : 28
    let length = head[start..<(start + 8)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(exactly: length)
  }

  /// Describes the datasets of a group and of the groups in it.
  private static func list(
    _ group: hid_t, prefix: String, depth: Int, count: inout Int,
    into arrays: inout [ArrayDescription], _ marks: inout MATLABMarks
  ) {
    var information = H5G_info_t()
    guard depth < 8, H5Gget_info(group, &information) >= 0 else { return }
    for index in 0..<information.nlinks {
      count += 1
      guard count <= largestObjectCount else { return }
      var letters = [CChar](repeating: 0, count: 1024)
      let length = H5Lget_name_by_idx(
        group, ".", H5_INDEX_NAME, H5_ITER_INC, index, &letters, letters.count,
        espalier_h5_default())
      guard length > 0, length < letters.count, espalier_h5_is_hard_link(group, letters) != 0
      else { continue }
      let object = HDF5Handle(H5Oopen(group, letters, espalier_h5_default()), H5Oclose)
      guard object.isOpen else { continue }
      marks = max(marks, MATLABMarks(of: object.id))
      let name = prefix + String(decoding: letters.prefix(length).map(UInt8.init), as: UTF8.self)
      switch H5Iget_type(object.id) {
      case H5I_GROUP where marks == .foreign && H5Aexists(object.id, "MATLAB_sparse") > 0:
        let kind = ArrayDescription.Kind.other("is a sparse matrix of no form that MATLAB writes")
        arrays.append(ArrayDescription(name: name, shape: [], kind: kind))
      case H5I_GROUP:
        list(
          object.id, prefix: name + "/", depth: depth + 1, count: &count, into: &arrays, &marks)
      case H5I_DATASET:
        if let array = description(object.id, name: name) { arrays.append(array) }
      default: break
      }
    }
  }

  private static func description(_ dataset: hid_t, name: String) -> ArrayDescription? {
    let space = HDF5Handle(H5Dget_space(dataset), H5Sclose)
    let type = HDF5Handle(H5Dget_type(dataset), H5Tclose)
    let rank = H5Sget_simple_extent_ndims(space.id)
    guard (0...32).contains(rank), type.isOpen else { return nil }
    var extents = [hsize_t](repeating: 0, count: 32)
    guard H5Sget_simple_extent_dims(space.id, &extents, nil) == rank else { return nil }
    let shape = extents.prefix(Int(rank)).map { Int(clamping: $0) }
    guard ArrayDescription.elementCount(shape) != nil else { return nil }
    let kind: ArrayDescription.Kind =
      switch H5Tget_class(type.id) {
      case H5T_INTEGER, H5T_FLOAT, H5T_ENUM:
        numberType(type.id) == nil ? .other("holds numbers of an unusual size") : .numbers
      case H5T_STRING: .texts
      case H5T_COMPOUND: .other("holds records of several fields")
      default: .other("holds no numbers")
      }
    return ArrayDescription(name: name, shape: shape, kind: kind)
  }

  /// The type that numbers of a type of the file are read as.
  private static func numberType(_ type: hid_t) -> NumberType? {
    let size = H5Tget_size(type)
    switch H5Tget_class(type) {
    case H5T_FLOAT: return size <= 4 ? .float32 : size <= 8 ? .float64 : nil
    case H5T_ENUM: return size == 1 ? .int8 : nil  // how h5py keeps truth values
    default:
      let isSigned = H5Tget_sign(type) == H5T_SGN_2
      switch size {
      case 1: return isSigned ? .int8 : .uint8
      case 2: return isSigned ? .int16 : .uint16
      case 3...4: return isSigned ? .int32 : .uint32
      case 5...8: return isSigned ? .int64 : .uint64
      default: return nil
      }
    }
  }

  borrowing func read(_ array: ArrayDescription) throws(DatasetError) -> ArrayContent {
    let dataset = HDF5Handle(H5Oopen(file.id, array.name, espalier_h5_default()), H5Oclose)
    let type = HDF5Handle(H5Dget_type(dataset.id), H5Tclose)
    if array.kind == .texts { return .texts(try texts(array, dataset.id, type.id)) }
    guard let number = Self.numberType(type.id) else { throw damaged(array) }
    let byteCount = array.elementCount * number.byteCount
    try check(array, byteCount: byteCount, stored: H5Dget_storage_size(dataset.id))
    let memoryType =
      H5Tget_class(type.id) == H5T_ENUM
      ? HDF5Handle(H5Tget_native_type(type.id, H5T_DIR_ASCEND), H5Tclose)
      : HDF5Handle(Self.nativeType(number), { _ in 0 })
    var status: herr_t = -1
    let bytes = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      // What HDF5 leaves unwritten is zero, not what the memory held.
      buffer.initialize(repeating: 0)
      status = H5Dread(
        dataset.id, memoryType.id, espalier_h5_all(), espalier_h5_all(), espalier_h5_default(),
        buffer.baseAddress)
      count = byteCount
    }
    guard status >= 0 else { throw damaged(array) }
    return .numbers(
      NumberArray(
        number, shape: array.shape, bytes: bytes, isBigEndian: 1.bigEndian == 1,
        isColumnMajor: hasReversedAxes))
  }

  /// Compares what a dataset promises with what lies in the file, before memory is taken.
  private borrowing func check(
    _ array: ArrayDescription, byteCount: Int, stored: hsize_t
  ) throws(DatasetError) {
    // Deflate packs at most 1032 bytes into one; parts never written take no room at all.
    guard stored <= fileSize, byteCount / 1032 <= fileSize else {
      throw .corrupt(
        path: path,
        reason: "\(byteCount) bytes promised by dataset '\(array.name)', \(fileSize) in the file")
    }
    if ByteStream.isAbsurd(byteCount, from: fileSize) {
      throw .absurdExpansion(path: path, ratio: ByteStream.largestRatio)
    }
  }

  /// Reads texts of one length, or each of its own.
  private borrowing func texts(
    _ array: ArrayDescription, _ dataset: hid_t, _ type: hid_t
  ) throws(DatasetError) -> [String] {
    let space = HDF5Handle(H5Dget_space(dataset), H5Sclose)
    let stored = H5Dget_storage_size(dataset)
    let areOfAnyLength = H5Tis_variable_str(type) > 0
    // A text of its own length is 16 bytes that point to it.
    let size = areOfAnyLength ? 16 : H5Tget_size(type)
    let (byteCount, overflow) = size.multipliedReportingOverflow(by: array.elementCount)
    if overflow { throw damaged(array) }
    try check(array, byteCount: byteCount, stored: stored)
    guard areOfAnyLength else {
      var bytes = [UInt8](repeating: 0, count: byteCount)
      let status = H5Dread(
        dataset, type, espalier_h5_all(), espalier_h5_all(), espalier_h5_default(), &bytes)
      guard status >= 0 else { throw damaged(array) }
      return stride(from: 0, to: byteCount, by: size).map { start in
        let letters = bytes[start..<(start + size)].prefix { $0 != 0 }
        return String(cell: letters).trimmingBlanks()
      }
    }
    var letterCount: hsize_t = 0
    guard H5Dvlen_get_buf_size(dataset, type, space.id, &letterCount) >= 0 else {
      throw damaged(array)
    }
    // Many may point to one.
    try check(array, byteCount: Int(clamping: letterCount), stored: stored)
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: array.elementCount)
    let status = H5Dread(
      dataset, type, espalier_h5_all(), espalier_h5_all(), espalier_h5_default(), &pointers)
    guard status >= 0 else { throw damaged(array) }
    defer { H5Dvlen_reclaim(type, space.id, espalier_h5_default(), &pointers) }
    return pointers.map { $0.map { Self.text($0) } ?? "" }
  }

  /// A text up to its zero byte.
  private static func text(_ letters: UnsafePointer<CChar>) -> String {
    var count = 0
    while letters[count] != 0 { count += 1 }
    let bytes = UnsafeRawBufferPointer(start: letters, count: count)
    return String(cell: bytes).trimmingBlanks()
  }

  private static func nativeType(_ type: NumberType) -> hid_t {
    switch type {
    case .int8: espalier_h5_type_int8()
    case .bool, .uint8: espalier_h5_type_uint8()
    case .int16: espalier_h5_type_int16()
    case .uint16: espalier_h5_type_uint16()
    case .int32: espalier_h5_type_int32()
    case .uint32: espalier_h5_type_uint32()
    case .int64: espalier_h5_type_int64()
    case .uint64: espalier_h5_type_uint64()
    case .float16, .float32: espalier_h5_type_float()
    case .float64: espalier_h5_type_double()
    }
  }

  private func damaged(_ array: ArrayDescription) -> DatasetError {
    .corrupt(path: path, reason: "dataset '\(array.name)' cannot be read")
  }
}

extension ArrayDescription {
  /// The same with its axes in the other order.
  fileprivate var reversed: ArrayDescription {
    ArrayDescription(name: name, shape: shape.reversed(), kind: kind)
  }
}
