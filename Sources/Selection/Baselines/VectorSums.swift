#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// e to the power of x.
func exponential(_ x: Float) -> Float { expf(x) }

/// Σ x_i y_i, in sixteen sums side by side.
func innerProduct(_ left: [Float], _ right: [Float]) -> Float {
  var sums = SIMD16<Float>.zero
  let whole = left.count & ~15
  return left.withUnsafeBytes { left in
    right.withUnsafeBytes { right in
      for position in stride(from: 0, to: whole, by: 16) {
        sums +=
          left.loadUnaligned(fromByteOffset: 4 * position, as: SIMD16<Float>.self)
          * right.loadUnaligned(fromByteOffset: 4 * position, as: SIMD16<Float>.self)
      }
      var sum = sums.sum()
      for position in stride(from: 4 * whole, to: left.count, by: 4) {
        sum +=
          left.load(fromByteOffset: position, as: Float.self)
          * right.load(fromByteOffset: position, as: Float.self)
      }
      return sum
    }
  }
}

/// Adds a multiple of one run of numbers to another.
func add(_ factor: Float, _ numbers: [Float], to sums: inout [Float]) {
  sums.withUnsafeMutableBufferPointer { sums in
    numbers.withUnsafeBufferPointer { numbers in
      for position in numbers.indices { sums[position] += factor * numbers[position] }
    }
  }
}

/// log(1 + x).
func logarithm(ofOnePlus x: Float) -> Float { x == 0 ? 0 : log1pf(x) }
