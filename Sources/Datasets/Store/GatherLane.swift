/// The columns of a gatherer that lie in one part of a table.
struct GatherLane: Sendable {
  private let part: FeaturePart
  /// Where in a line of the block each column goes.
  private var slots: [Int] = []
  /// Which column of the part it is.
  private var positions: [Int] = []
  /// The place of the column's first cell in the part, in elements.
  private var cellOffsets: [Int] = []
  private var offsets: [Float] = []
  private var scales: [Float] = []
  private var fills: [Float] = []
  private let logarithm: Bool
  /// Whether places and slots both run up by one.
  private var isContiguous = true
  /// For a sparse part: the lane's columns by ascending position.
  private var order: [Int] = []
  /// For a sparse part of which many columns are wanted: which of them each position is, or -1.
  private var wanted: [Int32] = []

  /// Sorts columns into lanes.
  static func lanes(
    _ features: FeatureStore, columns: [Int], scaler: Scaler?
  ) -> [GatherLane] {
    let logarithms = scaler?.logarithms ?? []
    var lanes = features.parts.flatMap {
      [GatherLane(part: $0, logarithm: false), GatherLane(part: $0, logarithm: true)]
    }
    for (slot, column) in columns.enumerated() {
      let place = features.places[column]
      let lane = 2 * place.part + (!logarithms.isEmpty && logarithms[column] ? 1 : 0)
      lanes[lane].append(
        slot: slot, position: place.position, offset: scaler?.offsets[column] ?? 0,
        scale: scaler?.scales[column] ?? 1, fill: features.fills?[column] ?? .nan)
    }
    return lanes.filter { !$0.slots.isEmpty }.map { $0.prepared() }
  }

  /// The lane with what a sparse part needs to find its columns.
  private func prepared() -> GatherLane {
    guard case .sparse(let block) = part else { return self }
    var lane = self
    lane.order = positions.indices.sorted { positions[$0] < positions[$1] }
    let isUnique = zip(lane.order, lane.order.dropFirst()).allSatisfy {
      positions[$0] < positions[$1]
    }
    if isUnique, positions.count >= block.width / 16 {
      lane.wanted = [Int32](repeating: -1, count: block.width)
      for (j, position) in positions.enumerated() { lane.wanted[position] = Int32(j) }
    }
    return lane
  }

  private init(part: FeaturePart, logarithm: Bool) {
    self.part = part
    self.logarithm = logarithm
  }

  private mutating func append(
    slot: Int, position: Int, offset: Float, scale: Float, fill: Float
  ) {
    let cell = if case .dense(let block) = part { block.offset(of: position) } else { position }
    if let lastSlot = slots.last, let lastCell = cellOffsets.last {
      isContiguous = isContiguous && slot == lastSlot + 1 && cell == lastCell + 1
    }
    slots.append(slot)
    positions.append(position)
    cellOffsets.append(cell)
    offsets.append(offset)
    scales.append(scale)
    if part.hasMissing { fills.append(fill) }
  }

  /// Gathers the lane's columns of some rows.
  func gather(
    rows: UnsafeBufferPointer<Int>, width: Int, into target: UnsafeMutablePointer<Float>
  ) {
    switch part {
    case .dense(let block):
      switch block.element {
      case .uint8: gather(block, UInt8.self, rows, width, target)
      case .int16: gather(block, Int16.self, rows, width, target)
      case .int32: gather(block, Int32.self, rows, width, target)
      case .float: gather(block, Float.self, rows, width, target)
      }
    case .sparse(let block):
      switch block.element {
      case .uint8: gather(block, UInt8.self, rows, width, target)
      case .int16: gather(block, Int16.self, rows, width, target)
      case .int32: gather(block, Int32.self, rows, width, target)
      case .float: gather(block, Float.self, rows, width, target)
      }
    }
  }

  @inline(__always)
  private func gather<Element: StoredElement>(
    _ block: ColumnBlock, _ type: Element.Type, _ rows: UnsafeBufferPointer<Int>, _ width: Int,
    _ target: UnsafeMutablePointer<Float>
  ) {
    guard let source = block.start(as: type) else { return }
    switch (block.hasMissing, logarithm) {
    case (false, false):
      lines(source, block.panelWidth, rows, width, target) { x, _ in x.number }
    case (false, true):
      lines(source, block.panelWidth, rows, width, target) { x, _ in x.logarithm }
    case (true, false):
      fills.withUnsafeBufferPointer { fills in
        lines(source, block.panelWidth, rows, width, target) { x, j in
          x.isMissing ? fills[j] : x.number
        }
      }
    case (true, true):
      fills.withUnsafeBufferPointer { fills in
        lines(source, block.panelWidth, rows, width, target) { x, j in
          x.isMissing ? fills[j].logarithm : x.logarithm
        }
      }
    }
  }

  @inline(__always)
  private func lines<Element: StoredElement>(
    _ source: UnsafePointer<Element>, _ stride: Int, _ rows: UnsafeBufferPointer<Int>,
    _ width: Int, _ target: UnsafeMutablePointer<Float>, _ value: (Element, Int) -> Float
  ) {
    let count = slots.count
    slots.withUnsafeBufferPointer { slots in
      cellOffsets.withUnsafeBufferPointer { cells in
        offsets.withUnsafeBufferPointer { offset in
          scales.withUnsafeBufferPointer { scale in
            for (index, row) in rows.enumerated() {
              let output = target + index &* width
              if isContiguous {
                let line = source + (row &* stride &+ cells[0])
                let output = output + slots[0]
                for j in 0..<count { output[j] = (value(line[j], j) - offset[j]) * scale[j] }
              } else {
                let line = source + row &* stride
                for j in 0..<count {
                  output[slots[j]] = (value(line[cells[j]], j) - offset[j]) * scale[j]
                }
              }
            }
          }
        }
      }
    }
  }
}

extension GatherLane {
  /// Zeros first, then the cells that are not zero.
  @inline(__always)
  private func gather<Element: StoredElement>(
    _ block: SparseBlock, _ type: Element.Type, _ rows: UnsafeBufferPointer<Int>, _ width: Int,
    _ target: UnsafeMutablePointer<Float>
  ) {
    guard let cells = block.positions, let values = block.values(as: type) else { return }
    let zeros = slots.indices.map { (0 - offsets[$0]) * scales[$0] }
    for (index, row) in rows.enumerated() {
      let output = target + index &* width
      for j in slots.indices { output[slots[j]] = zeros[j] }
      let range = block.cells(row: row)
      if !wanted.isEmpty {
        for cell in range where Int(cells[cell]) < wanted.count {
          let j = Int(wanted[Int(cells[cell])])
          if j >= 0 { output[slots[j]] = scaled(values[cell], j) }
        }
        continue
      }
      var next = range.lowerBound
      for j in order {
        let position = UInt32(positions[j])
        next = lowerBound(of: position, cells, from: next, to: range.upperBound)
        guard next < range.upperBound else { break }
        if cells[next] == position { output[slots[j]] = scaled(values[next], j) }
      }
    }
  }

  @inline(__always)
  private func scaled<Element: StoredElement>(_ element: Element, _ j: Int) -> Float {
    ((logarithm ? element.logarithm : element.number) - offsets[j]) * scales[j]
  }

  /// The first cell from a place on whose column is not smaller, by doubling steps.
  @inline(__always)
  private func lowerBound(
    of position: UInt32, _ cells: UnsafePointer<UInt32>, from start: Int, to end: Int
  ) -> Int {
    var (low, step) = (start, 1)
    while low + step <= end, cells[low + step - 1] < position {
      low += step
      step *= 2
    }
    var high = min(low + step, end)
    while low < high {
      let middle = (low + high) / 2
      if cells[middle] < position { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
