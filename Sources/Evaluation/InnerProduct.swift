/// The inner product of two runs of numbers.
func dot(
  _ left: UnsafeBufferPointer<Double>, _ leftStart: Int,
  _ right: UnsafeBufferPointer<Double>, _ rightStart: Int, count: Int
) -> Double {
  var sums = SIMD8<Double>.zero
  let whole = count & ~7
  for position in stride(from: 0, to: whole, by: 8) {
    var x = SIMD8<Double>.zero
    var y = SIMD8<Double>.zero
    for lane in 0..<8 {
      x[lane] = left[leftStart + position + lane]
      y[lane] = right[rightStart + position + lane]
    }
    sums += x * y
  }
  var sum = sums.sum()
  for position in whole..<count { sum += left[leftStart + position] * right[rightStart + position] }
  return sum
}
