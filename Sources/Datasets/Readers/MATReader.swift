/// Reads tables from MATLAB's `.mat` files, version 5.
///
/// The features are the matrix `X` or `fea`, or else the largest; the labels are the vector that
/// the caller names, or else `Y` or `gnd`. Columns are named `x0`, `x1` ...
enum MATReader {
  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - target: Where the target is.
  ///   - choice: Which columns become features.
  /// - Returns: The table.
  /// - Throws: What is wrong with the file, and where.
  static func read(
    path: String, target: TargetLocation, choice: ColumnChoice
  ) throws(DatasetError) -> Table {
    let file = try MATFile(path: path)
    let labels = labelVariable(file.variables, target)
    guard let matrix = featureVariable(file.variables, besides: labels), matrix.elementCount > 0
    else { throw .noFeatures(path: path) }
    let names = (0..<matrix.columnCount).map { "x\($0)" }
    let location = labels == nil ? target : .unspecified
    if case .column(let name) = location, !names.contains(name),
      !(Int(name).map(names.indices.contains) ?? false)
    {
      throw .columnNotFound(path: path, name: name, known: file.variables.map(\.name))
    }
    if let labels, !labels.isVector {
      throw .matrixTarget(
        path: path, name: labels.name, rows: labels.rowCount, columns: labels.columnCount,
        vectors: file.variables.filter(\.isVector).map(\.name))
    }
    let plan = try ColumnPlan(names: names, target: location, choice: choice, path: path)
    let all = try features(file.read(matrix), matrix, names: names, path: path)
    var table = all.table(plan)
    if let labels {
      guard labels.elementCount == matrix.rowCount else {
        throw .labelCount(path: path, labels: labels.elementCount, rows: matrix.rowCount)
      }
      table.labels = try column(file.read(labels), name: labels.name, path: path)
    }
    return table
  }

  private static func labelVariable(
    _ variables: [MATFile.Variable], _ target: TargetLocation
  ) -> MATFile.Variable? {
    let candidates =
      switch target {
      case .column(let name), .columnIfPresent(let name): [name]
      case .unspecified: ["Y", "gnd"]
      case .labelFile: [String]()
      }
    return candidates.lazy.compactMap { name in variables.first { $0.name == name } }.first
  }

  private static func featureVariable(
    _ variables: [MATFile.Variable], besides labels: MATFile.Variable?
  ) -> MATFile.Variable? {
    let others = variables.filter { $0.name != labels?.name }
    return others.first { $0.name == "X" } ?? others.first { $0.name == "fea" }
      ?? others.max { $0.elementCount < $1.elementCount }
  }

  private static func features(
    _ elements: MATFile.Elements, _ matrix: MATFile.Variable, names: [String], path: String
  ) throws(DatasetError) -> FeatureStore {
    switch elements {
    case .uint8(let bytes):
      return FeatureStore(bytes: bytes, rowCount: matrix.rowCount, columnNames: names)
    case .double(let numbers):
      let values = numbers.map { Float($0) }
      if let position = values.firstIndex(where: { !$0.isFinite }) {
        let (row, column) = position.quotientAndRemainder(dividingBy: matrix.columnCount)
        throw numbers[position].isFinite
          ? .tooLargeElement(path: path, row: row, column: names[column])
          : .notFiniteElement(path: path, row: row, column: names[column])
      }
      return FeatureStore(values: values, rowCount: matrix.rowCount, columnNames: names)
    }
  }

  private static func column(
    _ elements: MATFile.Elements, name: String, path: String
  ) throws(DatasetError) -> LabelColumn {
    switch elements {
    case .uint8(let bytes):
      return LabelColumn(name: name, texts: bytes.map(String.init))
    case .double(let numbers):
      if let row = numbers.firstIndex(where: { !$0.isFinite }) {
        throw .notFiniteElement(path: path, row: row, column: name)
      }
      return LabelColumn(name: name, texts: numbers.map(LabelReader.label))
    }
  }
}
