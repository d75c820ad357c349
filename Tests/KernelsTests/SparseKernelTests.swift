import Tensors
import Testing

@testable import Kernels

@Suite("Sparse and feature-major kernels against their definitions")
struct SparseKernelTests {
  /// A float buffer at a 64-byte boundary.
  private final class Buffer {
    let start: Floats
    let count: Int

    init(_ values: [Float]) {
      count = values.count
      start = UnsafeMutableRawPointer.allocate(
        byteCount: max(values.count, 1) * 4, alignment: 64
      ).bindMemory(to: Float.self, capacity: max(values.count, 1))
      start.initialize(from: values, count: values.count)
    }

    deinit { start.deallocate() }

    var values: [Float] { Array(UnsafeBufferPointer(start: start, count: count)) }
  }

  private func draw(_ count: Int, _ random: inout RandomSource) -> [Float] {
    (0..<count).map { _ in Float(random.normal()) }
  }

  @Test("products and weight gradients, over random shapes, densities and batches")
  func products() {
    var random = RandomSource(seed: 1)
    for round in 0..<400 {
      let (rows, columns) = (1 + random.index(below: 30), 1 + random.index(below: 30))
      let batch = 16 * (1 + random.index(below: 18))
      let pattern = SparsePattern(
        drawing: random.index(below: rows * columns + 1), rowCount: rows, columnCount: columns,
        using: &random)
      let weights = draw(pattern.entryCount, &random)
      var entries: [(row: Int, column: Int, value: Float)] = []
      for row in 0..<rows {
        for entry in pattern.entries(ofRow: row) {
          entries.append((row, Int(pattern.columns[entry]), weights[entry]))
        }
      }
      let bias = draw(rows, &random)
      let x = draw(columns * batch, &random)
      let dy = draw(rows * batch, &random)
      let (w, b, input, output) = (Buffer(weights), Buffer(bias), Buffer(x), Buffer(dy))
      let y = Buffer([Float](repeating: .nan, count: rows * batch))
      let gradient = Buffer([Float](repeating: .nan, count: max(entries.count, 1)))
      let dx = Buffer([Float](repeating: .nan, count: columns * batch))
      pattern.rowStarts.withUnsafeBufferPointer { starts in
        pattern.columns.withUnsafeBufferPointer { indices in
          var none: Int32 = 0
          withUnsafePointer(to: &none) { empty in
            guard let first = starts.baseAddress else { return }
            let index = SparseIndex(
              starts: first, indices: indices.baseAddress ?? empty, rowCount: rows)
            sparseProduct(
              index, values: w.start, bias: round % 2 == 0 ? b.start : nil, input.start,
              batch: batch, into: y.start)
            sparseWeightGradient(
              index, input.start, dy: output.start, batch: batch, into: gradient.start)
          }
        }
      }
      let order = entries.indices.sorted {
        (entries[$0].column, entries[$0].row) < (entries[$1].column, entries[$1].row)
      }
      var columnStarts = [Int32](repeating: 0, count: columns + 1)
      for entry in entries { columnStarts[entry.column + 1] += 1 }
      for column in 0..<columns { columnStarts[column + 1] += columnStarts[column] }
      let byColumn = order.map { Int32(entries[$0].row) } + [0]
      let positions = order.map { Int32($0) } + [0]
      columnStarts.withUnsafeBufferPointer { starts in
        byColumn.withUnsafeBufferPointer { indices in
          positions.withUnsafeBufferPointer { positions in
            guard let first = starts.baseAddress, let second = indices.baseAddress else { return }
            sparseProduct(
              SparseIndex(starts: first, indices: second, rowCount: columns),
              positions: positions.baseAddress, values: w.start, bias: nil, output.start,
              batch: batch, into: dx.start)
          }
        }
      }
      let noBias = [Float](repeating: 0, count: rows)
      expectClose(
        y.values,
        NaiveSparseProducts.product(
          entries, bias: round % 2 == 0 ? bias : noBias, x: x, batch: batch))
      expectClose(
        dx.values,
        NaiveSparseProducts.product(
          entries.map { ($0.column, $0.row, $0.value) },
          bias: [Float](repeating: 0, count: columns), x: dy, batch: batch))
      if !entries.isEmpty {
        expectClose(
          gradient.values,
          NaiveSparseProducts.weightGradient(entries, x: x, dy: dy, batch: batch))
      }
    }
  }

  private func expectClose(_ ours: [Float], _ exact: [Double]) {
    let scale = exact.reduce(1.0) { max($0, abs($1)) }
    let worst = zip(ours, exact).reduce(0.0) { worst, pair in
      let difference = abs(Double(pair.0) - pair.1)
      return difference.isFinite ? max(worst, difference) : .infinity
    }
    #expect(ours.count == exact.count && worst <= 3e-6 * scale)
  }

  @Test("there and back between the two layouts, with zeros in the padding")
  func layouts() {
    var random = RandomSource(seed: 2)
    for _ in 0..<300 {
      let (width, batchCount) = (1 + random.index(below: 40), 1 + random.index(below: 70))
      let count = 1 + random.index(below: batchCount)
      let total = count + random.index(below: 5)
      let batch = paddedBatch(batchCount)
      let matrix = draw(total * width, &random)
      let rows = (0..<count).map { _ in random.index(below: total) }
      let target = Buffer([Float](repeating: .nan, count: width * batch))
      let back = Buffer([Float](repeating: .nan, count: batchCount * width))
      for picks in [true, false] {
        matrix.withUnsafeBufferPointer { matrix in
          rows.withUnsafeBufferPointer { rows in
            guard let start = matrix.baseAddress else { return }
            gatherFeatureMajor(
              start, width: width, rows: picks ? rows.baseAddress : nil, count: count,
              to: target.start, batchCount: batchCount)
          }
        }
        let moved = target.values
        for feature in 0..<width {
          for sample in 0..<batch {
            let row = picks && sample < count ? rows[sample] : sample
            let expected = sample < count ? matrix[row * width + feature] : 0
            #expect(moved[feature * batch + sample] == expected)
          }
        }
        scatterSampleMajor(target.start, width: width, batchCount: batchCount, to: back.start)
        let returned = back.values
        for sample in 0..<batchCount {
          for feature in 0..<width {
            #expect(returned[sample * width + feature] == moved[feature * batch + sample])
          }
        }
      }
    }
  }

  @Test("sums along rows")
  func sums() {
    var random = RandomSource(seed: 3)
    for _ in 0..<200 {
      let (rows, batch) = (1 + random.index(below: 20), 16 * (1 + random.index(below: 9)))
      let x = draw(rows * batch, &random)
      let y = draw(rows * batch, &random)
      let (input, factor) = (Buffer(x), Buffer(y))
      let result = Buffer([Float](repeating: .nan, count: rows))
      rowSums(input.start, rows: rows, batch: batch, into: result.start)
      func exact(_ term: (Int) -> Double) -> [Double] {
        (0..<rows).map { row in (0..<batch).reduce(0.0) { $0 + term(row * batch + $1) } }
      }
      expectClose(result.values, exact { Double(x[$0]) })
      for times in [nil, factor.start] {
        var running = [Double](repeating: 7, count: rows)
        running.withUnsafeMutableBufferPointer {
          guard let start = $0.baseAddress else { return }
          addRowAbsoluteSums(
            0.5, input.start, times: times, rows: rows, batch: batch, to: start)
        }
        expectClose(
          running.map { Float($0) },
          exact { abs(Double(x[$0]) * (times == nil ? 1 : Double(y[$0]))) }.map { 7 + $0 / 2 })
      }
      addToRows(result.start, input.start, rows: rows, batch: batch)
      let shift = result.values
      expectClose(input.values, x.indices.map { Double(x[$0]) + Double(shift[$0 / batch]) })
    }
  }

  @Test("Adam with ages is Adam, connection by connection")
  func ages() {
    var random = RandomSource(seed: 4)
    let count = 100
    let weights = draw(count, &random)
    let limit = 60
    func correction(_ beta: Double, _ age: Int) -> Float {
      var power = 1.0
      for _ in 0..<age { power *= beta }
      return Float(1 / (1 - power))
    }
    let first = Buffer([0] + (1...limit).map { correction(0.9, $0) })
    let second = Buffer([0] + (1...limit).map { correction(0.99, $0) })
    let (w, m, v) = (
      Buffer(weights), Buffer([Float](repeating: 0, count: count)),
      Buffer([Float](repeating: 0, count: count))
    )
    // Connections 50... are born after 20 steps.
    var ages = [UInt16](repeating: 0, count: count)
    let twin = (
      Buffer(weights), Buffer([Float](repeating: 0, count: count)),
      Buffer([Float](repeating: 0, count: count))
    )
    for step in 1...30 {
      if step == 21 {
        for entry in 50..<count {
          (w.start[entry], m.start[entry], v.start[entry], ages[entry]) = (0, 0, 0, 0)
          (twin.0.start[entry], twin.1.start[entry], twin.2.start[entry]) = (0, 0, 0)
        }
      }
      let gradient = Buffer(draw(count, &random))
      func settings(_ age: Int) -> AdamSettings {
        AdamSettings(
          learning_rate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, coupled_decay: 0.01,
          decoupled_decay: 0, correction1: correction(0.9, age), correction2: correction(0.99, age))
      }
      ages.withUnsafeMutableBufferPointer {
        guard let start = $0.baseAddress else { return }
        adamStepByAge(
          settings(1), corrections: (first.start, second.start), limit: UInt16(limit), ages: start,
          gradient: gradient.start, weights: w.start, moments: (m.start, v.start), count: count)
      }
      for (range, age) in [(0..<50, step), (50..<count, step > 20 ? step - 20 : step)] {
        adamStep(
          settings(age), gradient: gradient.start + range.lowerBound,
          weights: twin.0.start + range.lowerBound,
          moments: (twin.1.start + range.lowerBound, twin.2.start + range.lowerBound),
          count: range.count)
      }
    }
    #expect(ages == [UInt16](repeating: 30, count: 50) + [UInt16](repeating: 10, count: 50))
    expectClose(w.values, twin.0.values.map { Double($0) })
  }
}
