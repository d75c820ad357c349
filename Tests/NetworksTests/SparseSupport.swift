import Kernels
import Tensors

@testable import Networks

/// A sparse layer whose connections carry values that tell where they came from.
final class SampleLayer {
  let connections: Connections
  let weights: FloatArena
  let gradient: FloatArena
  let states: [FloatArena]
  let ages: UnsafeMutablePointer<UInt16>

  convenience init(rows: Int, columns: Int, count: Int, random: inout RandomSource) {
    self.init(SparsePattern(drawing: count, rowCount: rows, columnCount: columns, using: &random))
    fill(using: &random)
  }

  convenience init(copying other: SampleLayer) {
    self.init(other.connections.pattern)
    weights.start.update(from: other.weights.start, count: connections.count)
  }

  init(_ pattern: SparsePattern) {
    connections = Connections(pattern)
    let count = pattern.entryCount
    weights = FloatArena(count: count)
    gradient = FloatArena(count: count)
    states = [FloatArena(count: count), FloatArena(count: count)]
    ages = .allocate(capacity: max(count, 1))
    ages.initialize(repeating: 0, count: count)
  }

  deinit {
    ages.deallocate()
  }

  var values: ConnectionValues {
    ConnectionValues(weights: weights.start, states: states.map(\.start), ages: ages)
  }

  /// Weights with many ties, almost ties, zeros of both signs and an infinity; the rest is never 0.
  func fill(using random: inout RandomSource) {
    for entry in 0..<connections.count {
      weights.start[entry] = Float(random.normal())
      switch random.index(below: 8) {
      case 0: weights.start[entry] = (weights.start[entry] * 2).rounded() / 2
      case 1: weights.start[entry] = random.index(below: 2) == 0 ? 0 : -0.0
      case 2:
        weights.start[entry] = Float(bitPattern: 0x3f80_0000 + UInt32(random.index(below: 300)))
      default: break
      }
      gradient.start[entry] = Float(random.normal())
      states[0].start[entry] = Float(1 + random.uniform())
      states[1].start[entry] = Float(-1 - random.uniform())
      ages[entry] = UInt16(1 + random.index(below: 1000))
    }
    if connections.count > 5 { weights.start[random.index(below: connections.count)] = -.infinity }
  }

  /// What each connection carries, by its cell.
  struct Carried: Equatable {
    let weight, first, second: UInt32
    let age: UInt16
  }

  var cells: [Int] {
    (0..<connections.rowCount).flatMap { row in
      (Int(connections.rowStarts[row])..<Int(connections.rowStarts[row + 1])).map {
        row * connections.columnCount + Int(connections.columns[$0])
      }
    }
  }

  var carried: [Int: Carried] {
    var result: [Int: Carried] = [:]
    for (entry, cell) in cells.enumerated() {
      result[cell] = Carried(
        weight: weights.start[entry].bitPattern, first: states[0].start[entry].bitPattern,
        second: states[1].start[entry].bitPattern, age: ages[entry])
    }
    return result
  }

  /// Whether both directions describe the same connections, each in order.
  var isConsistent: Bool {
    let layer = connections
    guard layer.rowStarts[0] == 0, layer.rowStarts[layer.rowCount] == layer.count,
      layer.columnStarts[0] == 0, layer.columnStarts[layer.columnCount] == layer.count
    else { return false }
    var seen = [Bool](repeating: false, count: layer.count)
    for column in 0..<layer.columnCount {
      var previous: Int32 = -1
      for place in Int(layer.columnStarts[column])..<Int(layer.columnStarts[column + 1]) {
        let (row, entry) = (layer.rows[place], Int(layer.positions[place]))
        guard row > previous, entry >= layer.rowStarts[Int(row)],
          entry < layer.rowStarts[Int(row) + 1], layer.columns[entry] == column, !seen[entry]
        else { return false }
        previous = row
        seen[entry] = true
      }
    }
    return zip(cells, cells.dropFirst()).allSatisfy { $0 < $1 }
      && (0..<layer.count).allSatisfy {
        layer.columns[$0] >= 0 && layer.columns[$0] < layer.columnCount
      }
  }

  /// The entries that a sort of everything would drop.
  func naiveDrop(_ count: Int, by drop: TopologyRule.Drop) -> Set<Int> {
    func nearest(_ entries: [Int], _ count: Int) -> ArraySlice<Int> {
      entries.sorted {
        let (a, b) = (weights.start[$0].magnitude, weights.start[$1].magnitude)
        return a != b ? a < b : $0 < $1
      }.prefix(count)
    }
    let all = Array(0..<connections.count)
    switch drop {
    case .magnitude:
      return Set(nearest(all, count))
    case .magnitudeBySign:
      let negatives = all.filter { weights.start[$0].sign == .minus }
      let positives = all.filter { weights.start[$0].sign == .plus }
      let share = Double(count * negatives.count) / Double(max(all.count, 1))
      let fromNegatives = Int((share + 1e-9).rounded())
      return Set(nearest(negatives, fromNegatives) + nearest(positives, count - fromNegatives))
    }
  }
}
