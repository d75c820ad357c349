/// A sparse matrix as array files hold it: compressed by rows or by columns.
struct CompressedMatrix: Sendable {
  let rowCount: Int
  let columnCount: Int
  /// Whether the columns are compressed, as in MATLAB, instead of the rows.
  let isByColumn: Bool
  /// Where each compressed line begins, and where the last one ends.
  let starts: [Int]
  /// The place of each cell in its line.
  let positions: [Int]
  let values: [Double]

  /// The matrix with rows and columns exchanged; nothing moves.
  var transposed: CompressedMatrix {
    CompressedMatrix(
      rowCount: columnCount, columnCount: rowCount, isByColumn: !isByColumn, starts: starts,
      positions: positions, values: values)
  }

  /// Whether all parts fit each other.
  var isSound: Bool {
    let (lines, length) = isByColumn ? (columnCount, rowCount) : (rowCount, columnCount)
    return lines >= 0 && length >= 0 && length <= Int(UInt32.max) && starts.count == lines + 1
      && starts.first == 0 && starts.last == values.count && positions.count == values.count
      && zip(starts, starts.dropFirst()).allSatisfy { $0 <= $1 }
      && positions.allSatisfy { $0 >= 0 && $0 < length }
  }

  /// Returns the matrix as a table of sparse rows.
  ///
  /// - Parameters:
  ///   - names: The name of each column.
  ///   - path: The file, for errors.
  /// - Returns: The table; cells that stand twice are added up, as NumPy and MATLAB do.
  /// - Throws: `DatasetError.corrupt` unless the matrix is sound, or a cell that is no number.
  func features(names: [String], path: String) throws(DatasetError) -> FeatureStore {
    guard isSound else {
      throw .corrupt(path: path, reason: "the parts of a sparse matrix do not fit each other")
    }
    let rows = byRow()
    var flags = CellFlags([])
    var losses = NumberLosses()
    for row in 0..<rowCount {
      for cell in rows.starts[row]..<rows.starts[row + 1] {
        let value = rows.values[cell]
        if value.isNaN || abs(value) > Double(Float.greatestFiniteMagnitude) {
          let name = names[rows.positions[cell]]
          throw value.isFinite
            ? .tooLargeElement(path: path, row: row, column: name)
            : .notFiniteElement(path: path, row: row, column: name)
        }
        let seen = CellFlags(value)
        flags.formUnion(seen)
        losses.note(seen, of: names[rows.positions[cell]])
      }
    }
    let block = flags.kind.element.visit(SparseWriting(rows: rows))
    var store = FeatureStore(parts: [.sparse(block)], rowCount: rowCount, columnNames: names)
    store.losses = losses
    return store
  }

  /// The same matrix compressed by rows, positions ascending, no cell twice and none zero.
  private func byRow() -> CompressedMatrix {
    var cells = [Int](repeating: 0, count: rowCount + 1)
    for line in 0..<(starts.count - 1) {
      for cell in starts[line]..<starts[line + 1] {
        cells[(isByColumn ? positions[cell] : line) + 1] += 1
      }
    }
    for row in 0..<rowCount { cells[row + 1] += cells[row] }
    var next = cells
    var order = [(position: Int, value: Double)](repeating: (0, 0), count: values.count)
    for line in 0..<(starts.count - 1) {
      for cell in starts[line]..<starts[line + 1] {
        let (row, column) = isByColumn ? (positions[cell], line) : (line, positions[cell])
        order[next[row]] = (column, values[cell])
        next[row] += 1
      }
    }
    var (newStarts, newPositions, newValues) = ([0], [Int](), [Double]())
    newPositions.reserveCapacity(order.count)
    newValues.reserveCapacity(order.count)
    for row in 0..<rowCount {
      let range = cells[row]..<cells[row + 1]
      if zip(order[range], order[range].dropFirst()).contains(where: { $0.position > $1.position })
      {
        order[range].sort { $0.position < $1.position }
      }
      var cell = range.lowerBound
      while cell < range.upperBound {
        let position = order[cell].position
        var sum = 0.0
        while cell < range.upperBound, order[cell].position == position {
          sum += order[cell].value
          cell += 1
        }
        if sum != 0 {
          newPositions.append(position)
          newValues.append(sum)
        }
      }
      newStarts.append(newValues.count)
    }
    return CompressedMatrix(
      rowCount: rowCount, columnCount: columnCount, isByColumn: false, starts: newStarts,
      positions: newPositions, values: newValues)
  }
}

private struct SparseWriting: ElementVisitor {
  let rows: CompressedMatrix

  func visit<Element: StoredElement>(_ type: Element.Type) -> SparseBlock {
    var sparse = SparseRows<Element>(width: rows.columnCount)
    for row in 0..<rows.rowCount {
      for cell in rows.starts[row]..<rows.starts[row + 1] {
        sparse.append(UInt32(rows.positions[cell]), Element(narrowing: rows.values[cell]))
      }
      sparse.endRow()
    }
    return sparse.block()
  }
}

extension CompressedMatrix {
  /// Compresses a matrix whose cells are told one by one.
  ///
  /// - Parameters:
  ///   - rowCount: The number of rows.
  ///   - columnCount: The number of columns.
  ///   - rows: The row of each cell, in any order.
  ///   - columns: The column of each cell.
  ///   - values: The value of each cell.
  ///   - path: The file, for errors.
  /// - Throws: `DatasetError.corrupt` unless all parts fit each other.
  init(
    rowCount: Int, columnCount: Int, rows: [Int], columns: [Int], values: [Double], path: String
  ) throws(DatasetError) {
    guard rows.count == values.count, columns.count == values.count,
      rows.allSatisfy({ (0..<rowCount).contains($0) })
    else {
      throw .corrupt(path: path, reason: "the parts of a sparse matrix do not fit each other")
    }
    var starts = [Int](repeating: 0, count: rowCount + 1)
    for row in rows { starts[row + 1] += 1 }
    for row in 0..<rowCount { starts[row + 1] += starts[row] }
    var (next, order) = (starts, [Int](repeating: 0, count: rows.count))
    for (cell, row) in rows.enumerated() {
      order[next[row]] = cell
      next[row] += 1
    }
    self.init(
      rowCount: rowCount, columnCount: columnCount, isByColumn: false, starts: starts,
      positions: order.map { columns[$0] }, values: order.map { values[$0] })
  }
}

extension CompressedMatrix {
  /// Joins the rows of several tables.
  ///
  /// - Parameters:
  ///   - tables: The tables, at least one.
  ///   - columns: The columns wanted, in their order, each of them sparse in all tables.
  init(joining tables: [FeatureStore], columns: [Int]) {
    var (starts, positions, values) = ([0], [Int](), [Double]())
    for table in tables {
      var parts: [(block: SparseBlock, slots: [Int])] = []
      var partOf = [Int](repeating: -1, count: table.parts.count)
      for (slot, column) in columns.enumerated() {
        let place = table.places[column]
        guard case .sparse(let block) = table.parts[place.part] else { continue }
        if partOf[place.part] < 0 {
          partOf[place.part] = parts.count
          parts.append((block, [Int](repeating: -1, count: block.width)))
        }
        parts[partOf[place.part]].slots[place.position] = slot
      }
      let cells = parts.map { $0.block.element.visit(ExactCells(block: $0.block)) }
      for row in 0..<table.rowCount {
        for (part, numbers) in zip(parts, cells) {
          guard let places = part.block.positions else { continue }
          for cell in part.block.cells(row: row) where Int(places[cell]) < part.slots.count {
            let slot = part.slots[Int(places[cell])]
            guard slot >= 0 else { continue }
            positions.append(slot)
            values.append(numbers[cell])
          }
        }
        starts.append(values.count)
      }
    }
    self.init(
      rowCount: starts.count - 1, columnCount: columns.count, isByColumn: false, starts: starts,
      positions: positions, values: values)
  }
}

/// The cells of a sparse block to their last bit.
private struct ExactCells: ElementVisitor {
  let block: SparseBlock

  func visit<Element: StoredElement>(_ type: Element.Type) -> [Double] {
    guard let values = block.values(as: type) else { return [] }
    return (0..<block.count).map { values[$0].exact }
  }
}
