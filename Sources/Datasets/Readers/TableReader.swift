/// How files are read whose content leaves a choice.
public struct ReadingOptions: Sendable, Equatable {
  /// Columns of text files whose cells are texts, whatever they look like.
  var textColumns: [String] = []

  /// Creates the options that leave every choice to the content.
  public init() {}
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
    switch try FileFormat.recognise(path: path) {
    case .text: try CSVReader.read(path: path, options: options)
    case .mat: try MATReader.read(path: path)
    case .store: try ColumnStore.open(path: path)
    case .idx: Table(features: try IDXReader.readFeatures(path: path))
    }
  }
}
