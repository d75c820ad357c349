/// Reads files of formats that C libraries parse, in place of this process.
///
/// A damaged file may bring such a library down, and the program with it. A program that cannot
/// afford that sets a decoder which reads the file in another process.
public struct TableDecoder: Sendable, Equatable {
  /// What the decoder is called; decoders of one name are the same.
  public let name: String
  /// Reads a file.
  let decode: @Sendable (String, FileFormat, ReadingOptions) throws(DatasetError) -> Table

  /// Creates a decoder.
  ///
  /// - Parameters:
  ///   - name: What it is called.
  ///   - decode: Reads a file; it gets its path, the library that would parse it, and the options.
  public init(
    name: String,
    decode:
      @escaping @Sendable (
        _ path: String, _ library: String, _ options: ReadingOptions
      ) throws(DatasetError) -> Table
  ) {
    self.name = name
    self.decode = { path, format, options throws(DatasetError) in
      try decode(path, format.library ?? "", options)
    }
  }

  /// Whether two decoders have the same name.
  ///
  /// - Parameters:
  ///   - first: One.
  ///   - second: The other.
  /// - Returns: Whether they have the same name.
  public static func == (first: TableDecoder, second: TableDecoder) -> Bool {
    first.name == second.name
  }
}

extension FileFormat {
  /// What the C library that parses files of this format is called; nil for parsers of our own.
  var library: String? {
    switch self {
    case .mat: "the MAT library"
    case .hdf5: "the HDF5 library"
    case .npz: "the zip library"
    case .folder, .tar: "an image decoder"
    default: nil
    }
  }
}
