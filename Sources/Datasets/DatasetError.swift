/// Why data could not be read, split, generated or written.
///
/// Every description is one line: what is wrong, where, and what to do about it. Lines are counted
/// from 1 as editors do, rows and columns from 0 as everywhere else in this package.
public enum DatasetError: Error, Equatable, Sendable, Codable {
  /// No file has this path.
  case missingFile(path: String)
  /// The path is a directory.
  case isDirectory(path: String)
  /// The system refused to read the file.
  case unreadable(path: String, reason: String)
  /// The file has no bytes.
  case emptyFile(path: String)
  /// The file ends behind its header.
  case noRows(path: String)
  /// The file is a Git LFS pointer instead of the data.
  case gitLFSPointer(path: String)
  /// The file has a format that is recognised, but not read.
  case unsupportedFormat(path: String, format: String)
  /// The file is no table, or none of a format that is read.
  case foreignFormat(path: String, what: String, remedy: String)
  /// The file contradicts its own format.
  case corrupt(path: String, reason: String)
  /// The file decompresses to far more than any sensible table.
  case absurdExpansion(path: String, ratio: Int)

  /// A library that reads the file was killed by a signal.
  case libraryCrashed(path: String, library: String, signal: Int)
  /// A library that reads the file did not end.
  case libraryTooSlow(path: String, library: String, seconds: Int)

  /// A row has more or fewer cells than the header.
  case raggedRow(path: String, line: Int, expected: Int, found: Int)
  /// A cell of a feature is not a number.
  case nonNumericCell(path: String, line: Int, column: String, text: String)
  /// A cell is empty.
  case emptyCell(path: String, line: Int, column: String)
  /// A cell of a text file is NaN or infinite.
  case notFiniteCell(path: String, line: Int, column: String, text: String)
  /// A cell of a text file is beyond the range of `Float`.
  case tooLargeCell(path: String, line: Int, column: String, text: String)
  /// An element of a binary file or a target is beyond the range of `Float`.
  case tooLargeElement(path: String, row: Int, column: String)
  /// An element of a binary file is NaN or infinite.
  case notFiniteElement(path: String, row: Int, column: String)
  /// A line of a text file is not what its format asks for.
  case unexpectedLine(path: String, line: Int, reason: String)
  /// A quotation mark is never closed.
  case unterminatedQuote(path: String, line: Int)
  /// Two columns have the same name.
  case duplicateColumn(path: String, name: String)

  /// No column, or no variable of a `.mat` file, has this name.
  case columnNotFound(path: String, name: String, known: [String])
  /// Nothing says which column is to be predicted.
  case noTarget(path: String)
  /// No column is left to predict the target from.
  case noFeatures(path: String)
  /// Files that are to be one table have different columns.
  case columnsDiffer(path: String, reference: String, reason: String)
  /// There are more or fewer labels than rows.
  case labelCount(path: String, labels: Int, rows: Int)
  /// A row has no target.
  case missingLabel(path: String, row: Int, column: String)
  /// Nobody knows of which group a row is.
  case missingGroup(path: String, row: Int, column: String)
  /// A row has no weight, or one that is none.
  case badWeight(path: String, row: Int, column: String, text: String)
  /// A cell is missing where none may be.
  case missingCell(path: String, row: Int, column: String, count: Int)
  /// A column of texts is to be used, but there are too many different ones.
  case tooManyLevels(path: String, column: String)
  /// A column that is to hold numbers holds texts.
  case notNumeric(path: String, column: String, text: String, use: String)
  /// A part of a file is to be a column, but is none.
  case notAColumn(path: String, name: String, reason: String)
  /// No array of a file has this name.
  case variableNotFound(path: String, name: String, known: [String])
  /// Several arrays of a file may be the features.
  case ambiguousVariable(path: String, known: [String])
  /// No array of a file holds numbers.
  case noNumbers(path: String, reason: String)
  /// An array of features has as many columns as there are labels, but not as many rows.
  case samplesInColumns(path: String, name: String, size: String, labels: String, count: Int)
  /// Every row has the same target.
  case oneClass(path: String, value: String)
  /// A label of the test data does not occur in the training data.
  case unknownLabel(path: String, label: String, known: [String])
  /// A target that is to be regressed on is not a number.
  case nonNumericTarget(path: String, row: Int, text: String)
  /// Of several target columns one is neither of two levels nor of numbers, as the others.
  case mixedTargets(path: String, column: String, row: Int, text: String)

  /// A line of a file of groups is no group of columns of the table.
  case badGroup(path: String, line: Int, reason: String)
  /// A line of a file of test rows is not a row of the table.
  case badTestRow(path: String, line: Int, text: String, rowCount: Int)
  /// A file of test rows names a row twice.
  case repeatedTestRow(path: String, line: Int, row: Int)
  /// Test rows are not a proper part of the table.
  case badSplit(reason: String)
  /// A generator was asked for something that cannot be.
  case impossibleRecipe(generator: String, reason: String)
  /// The system refused to write the file.
  case cannotWrite(path: String, reason: String)

  /// Whether the input is absent, rather than bad.
  public var isMissingInput: Bool {
    if case .missingFile = self { return true }
    return false
  }

  /// Whether a result could not be written.
  public var isUnwritable: Bool {
    if case .cannotWrite = self { return true }
    return false
  }
}
