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
      "\(path): \(format) is not read; save the table as CSV in UTF-8"
    case .foreignFormat(let path, let what, let remedy):
      "\(path): is \(what); \(remedy)"
    case .corrupt(let path, let reason):
      "\(path): damaged file: \(reason); fetch it again"
    case .libraryCrashed(let path, let library, let signal):
      "\(path): \(library) crashed on it (signal \(signal)); the file is damaged, or holds more than"
        + " a file of its size should"
    case .libraryTooSlow(let path, let library, let seconds):
      "\(path): \(library) did not end within \(seconds) s; the file is damaged, or holds more than a"
        + " file of its size should"
    case .absurdExpansion(let path, let ratio):
      "\(path): decompresses to more than 1 GiB and more than \(ratio) times its size; if that is"
        + " meant, decompress it or save it without compression"
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
      "\(path): two columns are named '\(name)'; rename one"
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
    case .missingGroup(let path, let row, let column):
      "\(path): row \(row) (from 0), column '\(column)': the cell is empty, so that nobody knows of"
        + " which group the row is; fill it or remove the row"
    case .badWeight(let path, let row, let column, let text):
      "\(path): row \(row) (from 0), column '\(column)': \(text), but a row's weight is a number of"
        + " at least 0; correct it or remove the row"
    case .missingCell(let path, let row, let column, let count):
      "\(path): row \(row) (from 0), column '\(column)': the cell is missing"
        + (count > 2 ? ", as are \(count - 1) more" : count == 2 ? ", as is 1 more" : "")
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
