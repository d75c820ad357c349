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

extension DatasetError: CustomStringConvertible {
  /// One line: what is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .missingFile(let path):
      "\(path): no such file; check the path"
    case .isDirectory(let path):
      "\(path): is a directory; name the file in it"
    case .unreadable(let path, let reason):
      "\(path): cannot be read: \(reason)"
    case .emptyFile(let path):
      "\(path): the file is empty"
    case .noRows(let path):
      "\(path): there is a header, but no row below it"
    case .gitLFSPointer(let path):
      "\(path): is a Git LFS pointer, not the data; run `git lfs pull` where it came from"
    case .unsupportedFormat(let path, let format):
      "\(path): \(format) is not read; convert it to CSV, IDX or MAT version 5"
    case .foreignFormat(let path, let what, let remedy):
      "\(path): is \(what); \(remedy)"
    case .corrupt(let path, let reason):
      "\(path): damaged file: \(reason); fetch it again"
    case .libraryCrashed(let path, let library, let signal):
      "\(path): \(library) crashed on it (signal \(signal)); the file is damaged"
    case .libraryTooSlow(let path, let library, let seconds):
      "\(path): \(library) did not end within \(seconds) s; the file is damaged"
    case .absurdExpansion(let path, let ratio):
      "\(path): decompresses to more than \(ratio) times its size; decompress it by hand if that"
        + " is meant"
    default:
      contentDescription
    }
  }

  private var contentDescription: String {
    switch self {
    case .raggedRow(let path, let line, let expected, let found):
      "\(path): line \(line): \(expected) cells expected as in the lines above, \(found) found"
    case .nonNumericCell(let path, let line, let column, let text):
      "\(path): line \(line), column '\(column)': '\(text)' is not a number; make it one or drop"
        + " the column"
    case .emptyCell(let path, let line, let column):
      "\(path): line \(line), column '\(column)': the cell is empty; fill it or remove the row"
    case .notFiniteCell(let path, let line, let column, let text):
      "\(path): line \(line), column '\(column)': '\(text)' is not a finite number; replace it or"
        + " remove the row"
    case .tooLargeCell(let path, let line, let column, let text):
      "\(path): line \(line), column '\(column)': '\(text)' is too large for a 32-bit number;"
        + " rescale the column or drop it"
    case .tooLargeElement(let path, let row, let column):
      "\(path): row \(row), column '\(column)': too large for a 32-bit number; rescale the column"
    case .notFiniteElement(let path, let row, let column):
      "\(path): row \(row), column '\(column)': not a finite number; replace it or remove the row"
    case .unexpectedLine(let path, let line, let reason):
      "\(path): line \(line): \(reason)"
    case .unterminatedQuote(let path, let line):
      "\(path): line \(line): a quotation mark is opened and never closed"
    case .duplicateColumn(let path, let name):
      "\(path): line 1: two columns are named '\(name)'; rename one"
        + (Double(name) == nil ? "" : ", or add the header line if there is none")
    default:
      requestDescription
    }
  }

  private var requestDescription: String {
    switch self {
    case .columnNotFound(let path, let name, let known):
      "\(path): no column '\(name)'" + nameHint(for: name, among: known)
    case .noTarget(let path):
      "\(path): nothing says what is to be predicted; name the target column or a label file"
    case .noFeatures(let path):
      "\(path): no column is left to predict the target from"
    case .columnsDiffer(let path, let reference, let reason):
      "\(path): its columns are not those of \(reference): \(reason)"
    case .labelCount(let path, let labels, let rows):
      "\(path): \(labels) labels for \(rows) rows"
        + (labels == rows + 1 ? "; a label file has no header line" : "")
    case .missingLabel(let path, let row, let column):
      "\(path): row \(row) (from 0), column '\(column)': the cell is empty, so that nothing is known"
        + " of its target; fill it or remove the row"
    case .missingCell(let path, let row, let column, let count):
      "\(path): row \(row) (from 0), column '\(column)': the cell is missing"
        + (count > 1 ? ", as are \(count - 1) more" : "")
        + "; fill it, or let missing cells be imputed"
    case .tooManyLevels(let path, let column):
      "\(path): column '\(column)' has more than \(LevelTable.limit) different texts"
    case .notNumeric(let path, let column, let text, let use):
      "\(path): column '\(column)': '\(text)' is not a number, as \(use) must be"
    case .notAColumn(let path, let name, let reason):
      "\(path): '\(name)' \(reason)"
    case .variableNotFound(let path, let name, let known):
      "\(path): no array '\(name)'" + nameHint(for: name, among: known)
    case .ambiguousVariable(let path, let known):
      "\(path): there are " + known.prefix(10).joined(separator: ", ")
        + (known.count > 10 ? " and \(known.count - 10) more" : "")
        + "; name the array of the features or its group (--variable)"
    case .noNumbers(let path, let reason):
      "\(path): \(reason); a table is an array of numbers"
    case .samplesInColumns(let path, let name, let size, let labels, let count):
      "\(path): '\(name)' is \(size) and '\(labels)' has \(count) elements: its samples lie in"
        + " columns; read it transposed (--transpose)"
    case .oneClass(let path, let value):
      "\(path): every row has the target '\(value)'; there is nothing to tell apart"
    case .unknownLabel(let path, let label, let known):
      "\(path): label '\(label)' does not occur in the training data, which has "
        + known.prefix(10).map { "'\($0)'" }.joined(separator: ", ")
        + (known.count > 10 ? " and \(known.count - 10) more" : "")
    case .nonNumericTarget(let path, let row, let text):
      "\(path): row \(row): target '\(text)' is not a number, as regression needs; correct it, or use"
        + " classification"
    case .mixedTargets(let path, let column, let row, let text):
      "\(path): row \(row), target column '\(column)': '\(text)' does not go with several targets,"
        + " which are all of two levels, or all numbers; recode the column or predict it alone"
    case .badGroup(let path, let line, let reason):
      "\(path): line \(line): \(reason)"
    case .badTestRow(let path, let line, let text, let rowCount):
      "\(path): line \(line): '\(text)' is not a row index in 0...\(rowCount - 1)"
    case .repeatedTestRow(let path, let line, let row):
      "\(path): line \(line): row \(row) is listed before; remove one"
    case .badSplit(let reason):
      "test rows: \(reason)"
    case .impossibleRecipe(let generator, let reason):
      "\(generator): \(reason)"
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written: \(reason)"
    default:
      "unknown error"
    }
  }
}
