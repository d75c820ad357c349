import Tensors

extension FeatureStore {
  /// The type in which a column lies.
  ///
  /// - Parameter column: The column, in `0..<columnCount`.
  /// - Returns: The type.
  public func elementType(of column: Int) -> ElementType { parts[places[column].part].element }

  /// Whether a column may have missing cells.
  ///
  /// - Parameter column: The column, in `0..<columnCount`.
  /// - Returns: Whether some of its cells are missing.
  public func hasMissing(_ column: Int) -> Bool { parts[places[column].part].hasMissing }

  /// Whether a column lies in compressed sparse rows.
  ///
  /// - Parameter column: The column, in `0..<columnCount`.
  /// - Returns: Whether its zeros take no memory.
  public func isSparse(_ column: Int) -> Bool {
    if case .sparse = parts[places[column].part] { true } else { false }
  }

  /// Returns one column to its last bit, without fills: NaN for a missing cell.
  func exact(_ column: Int) -> [Double] {
    let place = places[column]
    switch parts[place.part] {
    case .dense(let block):
      return block.element.visit(ExactColumn(block: block, position: place.position))
    case .sparse:
      var store = self
      store.fills = nil
      return store.column(column, rows: Array(0..<rowCount)).map(Double.init)
    }
  }

  /// The bytes that the cells take, in memory or in the file that is mapped.
  public var byteCount: Int { parts.reduce(0) { $0 + $1.byteCount } }

  /// Returns the store of some columns only.
  ///
  /// - Parameter columns: The columns, in the order wanted, each in `0..<columnCount`.
  /// - Returns: A store of its own, which is no image any more.
  /// - Complexity: O(n x `columns.count`).
  public func selecting(columns: [Int]) -> FeatureStore {
    var positions = [[Int]](repeating: [], count: parts.count)
    var newPlaces: [ColumnPlace] = []
    let newPart = keptParts(columns)
    for column in columns {
      let place = places[column]
      newPlaces.append(
        ColumnPlace(part: newPart[place.part], position: positions[place.part].count))
      positions[place.part].append(place.position)
    }
    let newParts = parts.indices.filter { newPart[$0] >= 0 }.map { part in
      switch parts[part] {
      case .dense(let block): FeaturePart.dense(block.selecting(positions[part]))
      case .sparse(let block): FeaturePart.sparse(block.selecting(positions[part]))
      }
    }
    var selected = FeatureStore(
      parts: newParts, rowCount: rowCount, columnNames: columns.map { columnNames[$0] },
      places: newPlaces)
    selected.fills = fills.map { fills in columns.map { fills[$0] } }
    selected.storedHashes = storedHashes.map { hashes in columns.map { hashes[$0] } }
    selected.isUnchecked = isUnchecked
    return selected
  }

  /// Returns the store with other columns beside its own.
  ///
  /// - Parameter more: The other columns, of as many rows.
  /// - Returns: A store that shares its cells with both.
  public func appending(_ more: FeatureStore) -> FeatureStore {
    require(
      rowCount == more.rowCount, "FeatureStore: \(more.rowCount) rows beside \(rowCount)")
    var joined = FeatureStore(
      parts: parts + more.parts, rowCount: rowCount,
      columnNames: columnNames + more.columnNames,
      places: places
        + more.places.map { ColumnPlace(part: $0.part + parts.count, position: $0.position) })
    joined.imageShape = imageShape
    joined.isUnchecked = isUnchecked || more.isUnchecked
    joined.losses = losses
    joined.losses.formUnion(more.losses)
    if storedHashes != nil || more.storedHashes != nil {
      joined.storedHashes = columnHashes() + more.columnHashes()
    }
    if fills != nil || more.fills != nil {
      joined.fills =
        (fills ?? [Float](repeating: .nan, count: columnCount))
        + (more.fills ?? [Float](repeating: .nan, count: more.columnCount))
    }
    return joined
  }

  /// Returns a view of some columns: the cells are shared, not copied.
  ///
  /// - Parameter columns: The columns, in the order wanted, each in `0..<columnCount`.
  /// - Returns: A store of the same memory; an image only if all columns of one come first.
  /// - Complexity: O(`columns.count`).
  public func viewing(columns: [Int]) -> FeatureStore {
    var view = FeatureStore(
      parts: parts, rowCount: rowCount, columnNames: columns.map { columnNames[$0] },
      places: columns.map { places[$0] })
    view.fills = fills.map { fills in columns.map { fills[$0] } }
    view.storedHashes = storedHashes.map { hashes in columns.map { hashes[$0] } }
    view.isUnchecked = isUnchecked
    // Without the columns behind an image, such as its class, a row is the image still.
    if columns.elementsEqual(0..<columns.count) {
      view.imageShape = imageShape
      if view.imageExtents == nil { view.imageShape = nil }
    }
    view.losses = losses.of(view.columnNames)
    return view
  }

  /// The new index of each part that holds one of the columns; -1 for the others.
  private func keptParts(_ columns: [Int]) -> [Int] {
    var isKept = [Bool](repeating: false, count: parts.count)
    for column in columns { isKept[places[column].part] = true }
    var next = 0
    return isKept.map { isKept in
      defer { next += isKept ? 1 : 0 }
      return isKept ? next : -1
    }
  }
}

private struct ExactColumn: ElementVisitor {
  let block: ColumnBlock
  let position: Int

  func visit<Element: StoredElement>(_ type: Element.Type) -> [Double] {
    guard let start = block.start(as: type) else { return [] }
    let cell = start + block.offset(of: position)
    return (0..<block.rowCount).map { row in
      let element = cell[row * block.panelWidth]
      return block.hasMissing && element.isMissing ? .nan : element.exact
    }
  }
}

extension SparseBlock {
  /// Returns a block of some of the columns.
  func selecting(_ wanted: [Int]) -> SparseBlock {
    element.visit(SelectingSparse(block: self, wanted: wanted))
  }
}

private struct SelectingSparse: ElementVisitor {
  let block: SparseBlock
  let wanted: [Int]

  func visit<Element: StoredElement>(_ type: Element.Type) -> SparseBlock {
    var slots = [[UInt32]](repeating: [], count: block.width)
    for (slot, position) in wanted.enumerated() { slots[position].append(UInt32(slot)) }
    var rows = SparseRows<Element>(width: wanted.count)
    guard let positions = block.positions, let values = block.values(as: type) else {
      return rows.block()
    }
    for row in 0..<block.rowCount {
      for index in block.cells(row: row) where Int(positions[index]) < slots.count {
        for slot in slots[Int(positions[index])] { rows.append(slot, values[index]) }
      }
      rows.endRow()
    }
    return rows.block()
  }
}

/// Compressed sparse rows as they are collected.
struct SparseRows<Element: StoredElement> {
  let width: Int
  private var starts: [UInt64] = [0]
  private var cells: [(position: UInt32, value: Element)] = []

  init(width: Int) {
    self.width = width
  }

  /// Adds a cell that is not zero to the current row, in any order of the columns.
  mutating func append(_ position: UInt32, _ value: Element) {
    cells.append((position, value))
  }

  /// Ends the current row.
  mutating func endRow() {
    let start = Int(starts[starts.count - 1])
    if cells.count - start > 1 { cells[start...].sort { $0.position < $1.position } }
    starts.append(UInt64(cells.count))
  }

  /// The rows so far.
  func block() -> SparseBlock {
    let (rowCount, count) = (starts.count - 1, cells.count)
    let byteCount = SparseBlock.byteCount(Element.elementType, rowCount: rowCount, count: count)
    let memory = StoreMemory(byteCount: byteCount) { bytes in
      starts.withUnsafeBytes { bytes.copyMemory(from: $0) }
      for (index, cell) in cells.enumerated() {
        bytes.storeBytes(
          of: cell.position, toByteOffset: 8 * (rowCount + 1) + 4 * index, as: UInt32.self)
        bytes.storeBytes(
          of: cell.value,
          toByteOffset: 8 * (rowCount + 1) + 4 * count + index * MemoryLayout<Element>.stride,
          as: Element.self)
      }
    }
    return SparseBlock(
      Element.elementType, rowCount: rowCount, width: width, count: count, memory: memory)
  }
}
