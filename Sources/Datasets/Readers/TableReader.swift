/// How files are read whose content leaves a choice.
public struct ReadingOptions: Sendable, Equatable {
  /// Columns of text files whose cells are texts, whatever they look like.
  var textColumns: [String] = []
  /// Whether the cells of a column store are compared with their checksums.
  var checksStores = true

  /// Whether the first line of a text file names the columns.
  public var header = HeaderLine.auto
  /// The format of the files; nil to recognise it by the content of each.
  public var format: FileFormat?
  /// The array of the features, in a file of several; nil for the one that custom tells.
  public var variable: String?
  /// Whether the samples of an array are its columns: its last axis counts them, not its first.
  public var isTransposed = false
  /// The extents that images are brought to; nil for those of most.
  public var imageSize: (height: Int, width: Int)? {
    get { imageExtents.map { ($0[0], $0[1]) } }
    set { imageExtents = newValue.map { [max($0.height, 1), max($0.width, 1)] } }
  }
  /// The same as an array, which can be compared.
  private var imageExtents: [Int]?

  /// Reads files of formats that C libraries parse; nil for reading them in this process.
  public var decoder: TableDecoder?

  /// Creates the options that leave every choice to the content.
  public init() {}
}

/// Whether the first line of a text file names the columns.
public enum HeaderLine: String, Sendable, Codable, CaseIterable {
  /// As the content tells.
  case auto
  /// It does.
  case yes
  /// It does not; the columns are `x0`, `x1` ...
  case no
}

/// Reads a file of any format.
enum TableReader {
  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - options: What its content does not tell.
  /// - Returns: The table.
  /// - Throws: What is wrong with the file, and where.
  static func read(path: String, options: ReadingOptions) throws(DatasetError) -> Table {
    let format = try FileFormat.recognise(path: path, expecting: options.format)
    if let decoder = options.decoder, format.library != nil {
      return try decoder.decode(path, format, options)
    }
    switch format {
    case .csv:
      return try CSVReader.read(path: path, options: options).takingLabels(besides: path)
    case .arff: return try ARFFReader.read(ByteStream(path: path))
    case .libsvm:
      return try LIBSVMReader.read(ByteStream(path: path)).takingLabels(besides: path)
    case .store:
      return options.checksStores
        ? try ColumnStore.open(path: path) : try ColumnStore.openUnchecked(path: path)
    case .mat: return try MATReader.read(path: path, options: options)
    case .npy: return try NPYReader.read(ByteStream(path: path), options: options)
    case .npz: return try ArrayTable.read(try NPZFile(path: path), options: options)
    case .hdf5:
      return try ForeignLibraries.exclusively { () throws(DatasetError) in
        try ArrayTable.read(try HDF5File(path: path), options: options)
      }
    case .idx: return Table(features: try IDXReader.readFeatures(ByteStream(path: path)))
    case .cifar10: return try CIFARReader.read(ByteStream(path: path), format: .cifar10)
    case .cifar100: return try CIFARReader.read(ByteStream(path: path), format: .cifar100)
    case .folder: return try ImageReader.read(.folder(path), options: options)
    case .tar: return try ImageReader.read(.archive(path), options: options)
    }
  }
}
