/// Reads tables from MATLAB's `.mat` files, version 5.
///
/// The features are the matrix `X` or `fea`, or else the largest; their columns are named `x0`,
/// `x1` ... Vectors of as many elements as there are rows are columns of labels, `Y` or `gnd` the
/// first of them.
enum MATReader {
  /// Reads a file.
  ///
  /// - Parameter path: The file.
  /// - Returns: The table.
  /// - Throws: What is wrong with the file, and where.
  static func read(path: String) throws(DatasetError) -> Table {
    let file = try MATFile(path: path)
    let candidates = file.variables.filter { !isLabelName($0.name) }
    guard let matrix = featureVariable(candidates), matrix.elementCount > 0 else {
      throw .noFeatures(path: path)
    }
    let others = file.variables.filter { $0.name != matrix.name }
    var labels = others.filter { $0.isVector && $0.elementCount == matrix.rowCount }
    labels = labels.filter { isLabelName($0.name) } + labels.filter { !isLabelName($0.name) }
    if let wrong = others.first(where: { isLabelName($0.name) && $0.isVector }),
      wrong.elementCount != matrix.rowCount
    {
      throw .labelCount(path: path, labels: wrong.elementCount, rows: matrix.rowCount)
    }
    let names = (0..<matrix.columnCount).map { "x\($0)" }
    var table = Table(features: try features(file, matrix, names: names))
    for label in labels where !names.contains(label.name) {
      let column = try features(file, label, names: [label.name], rowCount: matrix.rowCount)
      table.features = table.features.appending(column)
      table.kinds.append(.numeric)
      table.labelColumns.append(label.name)
    }
    table.setAside = others.filter { other in !labels.contains { $0.name == other.name } }.map {
      (
        $0.name,
        "is a matrix of \($0.rowCount) x \($0.columnCount), a target has one value per row"
      )
    }
    table.setAside.append((matrix.name, "is the matrix of the features"))
    return table
  }

  private static func isLabelName(_ name: String) -> Bool { name == "Y" || name == "gnd" }

  private static func featureVariable(_ variables: [MATFile.Variable]) -> MATFile.Variable? {
    variables.first { $0.name == "X" } ?? variables.first { $0.name == "fea" }
      ?? variables.max { $0.elementCount < $1.elementCount }
  }

  private static func features(
    _ file: borrowing MATFile, _ matrix: MATFile.Variable, names: [String], rowCount: Int? = nil
  ) throws(DatasetError) -> FeatureStore {
    let rowCount = rowCount ?? matrix.rowCount
    switch try file.read(matrix) {
    case .uint8(let bytes):
      return FeatureStore(bytes: bytes, rowCount: rowCount, columnNames: names)
    case .double(let numbers):
      if let position = numbers.firstIndex(where: { !$0.isNaN && !Float($0).isFinite }) {
        let (row, column) = position.quotientAndRemainder(dividingBy: names.count)
        throw numbers[position].isFinite
          ? .tooLargeElement(path: file.path, row: row, column: names[column])
          : .notFiniteElement(path: file.path, row: row, column: names[column])
      }
      var builder = TableBuilder(names: names)
      for row in 0..<rowCount {
        for column in names.indices { builder.row[column] = numbers[row * names.count + column] }
        builder.endRow()
      }
      return builder.finished().features
    }
  }
}
