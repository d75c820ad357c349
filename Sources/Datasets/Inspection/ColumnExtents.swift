/// The range and the gaps of a column.
struct ColumnExtent: Sendable, Equatable {
  /// The smallest number; infinity where all cells are missing.
  var minimum = Double.infinity
  /// The largest number.
  var maximum = -Double.infinity
  var missingCount = 0

  /// Whether all rows are alike.
  func isConstant(rowCount: Int) -> Bool {
    missingCount == rowCount || (missingCount == 0 && minimum == maximum)
  }
}

extension FeatureStore {
  /// Measures all columns in one pass, in the order in which the cells lie.
  ///
  /// - Returns: The extent of each column.
  /// - Complexity: O(n p).
  func extents() -> [ColumnExtent] {
    let measured = parts.map { $0.element.visit(MeasuringPart(part: $0)) }
    return places.map { measured[$0.part][$0.position] }
  }
}

private struct MeasuringPart: ElementVisitor {
  let part: FeaturePart

  func visit<Element: StoredElement>(_ type: Element.Type) -> [ColumnExtent] {
    switch part {
    case .dense(let block): dense(block, type)
    case .sparse(let block): sparse(block, type)
    }
  }

  private func dense<Element: StoredElement>(
    _ block: ColumnBlock, _ type: Element.Type
  ) -> [ColumnExtent] {
    var extents = [ColumnExtent](repeating: ColumnExtent(), count: block.width)
    guard let start = block.start(as: type) else { return extents }
    extents.withUnsafeMutableBufferPointer { extents in
      for panel in stride(from: 0, to: block.width, by: block.panelWidth) {
        let columns = panel..<min(panel + block.panelWidth, block.width)
        for row in 0..<block.rowCount {
          let line = start + (panel * block.rowCount + row * block.panelWidth)
          for column in columns {
            let cell = line[column - panel]
            let number = cell.exact
            if number.isNaN || (block.hasMissing && cell.isMissing) {
              extents[column].missingCount += 1
            } else {
              extents[column].minimum = min(extents[column].minimum, number)
              extents[column].maximum = max(extents[column].maximum, number)
            }
          }
        }
      }
    }
    return extents
  }

  private func sparse<Element: StoredElement>(
    _ block: SparseBlock, _ type: Element.Type
  ) -> [ColumnExtent] {
    var extents = [ColumnExtent](repeating: ColumnExtent(), count: block.width)
    var counts = [Int](repeating: 0, count: block.width)
    guard let cells = block.positions, let values = block.values(as: type) else { return extents }
    for row in 0..<block.rowCount {
      for cell in block.cells(row: row) where Int(cells[cell]) < block.width {
        let (column, number) = (Int(cells[cell]), values[cell].exact)
        counts[column] += 1
        extents[column].minimum = min(extents[column].minimum, number)
        extents[column].maximum = max(extents[column].maximum, number)
      }
    }
    for column in extents.indices where counts[column] < block.rowCount {
      extents[column].minimum = min(extents[column].minimum, 0)
      extents[column].maximum = max(extents[column].maximum, 0)
    }
    return extents
  }
}
