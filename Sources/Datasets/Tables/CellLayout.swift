/// Which columns lie together: those of one kind, in their order.
final class CellLayout: Sendable {
  /// A group of columns of one kind.
  struct Group: Sendable, Equatable {
    let kind: CellKind
    let columns: [Int]
  }

  let kinds: [CellKind]
  /// The groups that have columns, in the order of `CellKind.all`.
  let groups: [Group]
  /// Where each column lies: the group and the place in it.
  let places: [ColumnPlace]

  init(_ kinds: [CellKind]) {
    var columns = [[Int]](repeating: [], count: CellKind.all.count)
    for (column, kind) in kinds.enumerated() { columns[kind.index].append(column) }
    let groups = CellKind.all.indices.filter { !columns[$0].isEmpty }.map {
      Group(kind: CellKind.all[$0], columns: columns[$0])
    }
    var places = [ColumnPlace](
      repeating: ColumnPlace(part: 0, position: 0), count: kinds.count)
    for (part, group) in groups.enumerated() {
      for (position, column) in group.columns.enumerated() {
        places[column] = ColumnPlace(part: part, position: position)
      }
    }
    self.kinds = kinds
    self.groups = groups
    self.places = places
  }

  /// The bytes of some rows.
  func byteCount(rows: Int) -> Int {
    groups.reduce(0) { $0 + Self.padded(rows * $1.columns.count * $1.kind.element.byteCount) }
  }

  /// Where in some rows each group begins.
  func groupOffsets(rows: Int) -> [Int] {
    var offset = 0
    return groups.map { group in
      defer { offset += Self.padded(rows * group.columns.count * group.kind.element.byteCount) }
      return offset
    }
  }

  private static func padded(_ byteCount: Int) -> Int { (byteCount + 7) / 8 * 8 }
}
