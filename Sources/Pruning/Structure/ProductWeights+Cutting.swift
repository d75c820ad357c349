import Networks
import Tensors

extension ProductWeights {
  /// The rows and columns that are left; in groups, whole groups are.
  func keeping(rows: [Int], columns: [Int]) -> ProductWeights {
    var result = self
    result.rowCount = rows.count
    result.bias = bias.map { bias in rows.map { bias[$0] } }
    if groupCount > 1 {
      result.groupCount = rows.count / rowsPerGroup
      result.columnCount = result.groupCount * columnsPerGroup
      result.values = gathering(rows, Array(0..<columnsPerGroup))
    } else {
      result.columnCount = columns.count
      if pattern == nil {
        result.values = gathering(rows, columns)
      } else {
        var places = [Int?](repeating: nil, count: columnCount)
        for (place, column) in columns.enumerated() { places[column] = place }
        result.setEntries(
          rows.map { row in
            entries(ofRow: row).compactMap { entry in
              places[entry.column].map { ($0, entry.weight) }
            }
          })
      }
    }
    return result
  }

  /// Adds the weights of columns, times their factors, to those of their twins.
  ///
  /// - Parameter twins: The twin of each column; nil for none.
  mutating func add(_ twins: [UnitSubstitute.Twin?]) {
    guard twins.contains(where: { $0 != nil }) else { return }
    if pattern != nil {
      setEntries(
        (0..<rowCount).map { row in
          var sums: [Int: Double] = [:]
          for (column, weight) in entries(ofRow: row) {
            sums[column, default: 0] += Double(weight)
            guard let twin = twins[column] else { continue }
            sums[twin.unit, default: 0] += twin.factor * Double(weight)
          }
          return sums.sorted { $0.key < $1.key }.map { ($0.key, Float($0.value)) }
        })
      return
    }
    let tapCount = shares.count
    var added = [Double](repeating: 0, count: columnCount * tapCount)
    let targets = Set(twins.compactMap { $0?.unit }).sorted()
    let columns = twins.indices.filter { twins[$0] != nil }
    values.withMutableElements { values in
      for row in 0..<rowCount {
        let start = row * columnCount * tapCount
        for column in columns {
          guard let twin = twins[column] else { continue }
          for tap in 0..<tapCount {
            added[twin.unit * tapCount + tap] +=
              twin.factor * Double(values[start + column * tapCount + tap])
          }
        }
        for place in targets.flatMap({ $0 * tapCount..<($0 + 1) * tapCount }) {
          values[start + place] = Float(Double(values[start + place]) + added[place])
          added[place] = 0
        }
      }
    }
  }

  /// Multiplies the weights of each column by a factor.
  mutating func scaleColumns(by factors: [Double]) {
    let (groups, rowsEach, columnsEach) = (groupCount, rowsPerGroup, columnsPerGroup)
    let tapCount = shares.count
    let columns = pattern?.columns
    let width = columnsEach * tapCount
    values.withMutableElements { values in
      for index in values.indices {
        let column =
          if let columns {
            Int(columns[index])
          } else {
            (groups > 1 ? index / width / rowsEach * columnsEach : 0) + index % width / tapCount
          }
        values[index] = Float(Double(values[index]) * factors[column])
      }
    }
  }

  private func entries(ofRow row: Int) -> [(column: Int, weight: Float)] {
    var entries: [(column: Int, weight: Float)] = []
    forEachWeight(ofRow: row) { column, _, weight in entries.append((column, weight)) }
    return entries
  }

  /// Replaces the connections; of a layer that has none, one of weight 0 stays.
  private mutating func setEntries(_ rows: [[(column: Int, weight: Float)]]) {
    var rows = rows
    if !rows.isEmpty, rows.allSatisfy(\.isEmpty) { rows[0] = [(0, 0)] }
    var starts: [Int32] = [0]
    for row in rows { starts.append((starts.last ?? 0) + Int32(row.count)) }
    let entries = rows.flatMap(\.self)
    pattern = SparsePattern(
      rowCount: rows.count, columnCount: columnCount, rowStarts: starts,
      columns: entries.map { Int32($0.column) })
    values = Tensor([entries.count], entries.map(\.weight))
  }

  /// The dense weights of some rows and of some columns inside their groups.
  private func gathering(_ rows: [Int], _ columns: [Int]) -> Tensor {
    let tapCount = shares.count
    let width = columnsPerGroup * tapCount
    var result = Tensor(Shape([rows.count, columns.count] + values.shape.extents.dropFirst(2)))
    result.withMutableElements { target in
      values.withElements { values in
        var place = 0
        for row in rows {
          for column in columns {
            for tap in 0..<tapCount {
              target[place] = values[row * width + column * tapCount + tap]
              place += 1
            }
          }
        }
      }
    }
    return result
  }
}
