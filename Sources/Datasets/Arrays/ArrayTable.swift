/// Makes a table of a file of named arrays.
///
/// The features are the array that the caller names, or one with a customary name such as `X`,
/// `fea`, `data` or `x_train`, or else the largest of at least two extents. Its first axis counts
/// the rows, or its last one where samples lie in columns; the others are flattened to columns
/// `x0`, `x1` ..., or named by the texts of an array `columns` or `feature_names`, as those of an
/// array `y` are by `y_columns`. Arrays with one element per row are columns of labels, those first that by
/// custom belong to the features, such as `Y`, `gnd`, `target` or `y_train`.
enum ArrayTable {
  /// Reads a file.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - options: Which array holds the features, and how.
  /// - Returns: The table.
  /// - Throws: What is wrong with the file, and where.
  static func read<File: ArrayFile & ~Copyable>(
    _ file: borrowing File, options: ReadingOptions
  ) throws(DatasetError) -> Table {
    let path = file.path
    let matrix = try features(
      among: file.arrays, variable: options.variable, asks: file.asksForVariable, path: path)
    guard matrix.elementCount > 0 else { throw .noRows(path: path) }
    let rowAxis = options.isTransposed ? max(matrix.shape.count - 1, 0) : 0
    let rowCount = matrix.shape.isEmpty ? 1 : matrix.shape[rowAxis]
    let (arrays, width) = (file.arrays, matrix.elementCount / rowCount)
    let given = ["columns", "feature_names"].compactMap { name in
      arrays.first { $0.name == matrix.group + name }
    }
    let names = try Self.names(file, given, count: width) ?? (0..<width).map { "x\($0)" }
    let named = arrays.compactMap { array in
      arrays.first { $0.name == array.name + "_columns" && $0.kind == .texts }
    }
    let others = arrays.filter { !given.contains($0) && !named.contains($0) }
    let labels = try labels(others, of: matrix, rowCount: rowCount, path: path)
    var table = Table(features: try features(file, matrix, rowAxis: rowAxis, names: names))
    table.features.imageShape = imageShape(matrix, rowAxis: rowAxis)
    var taken = Set(names)
    func append(_ column: Table) {
      table.features = table.features.appending(column.features)
      table.kinds += column.kinds
      table.labelColumns += column.columnNames
      taken.formUnion(column.columnNames)
    }
    // Several targets whose names are told.
    let several = others.first { array in
      array.shape.count == 2 && array.shape[0] == rowCount && array.shape[1] > 1 && array != matrix
        && array.isNumeric && named.contains { $0.name == array.name + "_columns" }
    }
    if let several,
      let names = try Self.names(
        file, named.filter { $0.name == several.name + "_columns" }, count: several.shape[1]),
      taken.isDisjoint(with: names)
    {
      append(Table(features: try features(file, several, rowAxis: 0, names: names)))
      table.predictsAllLabels = true
    }
    for label in labels {
      let short = label.name.split(separator: "/").last.map(String.init) ?? label.name
      let told = try Self.names(
        file, named.filter { $0.name == label.name + "_columns" }, count: 1)?.first
      var name = told ?? (taken.contains(short) ? label.name : short)
      while taken.contains(name) { name += "_" }
      append(try labelColumn(file, label, name: name))
    }
    let taking = labels + given + named + (table.predictsAllLabels ? [several ?? matrix] : [])
    table.setAside = arrays.filter { $0 != matrix && !taking.contains($0) }.map {
      ($0.name, reason($0))
    }
    table.setAside.append((matrix.name, "is the matrix of the features"))
    return table
  }

  /// The names of columns that an array of texts tells, or nil unless it tells each another.
  private static func names<File: ArrayFile & ~Copyable>(
    _ file: borrowing File, _ arrays: [ArrayDescription], count: Int
  ) throws(DatasetError) -> [String]? {
    guard let array = arrays.first(where: { $0.kind == .texts && $0.isVector }),
      array.elementCount == count, case .texts(let texts) = try file.read(array),
      Set(texts).count == count, !texts.contains("")
    else { return nil }
    return texts
  }

  /// Finds the array of the features.
  private static func features(
    among arrays: [ArrayDescription], variable: String?, asks: Bool, path: String
  ) throws(DatasetError) -> ArrayDescription {
    guard let variable else {
      return try likeliest(
        arrays.filter { $0.isNumeric && !ArrayNames.isLabel($0.name) }, of: arrays, asks: asks,
        path: path)
    }
    if let array = arrays.first(where: { $0.name == variable }) {
      guard array.isNumeric else {
        throw .notAColumn(path: path, name: variable, reason: reason(array))
      }
      return array
    }
    // A group stands for the features in it.
    let members = arrays.filter { $0.group == variable + "/" }
    guard !members.isEmpty else {
      throw .variableNotFound(path: path, name: variable, known: arrays.map(\.name))
    }
    return try likeliest(
      members.filter { $0.isNumeric && !ArrayNames.isLabel($0.name) }, of: members, asks: asks,
      path: path)
  }

  /// Finds the array of the features by its name, or else by its size.
  private static func likeliest(
    _ candidates: [ArrayDescription], of arrays: [ArrayDescription], asks: Bool, path: String
  ) throws(DatasetError) -> ArrayDescription {
    let matrices = candidates.filter { $0.shape.count > 1 }
    let group = Set(candidates.map(\.group)).count == 1 ? candidates[0].group : ""
    let names = candidates.filter { $0.group == group }.map {
      String($0.name.dropFirst(group.count))
    }
    if let name = ArrayNames.features(among: names),
      let array = candidates.first(where: { $0.name == group + name })
    {
      return array
    }
    let wide = matrices.isEmpty ? candidates : matrices
    if asks, wide.count > 1 {
      throw .ambiguousVariable(path: path, known: wide.map { "'\($0.name)' (\($0.size))" })
    }
    guard let largest = wide.map(\.elementCount).max(),
      let array = wide.first(where: { $0.elementCount == largest })
    else {
      let others = arrays.compactMap { array in
        switch array.kind {
        case .other(let reason): "'\(array.name)' \(reason)"
        case .texts: "'\(array.name)' holds texts"
        case .numbers, .sparse: nil as String?
        }
      }
      guard !arrays.isEmpty else { throw .noNumbers(path: path, reason: "the file holds no array") }
      guard let reason = others.first else { throw .noFeatures(path: path) }
      throw .noNumbers(path: path, reason: reason)
    }
    return array
  }

  /// Finds the arrays with one element per row.
  private static func labels(
    _ arrays: [ArrayDescription], of matrix: ArrayDescription, rowCount: Int, path: String
  ) throws(DatasetError) -> [ArrayDescription] {
    let others = arrays.filter {
      $0 != matrix && $0.isVector && ($0.isNumeric || $0.kind == .texts) && $0.group == matrix.group
    }
    let partners = ArrayNames.labels(of: matrix.name, among: others.map(\.name))
    if let wrong = others.first(where: { $0.name == partners.first }),
      wrong.elementCount != rowCount
    {
      if matrix.shape.count > 1, matrix.shape.contains(wrong.elementCount) {
        throw .samplesInColumns(
          path: path, name: matrix.name, size: matrix.size, labels: wrong.name,
          count: wrong.elementCount)
      }
      throw .labelCount(path: path, labels: wrong.elementCount, rows: rowCount)
    }
    let fitting = others.filter { $0.elementCount == rowCount && rowCount > 1 }
    return partners.compactMap { name in fitting.first { $0.name == name } }
      + fitting.filter { !partners.contains($0.name) }
  }

  private static func features<File: ArrayFile & ~Copyable>(
    _ file: borrowing File, _ array: ArrayDescription, rowAxis: Int, names: [String]
  ) throws(DatasetError) -> FeatureStore {
    switch try file.read(array) {
    case .numbers(let numbers):
      try numbers.features(rowAxis: rowAxis, names: names, path: file.path)
    case .sparse(let matrix):
      try (rowAxis == 0 ? matrix : matrix.transposed).features(names: names, path: file.path)
    case .texts:
      throw .notAColumn(path: file.path, name: array.name, reason: "holds texts, not numbers")
    }
  }

  /// One element per row, whichever axis they lie along.
  private static func labelColumn<File: ArrayFile & ~Copyable>(
    _ file: borrowing File, _ array: ArrayDescription, name: String
  ) throws(DatasetError) -> Table {
    if case .texts(let texts) = try file.read(array) {
      var builder = TableBuilder(names: [name], textColumns: [0])
      for text in texts {
        if MissingText.isMissing(text) {
          builder.row[0] = .nan
        } else {
          builder.take(text, column: 0)
        }
        builder.endRow()
      }
      return builder.finished()
    }
    let axis = array.shape.firstIndex { $0 != 1 } ?? 0
    return Table(features: try features(file, array, rowAxis: axis, names: [name]))
  }

  /// An image has rows and columns, and no more than one channel.
  private static func imageShape(
    _ array: ArrayDescription, rowAxis: Int
  ) -> (height: Int, width: Int)? {
    var extents = array.shape
    guard extents.count == 3 || extents.count == 4 else { return nil }
    extents.remove(at: rowAxis)
    if extents.count == 3 {
      guard let channel = [2, 0].first(where: { extents[$0] == 1 }) else { return nil }
      extents.remove(at: channel)
    }
    return (extents[0], extents[1])
  }

  private static func reason(_ array: ArrayDescription) -> String {
    switch array.kind {
    case .other(let reason): reason
    case .texts where array.isVector: "holds \(array.elementCount) texts, a target has one per row"
    case .texts: "holds texts, not numbers"
    default:
      (array.shape.count == 2 ? "is a matrix of \(array.size)" : "is an array of \(array.size)")
        + ", a target has one value per row"
    }
  }
}
