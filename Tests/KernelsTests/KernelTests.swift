import Testing
import Tensors

@testable import Kernels

/// Every kernel against its naive twin, over random shapes.
@Suite("Kernels")
struct KernelTests {
  private func draw(_ count: Int, _ random: inout RandomSource) -> [Float] {
    (0..<count).map { _ in Float(random.normal()) }
  }

  @Test("matrix products in every layout")
  func matmul() {
    setThreadCount(1)
    var random = RandomSource(seed: 1)
    for _ in 0..<1000 {
      let (m, n, k) = (
        1 + random.index(below: 20), 1 + random.index(below: 20), 1 + random.index(below: 30)
      )
      let (ta, tb, bias) = (random.uniform() < 0.5, random.uniform() < 0.5, random.uniform() < 0.5)
      let count = 1 + random.index(below: 3)
      var (a, b) = (draw(count * m * k, &random), draw(count * k * n, &random))
      var c = draw(n, &random)
      var result = [Float](repeating: .nan, count: count * m * n)
      let product = DensePrimitive.matmul(
        count: count, rows: m, columns: n, inner: k, transposingA: ta, transposingB: tb,
        addingBias: bias)
      if bias {
        product(&a, &b, &c, &result)
      } else {
        product(&a, &b, &result)
      }
      for place in 0..<count * m * n {
        let (pair, row, column) = (place / (m * n), place / n % m, place % n)
        let exact = (0..<k).reduce(bias ? Double(c[column]) : 0) { sum, i in
          let left = a[pair * m * k + (ta ? i * m + row : row * k + i)]
          let right = b[pair * k * n + (tb ? column * k + i : i * n + column)]
          return sum + Double(left) * Double(right)
        }
        #expect(abs(Double(result[place]) - exact) < 1e-5 * max(1, abs(exact)))
      }
    }
  }

  @Test("column sums, absolute and shifted")
  func columnSums() {
    var random = RandomSource(seed: 2)
    for _ in 0..<1000 {
      let (rows, columns) = (1 + random.index(below: 30), 1 + random.index(below: 50))
      var matrix = draw(rows * columns, &random)
      var (means, shifts) = (draw(columns, &random), draw(rows, &random))
      var sums = [Float](repeating: .nan, count: columns)
      func check(_ exact: [Double]) {
        for (ours, theirs) in zip(sums, exact) {
          #expect(abs(Double(ours) - theirs) < 1e-4)
        }
      }
      Kernels.columnSums(&matrix, rows: rows, columns: columns, into: &sums)
      check(NaiveElementwise.columnSums(matrix, rows: rows, columns: columns))
      columnAbsoluteSums(&matrix, rows: rows, columns: columns, into: &sums)
      check(
        NaiveElementwise.columnAbsoluteSums(
          matrix, means: nil, shifts: nil, rows: rows, columns: columns))
      means.withUnsafeMutableBufferPointer { means in
        shifts.withUnsafeMutableBufferPointer { shifts in
          columnAbsoluteSums(
            &matrix, shiftedBy: (means.baseAddress!, shifts.baseAddress!), rows: rows,
            columns: columns, into: &sums)
        }
      }
      check(
        NaiveElementwise.columnAbsoluteSums(
          matrix, means: means, shifts: shifts, rows: rows, columns: columns))
    }
  }

  @Test("the gradient of a rectifier, also in place")
  func rectifierGradients() {
    var random = RandomSource(seed: 5)
    for _ in 0..<500 {
      let count = 1 + random.index(below: 100)
      var (saved, dy) = (draw(count, &random), draw(count, &random))
      saved[random.index(below: count)] = 0
      var dx = [Float](repeating: .nan, count: count)
      let slope = random.uniform(0, 1)
      let limit = random.index(below: 2) == 0 ? Float.infinity : random.uniform(0, 1)
      let exact = NaiveElementwise.rectifierGradient(
        slope: slope, limit: limit, saved: saved, dy: dy)
      rectifierGradient(
        slope: slope, limit: limit, saved: &saved, dy: &dy, into: &dx, count: count)
      #expect(zip(dx, exact).allSatisfy { abs(Double($0) - $1) < 1e-6 })
      dy.withUnsafeMutableBufferPointer { dy in
        rectifierGradient(
          slope: slope, limit: limit, saved: &saved, dy: dy.baseAddress!, into: dy.baseAddress!,
          count: count)
      }
      #expect(dy == dx)
    }
  }

  @Test("rows in any order")
  func rowCopies() {
    var random = RandomSource(seed: 6)
    for _ in 0..<300 {
      let (rows, width) = (1 + random.index(below: 20), 1 + random.index(below: 40))
      let matrix = draw(rows * width, &random)
      let chosen = (0..<1 + random.index(below: 30)).map { _ in random.index(below: rows) }
      var copies = [Float](repeating: .nan, count: chosen.count * width)
      chosen.withUnsafeBufferPointer { copyRows(of: matrix, width: width, rows: $0, to: &copies) }
      #expect(copies == chosen.flatMap { matrix[$0 * width..<($0 + 1) * width] })
    }
  }

  @Test("a hidden layer without one column")
  func withoutColumn() {
    var random = RandomSource(seed: 7)
    for _ in 0..<300 {
      let (rows, units, stride) = (
        1 + random.index(below: 9), 1 + random.index(below: 40), 1 + random.index(below: 5)
      )
      var (hidden, input, weights) = (
        draw(rows * units, &random), draw(rows * stride, &random), draw(units, &random)
      )
      let mean = random.uniform(-1, 1)
      var output = [Float](repeating: .nan, count: rows * units)
      rectifyWithoutColumn(
        &hidden, input: &input, stride: stride, mean: mean, weights: &weights, rows: rows,
        units: units, into: &output)
      let exact = NaiveElementwise.rectifyWithoutColumn(
        hidden, input: (0..<rows).map { input[$0 * stride] }, mean: mean, weights: weights)
      #expect(zip(output, exact).allSatisfy { abs(Double($0) - $1) < 1e-5 })
    }
  }

  @Test("losses, also far from zero")
  func losses() {
    var random = RandomSource(seed: 3)
    for _ in 0..<1000 {
      let (rows, columns) = (1 + random.index(below: 9), 1 + random.index(below: 12))
      let scale = Float(random.index(below: 2) == 0 ? 1 : 15)
      var logits = draw(rows * columns, &random).map { $0 * scale }
      let labels = (0..<rows).map { _ in random.index(below: columns) }
      var weights = (0..<rows).map { _ in Float(random.uniform()) }
      var gradient = [Float](repeating: .nan, count: rows * columns)
      let value = softmaxCrossEntropy(
        &logits, labels: labels.map { Int32($0) }, weights: &weights, rows: rows,
        columns: columns, divisor: 3, gradient: &gradient)
      let exact = NaiveLosses.softmaxCrossEntropy(
        logits.map(Double.init), labels: labels, weights: weights.map(Double.init),
        columns: columns, divisor: 3)
      #expect(abs(value - exact) < 1e-5 * max(1, abs(exact)))
      for row in 0..<rows {
        // The probabilities sum to one, so the gradient of a row sums to zero.
        let sum = gradient[row * columns..<(row + 1) * columns].reduce(0, +)
        #expect(abs(sum) < 1e-6)
      }
      var teacher = draw(rows * columns, &random).map { $0 * scale }
      let soft = softCrossEntropy(
        &logits, teacher: &teacher, weights: &weights, rows: rows, columns: columns, divisor: 3,
        gradient: &gradient)
      let exactSoft = NaiveLosses.softCrossEntropy(
        logits.map(Double.init), teacher: teacher.map(Double.init),
        weights: weights.map(Double.init), columns: columns, divisor: 3)
      #expect(abs(soft - exactSoft) < 1e-5 * max(1, abs(exactSoft)))
      let silent = softCrossEntropy(
        &logits, teacher: &teacher, weights: &weights, rows: rows, columns: columns, divisor: 3,
        gradient: nil)
      #expect(abs(silent - soft) < 1e-6 * max(1, abs(soft)))
      checkSlope(
        of: gradient, at: logits, teacher: teacher, weights: weights, columns: columns)
      var targets = (0..<rows * columns).map { _ in Float(random.uniform()) }
      let binary = Kernels.binaryCrossEntropy(
        &logits, targets: &targets, weights: &weights, rows: rows, columns: columns, divisor: 2,
        gradient: &gradient)
      let exactBinary = NaiveLosses.binaryCrossEntropy(
        logits.map(Double.init), targets: targets.map(Double.init),
        weights: weights.map(Double.init), columns: columns, divisor: 2)
      #expect(abs(binary - exactBinary) < 1e-5 * max(1, abs(exactBinary)))
    }
  }

  /// The gradient of the soft cross-entropy is the slope of its twin, in a random place.
  private func checkSlope(
    of gradient: [Float], at logits: [Float], teacher: [Float], weights: [Float], columns: Int
  ) {
    let place = logits.count / 2
    func loss(_ shift: Double) -> Double {
      var shifted = logits.map(Double.init)
      shifted[place] += shift
      return NaiveLosses.softCrossEntropy(
        shifted, teacher: teacher.map(Double.init), weights: weights.map(Double.init),
        columns: columns, divisor: 3)
    }
    let slope = (loss(1e-4) - loss(-1e-4)) / 2e-4
    #expect(abs(Double(gradient[place]) - slope) < 1e-5)
  }

  @Test("losses do not overflow")
  func extremes() {
    var logits: [Float] = [1000, -1000, 0]
    var gradient: [Float] = [.nan, .nan, .nan]
    let value = softmaxCrossEntropy(
      &logits, labels: [1], weights: nil, rows: 1, columns: 3, divisor: 1, gradient: &gradient)
    #expect(value == 2000)
    #expect(gradient[0] == 1 && gradient[1] == -1 && abs(gradient[2]) < 1e-30)
  }
}
