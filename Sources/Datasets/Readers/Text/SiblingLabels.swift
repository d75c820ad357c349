/// The file of labels beside a `.data` file.
enum SiblingLabels {
  /// Finds the file.
  ///
  /// - Parameter path: The file of the table.
  /// - Returns: The file of its labels, or nil.
  static func path(besides path: String) -> String? {
    let ending = path.hasSuffix(".data.gz") ? ".data.gz" : ".data"
    guard path.hasSuffix(ending) else { return nil }
    let stem = path.dropLast(ending.count)
    return ["\(stem).labels", "\(stem).labels.gz"].first(where: ByteStream.isFile)
  }
}

extension Table {
  /// Takes the labels of a `.data` file from the `.labels` file beside it, if there is one.
  ///
  /// - Parameter path: The file of the table.
  /// - Returns: The table with one more column, unless there is no such file, or the table has
  ///   labels of its own.
  /// - Throws: What is wrong with the labels.
  func takingLabels(besides path: String) throws(DatasetError) -> Table {
    guard labelColumns.isEmpty, let sibling = SiblingLabels.path(besides: path) else { return self }
    let labels = try LabelReader.read(path: sibling)
    guard labels.count == rowCount else {
      throw .labelCount(path: sibling, labels: labels.count, rows: rowCount)
    }
    let name = columnNames.contains("label") ? sibling : "label"
    var builder = TableBuilder(names: [name])
    for text in labels.texts {
      if let number = NumberScanner.number(text), !builder.isText[0] {
        builder.row[0] = number
      } else {
        builder.take(text, column: 0)
      }
      builder.endRow()
    }
    let column = builder.finished()
    var table = self
    table.features = features.appending(column.features)
    table.kinds += column.kinds
    table.labelColumns = [name]
    table.notes.append("the labels are those of \(sibling)")
    return table
  }
}
