/// The sparse rows of an ARFF file as they are collected.
///
/// Numbers go into a collector of sparse cells, texts into a builder of dense columns.
struct SparseARFFRows: ~Copyable {
  /// A value by its attribute's declaration.
  enum Cell {
    /// A number, or NaN for a missing cell.
    case number(Double)
    case text(String)
  }

  private let header: ARFFHeader
  private let numeric: [Int]
  private let textual: [Int]
  /// The place of each column among those of texts, or -1.
  private let textSlots: [Int]
  private var cells = SparseCollector()
  private var texts: TableBuilder
  /// The texts said in the current row.
  private var row: [Cell?]
  private var isTwice: Int?
  private var hasMissing: [Bool]
  private var missingColumnCount = 0

  init(_ header: ARFFHeader) {
    self.header = header
    numeric = header.kinds.indices.filter { header.kinds[$0] == .numeric }
    textual = header.kinds.indices.filter { header.kinds[$0] != .numeric }
    var slots = [Int](repeating: -1, count: header.names.count)
    for (slot, column) in textual.enumerated() { slots[column] = slot }
    textSlots = slots
    texts = TableBuilder(
      names: textual.map { header.names[$0] }, textColumns: Array(textual.indices))
    row = [Cell?](repeating: nil, count: textual.count)
    hasMissing = [Bool](repeating: false, count: header.names.count)
  }

  mutating func take(_ cell: Cell, _ column: Int) {
    let slot = textSlots[column]
    if slot >= 0 {
      if row[slot] != nil { isTwice = column }
      row[slot] = cell
    } else if case .number(let number) = cell {
      if !number.isFinite, !hasMissing[column] {
        hasMissing[column] = true
        missingColumnCount += 1
      }
      cells.append(UInt32(column), number)
    }
  }

  /// Ends the current row.
  ///
  /// - Returns: An attribute that stands twice in it, or nil.
  mutating func endRow() -> Int? {
    for (slot, column) in textual.enumerated() {
      switch row[slot] {
      case .text(let text): texts.take(text, column: slot)
      case .number: texts.row[slot] = .nan
      case nil:
        if case .nominal(let levels) = header.kinds[column], let first = levels.first {
          texts.take(first, column: slot)
        } else {
          texts.row[slot] = .nan
        }
      }
      row[slot] = nil
    }
    texts.endRow()
    let twice = cells.endRow().map(Int.init)
    return twice ?? isTwice
  }

  /// Whether the columns that cannot be sparse have far more cells than the file has bytes.
  func isAbsurd(byteCount: Int) -> Bool {
    (textual.count + missingColumnCount) * cells.rowCount > 1 << 24 + 64 * byteCount
  }

  /// The table of all rows.
  consuming func table(path: String) throws(DatasetError) -> Table {
    let names = header.names
    let pays = 4 * cells.count < numeric.count * cells.rowCount
    let (numeric, textual, hasMissing) = (numeric, textual, hasMissing)
    let dense = numeric.filter { !pays || hasMissing[$0] }
    let sparse = numeric.filter { pays && !hasMissing[$0] }
    let rowCount = cells.rowCount
    var features = FeatureStore(parts: [], rowCount: rowCount, columnNames: [])
    if !sparse.isEmpty {
      let (slots, sparseNames) = (Self.slots(sparse, of: names.count), sparse.map { names[$0] })
      features = FeatureStore(
        parts: [.sparse(cells.block(slots: slots, width: sparse.count))],
        rowCount: rowCount, columnNames: sparseNames)
      features.losses = cells.losses(slots: slots, names: sparseNames)
    }
    if !dense.isEmpty {
      features = features.appending(
        cells.denseStore(slots: Self.slots(dense, of: names.count), names: dense.map { names[$0] }))
    }
    let order = sparse + dense + textual
    let textTable = texts.finished()
    if !textual.isEmpty { features = features.appending(textTable.features) }
    var places = [Int](repeating: 0, count: order.count)
    for (place, column) in order.enumerated() { places[column] = place }
    let kinds = [ColumnKind](repeating: .numeric, count: numeric.count) + textTable.kinds
    return Table(features: features.viewing(columns: places), kinds: places.map { kinds[$0] })
  }

  private static func slots(_ columns: [Int], of count: Int) -> [Int32] {
    var slots = [Int32](repeating: -1, count: count)
    for (slot, column) in columns.enumerated() { slots[column] = Int32(slot) }
    return slots
  }
}
