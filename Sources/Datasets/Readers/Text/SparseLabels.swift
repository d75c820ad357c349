/// The labels of the rows of a LIBSVM file: none, one or several each.
struct SparseLabels {
  /// Numbers, or codes of `levels` once there was a text.
  private var values: [Double] = []
  private var ends: [Int] = []
  private var levels: LevelTable?
  private var hasSeveral = false

  /// Takes the labels of the current row.
  ///
  /// - Parameter token: One label, or several with commas between them.
  mutating func take(_ token: UnsafeBufferPointer<UInt8>) {
    let start = values.count
    for part in token.split(separator: UInt8(ascii: ",")) {
      let text = String(cell: part)
      // Beyond the range of Float it is a word, as in a cell of any other text.
      let number = NumberScanner.number(text).flatMap { Float($0).isFinite ? $0 : nil }
      if levels == nil {
        if let number {
          values.append(number)
          continue
        }
        var table = LevelTable()
        values = values.map { Double(table.code(LabelReader.label($0))) }
        levels = table
      }
      let code = levels?.code(number.map(LabelReader.label) ?? text) ?? 0
      values.append(Double(code))
    }
    if values.count > start + 1 { hasSeveral = true }
  }

  /// Ends the current row.
  mutating func endRow() {
    ends.append(values.count)
  }

  /// Puts the labels beside the features.
  ///
  /// - Parameter table: The table, of as many rows.
  func append(to table: inout Table) {
    guard !values.isEmpty else { return }
    let labels = hasSeveral ? several() : one()
    table.labelColumns = labels.columnNames
    table.predictsAllLabels = hasSeveral
    table.features = table.features.appending(labels.features)
    table.kinds += labels.kinds
  }

  private func row(_ index: Int) -> ArraySlice<Double> {
    values[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }

  private func text(_ value: Double) -> String {
    levels?.texts[Int(value)] ?? LabelReader.label(value)
  }

  private func one() -> Table {
    var builder = TableBuilder(names: ["label"], textColumns: levels == nil ? [] : [0])
    for index in ends.indices {
      if let value = row(index).first {
        if levels == nil { builder.row[0] = value } else { builder.take(text(value), column: 0) }
      } else {
        builder.row[0] = .nan
      }
      builder.endRow()
    }
    return builder.finished()
  }

  /// One sparse column of ones for each label.
  private func several() -> Table {
    var known = LevelTable()
    for value in values { _ = known.code(text(value)) }
    let (texts, places) = known.sorted()
    var cells = SparseCollector()
    for index in ends.indices {
      for place in Set(row(index).map { places[known.code(text($0))] }).sorted() {
        cells.append(UInt32(place), 1)
      }
      _ = cells.endRow()
    }
    let slots = (0..<Int32(texts.count)).map { $0 }
    return Table(
      features: FeatureStore(
        parts: [.sparse(cells.block(slots: slots, width: texts.count))], rowCount: ends.count,
        columnNames: texts.map { "label=\($0)" }))
  }
}
