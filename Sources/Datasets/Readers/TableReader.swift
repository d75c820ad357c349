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
  /// Whether the samples are the columns of a text table or of an array, whose last axis counts
  /// them, not its first.
  public var isTransposed = false
  /// The extents that images are brought to; nil for those of most.
  public var imageSize: (height: Int, width: Int)? {
    get { imageExtents.map { ($0[0], $0[1]) } }
    set { imageExtents = newValue.map { [max($0.height, 1), max($0.width, 1)] } }
  }
  /// The same as an array, which can be compared.
  private var imageExtents: [Int]?
  /// Whether files of other things than pictures are refused, since a size was asked for.
  public var expectsPictures = false
  /// The channels that images are to have: one of three, to which grey ones are brought; nil for
  /// those that they have.
  public var imageChannels: Int?
  /// Whether images that cannot be read are left out.
  public var skipsBadImages = false

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
    if options.isTransposed, !format.isTransposable {
      throw .foreignFormat(
        path: path, what: "\(format.title), whose rows are the samples",
        remedy: "leave --transpose out")
    }
    if options.expectsPictures, format != .folder, format != .tar {
      throw .foreignFormat(
        path: path, what: "\(format.title), which holds no pictures to be brought to a size",
        remedy: "leave --image-size out")
    }
    guard format.isSeekedIn, try ByteStream.isCompressed(path) else {
      return try read(path: path, format, options)
    }
    let unpacked = try UnpackedFile(path)
    defer { withExtendedLifetime(unpacked) {} }
    do throws(DatasetError) {
      return try read(path: unpacked.path, format, options)
    } catch {
      throw error.naming(path, insteadOf: unpacked.path)
    }
  }

  private static func read(
    path: String, _ format: FileFormat, _ options: ReadingOptions
  ) throws(DatasetError) -> Table {
    if let decoder = options.decoder, format.library != nil {
      return try decoder.decode(path, format, options)
    }
    switch format {
    case .csv where options.isTransposed:
      return try TransposedTextReader.read(ByteStream(path: path), options: options)
        .takingLabels(besides: path)
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
