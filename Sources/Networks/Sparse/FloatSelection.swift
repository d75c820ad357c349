import Kernels

/// Marks the first floats of an order without sorting them, by two histograms over their bits.
///
/// The bits of a float without its sign, read as a number, are ordered as its magnitude is. The
/// first histogram counts the upper half of the bits and finds in which bin the last chosen float
/// lies; the second counts the lower half inside that bin.
package final class FloatSelection {
  /// What is chosen first.
  package struct Order {
    fileprivate let mask, flip: UInt32

    /// The smallest magnitudes; NaN has the largest.
    package static let smallestMagnitude = Order(mask: 0x7fff_ffff, flip: 0)
    /// The largest magnitudes; NaN has the largest.
    package static let largestMagnitude = Order(mask: 0x7fff_ffff, flip: 0x7fff_ffff)
    /// The floats without a sign that are nearest 0, then those with a sign.
    package static let smallestPositive = Order(mask: 0xffff_ffff, flip: 0)
    /// The floats with a sign that are nearest 0, then those without.
    package static let smallestNegative = Order(mask: 0xffff_ffff, flip: 0x8000_0000)

    @inline(__always)
    fileprivate func key(_ value: Float) -> UInt32 { (value.bitPattern & mask) ^ flip }
  }

  private let histogram: UnsafeMutablePointer<UInt32>
  private static let binCount = 1 << 16

  package init() {
    histogram = .allocate(capacity: Self.binCount)
    histogram.initialize(repeating: 0, count: Self.binCount)
  }

  deinit {
    histogram.deallocate()
  }

  /// The memory of the histogram, in bytes.
  package var byteCount: Int { Self.binCount * MemoryLayout<UInt32>.stride }

  /// Sets the marks of the first floats of an order; equal ones are taken in order of position.
  ///
  /// - Parameters:
  ///   - chosen: How many, in `0...count`.
  ///   - values: The floats.
  ///   - count: Their number.
  ///   - order: What is chosen first.
  ///   - marks: One per float; those of the others are left as they are.
  /// - Complexity: O(`count`).
  package func mark(
    _ chosen: Int, of values: UnsafePointer<Float>, count: Int, by order: Order,
    in marks: UnsafeMutablePointer<Bool>
  ) {
    guard chosen > 0 else { return }
    var wanted = UInt32(chosen)  // how many of those not yet counted

    histogram.update(repeating: 0, count: Self.binCount)
    for position in 0..<count { histogram[Int(order.key(values[position]) >> 16)] += 1 }
    let upper = bin(reaching: &wanted)

    histogram.update(repeating: 0, count: Self.binCount)
    for position in 0..<count {
      let key = order.key(values[position])
      if key >> 16 == upper { histogram[Int(key & 0xffff)] += 1 }
    }
    let last = upper << 16 | bin(reaching: &wanted)

    for position in 0..<count {
      let key = order.key(values[position])
      if key > last { continue }
      if key == last {
        if wanted == 0 { continue }
        wanted -= 1
      }
      marks[position] = true
    }
  }

  /// The bin in which the counts reach a number, which is reduced by the counts before the bin.
  private func bin(reaching wanted: inout UInt32) -> UInt32 {
    var bin = 0
    while histogram[bin] < wanted {
      wanted -= histogram[bin]
      bin += 1
    }
    return UInt32(bin)
  }
}
