import Tensors

/// The bias correction of a moment after `step` steps: 1 / (1 - beta^step).
func correction(_ beta: Float, _ step: Int) -> Float {
  Float(1 / (1 - power(Double(beta), step)))
}

/// The step counts of a matrix whose columns were restarted, and the corrections they imply.
final class ColumnSteps {
  var counts: [Int]
  let first, second: FloatArena

  init(count: Int, step: Int) {
    counts = [Int](repeating: step, count: count)
    first = FloatArena(count: count)
    second = FloatArena(count: count)
  }

  var byteCount: Int {
    counts.count * MemoryLayout<Int>.stride + first.byteCount + second.byteCount
  }

  func advance(beta1: Float, beta2: Float) {
    // Columns that were restarted together share their count, so most powers repeat.
    var known = (step: 0, first: Float(0), second: Float(0))
    for column in counts.indices {
      counts[column] += 1
      if counts[column] != known.step {
        known = (
          counts[column], correction(beta1, counts[column]), correction(beta2, counts[column])
        )
      }
      first.start[column] = known.first
      second.start[column] = known.second
    }
  }
}

/// The bias corrections of both moments by age, up to the age at which they are 1.
final class Corrections {
  let limit: UInt16
  let first, second: FloatArena

  init(_ adam: Adam) {
    // From the limit on, the larger beta's correction is 1 to the precision of Float.
    let slowest = Double(max(adam.beta1, adam.beta2))
    var steps = 1
    while power(slowest, steps) > 0x1p-25 && steps < Int(UInt16.max) { steps += 1 }
    limit = UInt16(steps)
    first = FloatArena(count: steps + 1)
    second = FloatArena(count: steps + 1)
    for age in 1...steps {
      first.start[age] = correction(adam.beta1, age)
      second.start[age] = correction(adam.beta2, age)
    }
  }
}

/// The steps that each connection of a sparse layer has taken.
final class ConnectionAges {
  let start: UnsafeMutablePointer<UInt16>
  let count: Int

  init(count: Int, age: UInt16) {
    self.count = count
    start = .allocate(capacity: max(count, 1))
    start.initialize(repeating: age, count: count)
  }

  deinit {
    start.deallocate()
  }
}

/// base^exponent by squaring; the exponent is a step count.
private func power(_ base: Double, _ exponent: Int) -> Double {
  var result = 1.0
  var square = base
  var bits = exponent
  while bits > 0 {
    if bits & 1 == 1 { result *= square }
    square *= square
    bits >>= 1
  }
  return result
}
