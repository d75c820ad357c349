#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Collects a table that comes column by column, each in its narrowest exact type.
///
/// A column lies in one piece, so that nothing is ever moved: memory is that of the result.
struct WholeColumns: ~Copyable {
  private let rowCount: Int
  private var names: [String] = []
  private var kinds: [ColumnKind] = []
  private var mistakes: [Int: CellMistake] = [:]
  private var losses = NumberLosses()
  private var cellKinds: [CellKind] = []
  /// The bytes of the columns of each kind, in the order of `CellKind.all`.
  private var blocks = CellKind.all.map { _ in GrowingBytes() }

  init(rowCount: Int) {
    self.rowCount = rowCount
  }

  /// The number of columns so far.
  var count: Int { names.count }

  /// Adds a column of numbers.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - cells: The numbers, n; NaN for missing ones.
  mutating func append(_ name: String, _ cells: [Double]) {
    var flags: CellFlags = []
    for number in cells { flags.formUnion(CellFlags(number)) }
    losses.note(flags, of: name)
    var cells = cells
    if flags.contains(.isInfinite) {
      flags.insert(.missing)
      for index in cells.indices where cells[index].isInfinite { cells[index] = .nan }
    }
    let kind = flags.kind
    let bytes = blocks[kind.index].extend(by: rowCount * kind.element.byteCount)
    cells.withUnsafeBufferPointer { cells in
      guard let base = cells.baseAddress else { return }
      kind.element.visit(
        Narrowing(cells: base, width: 1, rowCount: rowCount, columns: [0], target: bytes))
    }
    names.append(name)
    kinds.append(.numeric)
    cellKinds.append(kind)
  }

  /// Adds the column of a table of one column.
  ///
  /// - Parameter table: The table, of as many rows.
  mutating func append(_ table: Table) {
    append(table.columnNames[0], table.features.exact(0))
    losses.formUnion(table.features.losses)
    kinds[kinds.count - 1] = table.kinds[0]
    mistakes[kinds.count - 1] = table.mistakes[0]
  }

  /// Ends the table.
  ///
  /// - Returns: The table.
  consuming func finished() -> Table {
    let layout = CellLayout(cellKinds)
    let parts = layout.groups.map { group in
      FeaturePart.dense(
        ColumnBlock(
          group.kind.element, hasMissing: group.kind.hasMissing, rowCount: rowCount,
          width: group.columns.count, panelWidth: 1, memory: blocks[group.kind.index].memory()))
    }
    var table = Table(
      features: FeatureStore(
        parts: parts, rowCount: rowCount, columnNames: names, places: layout.places),
      kinds: kinds)
    table.mistakes = mistakes
    table.features.losses = losses
    return table
  }
}

/// Bytes that grow in place where the system can do so.
private final class GrowingBytes {
  private var start: UnsafeMutableRawPointer?
  private var (count, room) = (0, 0)

  deinit {
    free(start)
  }

  /// Makes room for more bytes at the end.
  ///
  /// - Parameter more: How many.
  /// - Returns: Where they go.
  func extend(by more: Int) -> UnsafeMutableRawPointer? {
    if count + more > room {
      room = max(count + more, room + max(room / 4, 1 << 16))
      start = realloc(start, room)
    }
    defer { count += more }
    return start.map { $0 + count }
  }

  /// The bytes, which are given away.
  func memory() -> StoreMemory {
    defer { (start, count, room) = (nil, 0, 0) }
    return StoreMemory(UnsafeRawBufferPointer(start: start, count: count)) {
      free(UnsafeMutableRawPointer(mutating: $0.baseAddress))
    }
  }
}
