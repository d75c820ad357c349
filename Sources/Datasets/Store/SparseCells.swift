/// The cells that are not zero of some columns that lie in compressed sparse rows.
///
/// What is summed over thousands of columns of levels so takes as long as there are rows.
package struct SparseCells: Sendable {
  private struct Lane {
    let block: SparseBlock
    /// Which of the wanted columns each position is, or -1.
    var slots: [Int32]
  }

  private let lanes: [Lane]
  /// Another wanted column that is the same one, or -1.
  private let twins: [Int32]

  /// Prepares columns for visits.
  ///
  /// - Parameters:
  ///   - features: The table.
  ///   - columns: The columns, in any order; those that do not lie in sparse rows have no cells.
  package init(_ features: FeatureStore, columns: [Int]) {
    var lanes: [Lane] = []
    var laneOfPart = [Int](repeating: -1, count: features.parts.count)
    var twins = [Int32](repeating: -1, count: columns.count)
    for (slot, column) in columns.enumerated() {
      let place = features.places[column]
      guard case .sparse(let block) = features.parts[place.part] else { continue }
      if laneOfPart[place.part] < 0 {
        laneOfPart[place.part] = lanes.count
        lanes.append(Lane(block: block, slots: [Int32](repeating: -1, count: block.width)))
      }
      let lane = laneOfPart[place.part]
      twins[slot] = lanes[lane].slots[place.position]
      lanes[lane].slots[place.position] = Int32(slot)
    }
    (self.lanes, self.twins) = (lanes, twins)
  }

  /// Visits the cells of a row.
  ///
  /// - Parameters:
  ///   - row: The row, in `0..<rowCount` of the table.
  ///   - body: Takes which of the wanted columns it is, and its value, which is not zero.
  package func forEach(row: Int, _ body: (_ slot: Int, _ value: Float) -> Void) {
    for lane in lanes {
      switch lane.block.element {
      case .uint8: visit(lane, UInt8.self, row, body)
      case .int16: visit(lane, Int16.self, row, body)
      case .int32: visit(lane, Int32.self, row, body)
      case .float: visit(lane, Float.self, row, body)
      }
    }
  }

  @inline(__always)
  private func visit<Element: StoredElement>(
    _ lane: Lane, _ type: Element.Type, _ row: Int, _ body: (Int, Float) -> Void
  ) {
    guard let positions = lane.block.positions, let values = lane.block.values(as: type) else {
      return
    }
    for cell in lane.block.cells(row: row) where Int(positions[cell]) < lane.slots.count {
      var slot = Int(lane.slots[Int(positions[cell])])
      while slot >= 0 {
        body(slot, values[cell].number)
        slot = Int(twins[slot])
      }
    }
  }
}
