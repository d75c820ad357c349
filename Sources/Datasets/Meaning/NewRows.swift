/// Rows for which a trained network is to predict: the columns that it reads, found by name.
public struct NewRows: Sendable {
  /// The columns as numbers without gaps.
  public let features: Encoding.Features
  /// The columns that are neither read nor a target.
  public let additional: [String]
  /// What the file says of the targets, in their order; nil where it does not say it of all.
  public let labels: [LabelColumn]?

  /// Reads rows.
  ///
  /// - Parameters:
  ///   - source: The files; its choice of columns does not count. A target that it names must be
  ///     there; where it names none, those of the training are looked for.
  ///   - encoding: The columns that are read, and how they become numbers.
  ///   - targetNames: What the targets of the training were called.
  ///   - image: The images that the columns are; nil where they are none. Pictures are brought to
  ///     their extents, but rows that are images of other extents are refused.
  /// - Throws: A `DatasetError` that names file and place, and all columns that are missing.
  public init(
    _ source: TableSource, encoding: Encoding, targetNames: [String],
    image: (height: Int, width: Int, channels: Int)? = nil
  ) throws(DatasetError) {
    let path = source.firstPath
    let wanted = encoding.columns.map(\.name)
    var source = source
    if let image, source.reading.imageSize == nil {
      source.reading.imageSize = (image.height, image.width)
      source.reading.imageChannels = image.channels
    }
    let read = try source.readTable()
    if let image { try read.refuseImages(otherThan: image, path: path) }
    let table = read.addingAbsentColumns(wanted)
    let positions = ColumnPositions(table.columnNames)
    if let name = positions.repeated { throw .duplicateColumn(path: path, name: name) }
    let missing = wanted.filter { positions.named($0) == nil }
    guard missing.isEmpty else {
      let shown = missing.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
      throw .columnsDiffer(
        path: path, reference: "the training data",
        reason: "no column \(shown)" + (missing.count > 5 ? " and \(missing.count - 5) more" : "")
          + (missing.count == 1 ? nameHint(for: missing[0], among: table.columnNames) : ""))
    }
    for column in wanted.compactMap(positions.named) {
      try table.refuseMistake(column, path: path)
    }
    features = try encoding.features(of: table, path: path)
    var targets: [Int] = []
    switch source.target {
    case .columns(let names):
      targets = try names.map { name throws(DatasetError) in
        try table.find(name, positions, path: path)
      }
    case .columnsIfPresent(let names): targets = names.compactMap(positions.named)
    case .unspecified: targets = targetNames.compactMap(positions.named)
    case .labelFile: break
    }
    if case .labelFile(let labelPath) = source.target {
      let column = try LabelReader.read(path: labelPath)
      guard column.count == table.rowCount else {
        throw .labelCount(path: labelPath, labels: column.count, rows: table.rowCount)
      }
      labels = [column]
    } else if targets.count == targetNames.count, !targets.isEmpty {
      labels = try targets.map { target throws(DatasetError) in
        try table.labels(target, path: path)
      }
    } else {
      labels = nil
    }
    let used = Set(wanted + targets.map { table.columnNames[$0] } + table.labelColumns)
    additional = table.columnNames.filter { !used.contains($0) }
  }
}

extension Table {
  /// Refuses rows that are images of other extents.
  ///
  /// - Parameters:
  ///   - image: The extents that they must have.
  ///   - path: The file, for the error.
  /// - Throws: `DatasetError.columnsDiffer`.
  package func refuseImages(
    otherThan image: (height: Int, width: Int, channels: Int), path: String
  ) throws(DatasetError) {
    guard let (height, width) = features.imageShape, height > 0, width > 0 else { return }
    let pixels = features.columnCount - labelColumns.count
    let channels = pixels / (height * width)
    guard pixels == channels * height * width, (height, width, channels) != image else { return }
    throw .columnsDiffer(
      path: path, reference: "the training data",
      reason: "the images are \(height)x\(width)x\(channels) instead of"
        + " \(image.height)x\(image.width)x\(image.channels)")
  }
}
