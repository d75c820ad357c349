#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The format of a data file, recognised by its first bytes and never by its name.
public enum FileFormat: String, Sendable, Codable, CaseIterable {
  /// Values separated by commas, tabs, semicolons or blanks, or one value per line.
  case csv
  /// The format of Weka.
  case arff
  /// The format of LIBSVM and SVMlight: a label and the values that are not zero.
  case libsvm
  /// The format of the MNIST files.
  case idx
  /// MATLAB's format, version 5 or 7.3.
  case mat
  /// Espalier's column store.
  case store
  /// NumPy's format of one array.
  case npy
  /// A zip archive of NumPy's arrays.
  case npz
  /// The hierarchical data format, version 5.
  case hdf5
  /// The binary version of CIFAR-10.
  case cifar10
  /// The binary version of CIFAR-100.
  case cifar100
  /// A folder of images.
  case folder
  /// A tar archive of images.
  case tar

  /// How much of a file is looked at.
  static let sampleByteCount = 1 << 16

  /// Recognises the format of a file.
  ///
  /// - Parameters:
  ///   - path: The file, compressed by gzip or not.
  ///   - expected: Its format, if that is known.
  /// - Returns: Its format.
  /// - Throws: Why it cannot be read: absent, empty, or of a format that is not read.
  static func recognise(
    path: String, expecting expected: FileFormat? = nil
  ) throws(DatasetError) -> FileFormat {
    if isFolder(path) {
      if let expected, expected != .folder { throw expected.isNotFormat(of: path) }
      return .folder
    }
    if expected == .folder { throw FileFormat.folder.isNotFormat(of: path) }
    return try recognise(ByteStream(path: path), expecting: expected)
  }

  /// Recognises the format of a file that is no folder.
  ///
  /// - Parameters:
  ///   - stream: The file from its beginning.
  ///   - expected: Its format, if that is known.
  /// - Returns: Its format.
  /// - Throws: Why it cannot be read.
  static func recognise(
    _ stream: consuming ByteStream, expecting expected: FileFormat? = nil
  ) throws(DatasetError) -> FileFormat {
    let path = stream.path
    let head = try stream.read(sampleByteCount)
    guard !head.isEmpty else { throw .emptyFile(path: path) }
    if head.starts(with: "version https://git-lfs".utf8) { throw .gitLFSPointer(path: path) }
    if let expected {
      guard expected.mayBegin(with: head) else { throw expected.isNotFormat(of: path) }
      return expected
    }
    if let format = unsupported.first(where: { head.starts(with: $0.magic) })?.name {
      throw .unsupportedFormat(path: path, format: format)
    }
    if let error = ForeignFormat.error(head, path: path) { throw error }
    if head.starts(with: StoreLayout.magic) {
      guard !stream.isCompressed else {
        throw .unsupportedFormat(path: path, format: "a column store inside a gzip file")
      }
      return .store
    }
    if head.starts(with: NPYHeader.magic) { return .npy }
    if head.starts(with: "PK\u{3}\u{4}".utf8) || head.starts(with: "PK\u{5}\u{6}".utf8) {
      return .npz
    }
    if head.starts(with: "MATLAB 5.0".utf8) || hasMATVersion(head) || isMATVersion73(head) {
      return .mat
    }
    if isHDF5(head) {
      return .hdf5
    }
    if TarReader.isLikely(head) { return .tar }
    if IDXReader.isLikely(head) { return .idx }
    let size = stream.isCompressed ? nil : stream.fileSize
    if let format = CIFARReader.format(head, fileSize: size) { return format }
    if head.starts(with: [0, 0]) { return .idx }
    if head.contains(0) {
      throw .unsupportedFormat(path: path, format: "a binary file of unknown format")
    }
    if ARFFHeader.isLikely(head) { return .arff }
    return LIBSVMReader.isLikely(head) ? .libsvm : .csv
  }

  /// Whether a file of this format may begin so; text may begin with anything.
  private func mayBegin(with head: [UInt8]) -> Bool {
    switch self {
    case .store: head.starts(with: StoreLayout.magic)
    case .npy: head.starts(with: NPYHeader.magic)
    case .npz: head.starts(with: "PK".utf8)
    case .mat, .hdf5:
      head.starts(with: "MATLAB 5.0".utf8) || Self.hasMATVersion(head)
        || Self.isMATVersion73(head) || Self.isHDF5(head)
    case .tar: TarReader.isLikely(head)
    case .idx: head.starts(with: [0, 0])
    case .csv, .arff, .libsvm, .cifar10, .cifar100, .folder: true
    }
  }

  private func isNotFormat(of path: String) -> DatasetError {
    .foreignFormat(
      path: path, what: self == .folder ? "no folder" : "no \(rawValue) file",
      remedy: "leave --format out, or name the format that it has")
  }

  private static let unsupported: [(magic: [UInt8], name: String)] = [
    ([0x1f, 0x8b], "a gzip file inside a gzip file"),
    (Array("BZh".utf8), "the bzip2 format"),
    ([0xfd, 0x37, 0x7a, 0x58, 0x5a], "the xz format"),
    ([0x28, 0xb5, 0x2f, 0xfd], "the zstd format"),
    ([0x37, 0x7a, 0xbc, 0xaf], "the 7-Zip format"),
    (Array("PAR1".utf8), "the Parquet format"),
    (Array("ARROW1".utf8), "the Feather format"),
    ([0xff, 0xfe], "text in UTF-16"),
    ([0xfe, 0xff], "text in UTF-16"),
  ]

  /// Whether a library goes back and forth in files of this format, which gzip does not allow.
  var isSeekedIn: Bool { self == .mat || self == .hdf5 || self == .npz }

  /// Whether the samples may lie in the columns of a file of this format.
  var isTransposable: Bool { [.csv, .mat, .npy, .npz, .hdf5].contains(self) }

  /// What the format is called.
  var title: String {
    switch self {
    case .csv: "delimited text"
    case .arff: "ARFF"
    case .libsvm: "LIBSVM"
    case .idx: "IDX"
    case .mat: "MATLAB"
    case .store: "Espalier's column store"
    case .npy: "NumPy array"
    case .npz: "NumPy archive"
    case .hdf5: "HDF5"
    case .cifar10: "CIFAR-10"
    case .cifar100: "CIFAR-100"
    case .folder: "folder of images"
    case .tar: "tar archive of images"
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The signature stands at the beginning, or behind a block of the user's of 512 bytes or more.
  private static func isHDF5(_ head: [UInt8]) -> Bool {
    let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]
    return [0, 512, 1024, 2048, 4096, 8192].contains { head.dropFirst($0).starts(with: signature) }
  }

  /// A file of version 7.3 is one of HDF5 behind 512 bytes that say so.
  static func isMATVersion73(_ head: [UInt8]) -> Bool {
    head.starts(with: "MATLAB 7.3".utf8)
  }

  /// Bytes 124...127 of a MAT file hold the version and the letters M and I in machine order.
  private static func hasMATVersion(_ head: [UInt8]) -> Bool {
    guard head.count >= 128 else { return false }
    return head[124...127].elementsEqual([0, 1, 0x49, 0x4d])
      || head[124...127].elementsEqual([1, 0, 0x4d, 0x49])
  }
}
