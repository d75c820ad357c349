/// Reads tables from MATLAB's `.mat` files, version 5 and 7.3.
enum MATReader {
  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - options: Which variable holds the features, and whether samples lie in its columns.
  /// - Returns: The table.
  /// - Throws: What is wrong with the file, and where.
  static func read(path: String, options: ReadingOptions) throws(DatasetError) -> Table {
    try ForeignLibraries.exclusively { () throws(DatasetError) in
      try ArrayTable.read(try MATFile(path: path), options: options)
    }
  }
}
