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
    let head = try ByteStream.head(path, 128)
    let isVersion73 = head.count == 128 && FileFormat.isMATVersion73(head)
    return try ForeignLibraries.exclusively { () throws(DatasetError) in
      // Python's libraries write the form of MATLAB without the marks that libmatio goes by.
      if isVersion73 {
        let file = try HDF5File(path: path, isMAT: true)
        if file.marks != .own { return try ArrayTable.read(file, options: options) }
      }
      return try ArrayTable.read(try MATFile(path: path), options: options)
    }
  }
}
