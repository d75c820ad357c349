#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A seedable generator of random numbers with named substreams.
///
/// The generator is xoshiro256**; its state comes from the seed through SplitMix64. A substream
/// is a generator of its own whose seed mixes the parent's seed with a name, so that adding a
/// consumer of random numbers never shifts the numbers that another one sees.
///
/// - Source: Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", 2021,
///   arXiv:1805.01407; Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators",
///   2014.
public struct RandomSource: RandomNumberGenerator, Sendable, Hashable, Codable {
  private let seed: UInt64
  private var s0, s1, s2, s3: UInt64

  /// Creates a generator; equal seeds give equal numbers.
  ///
  /// - Parameter seed: Any number.
  public init(seed: UInt64) {
    self.seed = seed
    var mixer = seed
    s0 = Self.splitMix(&mixer)
    s1 = Self.splitMix(&mixer)
    s2 = Self.splitMix(&mixer)
    s3 = Self.splitMix(&mixer)
  }

  /// The exact state: the seed, from which substreams come, and the four words of xoshiro256**.
  ///
  /// A generator that is restored from it returns the numbers that this one would have returned.
  public var state: [UInt64] { [seed, s0, s1, s2, s3] }

  /// Creates a generator that goes on where another one was.
  ///
  /// It is `nil` unless there are five words, the last four of them not all 0: from such a state
  /// xoshiro256** never comes away, and no seed leads to it.
  ///
  /// - Parameter state: The ``state`` of the other generator.
  public init?(state: [UInt64]) {
    guard state.count == 5, state[1...].contains(where: { $0 != 0 }) else { return nil }
    (seed, s0, s1, s2, s3) = (state[0], state[1], state[2], state[3], state[4])
  }

  /// Returns a generator of its own for one purpose.
  ///
  /// It depends on the seed and the name only, not on how many numbers were drawn.
  ///
  /// - Parameter name: What the numbers are for, such as `"initialisation"`.
  /// - Returns: The generator.
  public func substream(_ name: String) -> RandomSource {
    // FNV-1a: `hashValue` is salted anew in every process.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }
    var mixer = seed ^ hash
    return RandomSource(seed: Self.splitMix(&mixer))
  }

  /// Returns a generator of its own for one purpose and number, such as an epoch.
  ///
  /// - Parameters:
  ///   - name: What the numbers are for.
  ///   - index: Which of many.
  /// - Returns: The generator.
  public func substream(_ name: String, _ index: Int) -> RandomSource {
    substream("\(name)/\(index)")
  }

  /// Returns the next 64 random bits.
  public mutating func next() -> UInt64 {
    let result = Self.rotate(s1 &* 5, by: 7) &* 9
    let shifted = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = Self.rotate(s3, by: 45)
    return result
  }

  /// Returns a number from the uniform distribution on [0, 1), a multiple of 2^-53.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// Draws a number from the uniform distribution on [low, high).
  ///
  /// - Parameters:
  ///   - low: The smallest possible value.
  ///   - high: The bound that is not reached (up to rounding).
  /// - Returns: The number.
  public mutating func uniform(_ low: Float, _ high: Float) -> Float {
    low + (high - low) * Float(uniform())
  }

  /// Returns a number from the standard normal distribution, by the Box-Muller transform.
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * Double.pi * uniform())
  }

  /// Draws a number uniformly from `0..<bound`, without bias.
  ///
  /// - Parameter bound: The number of possible values, at least 1.
  /// - Returns: The number.
  public mutating func index(below bound: Int) -> Int {
    require(bound > 0, "RandomSource: index below \(bound)")
    let range = UInt64(bound)
    let rejected = (0 &- range) % range
    while true {
      let product = next().multipliedFullWidth(by: range)
      if product.low >= rejected { return Int(product.high) }
    }
  }

  /// Brings the elements of an array into a random order (Fisher-Yates).
  ///
  /// Of integers only: a generic function would not be specialised in another module, where it
  /// allocates at every exchange.
  ///
  /// - Parameter elements: The elements.
  public mutating func shuffle(_ elements: inout [Int]) {
    shuffleFirst(elements.count, of: &elements)
  }

  /// Moves a random sample of an array's elements to its front, in random order.
  ///
  /// - Parameters:
  ///   - count: The size of the sample, in `0...elements.count`.
  ///   - elements: The elements; those behind the sample stay in some order.
  /// - Complexity: O(`count`).
  public mutating func shuffleFirst(_ count: Int, of elements: inout [Int]) {
    require(
      count >= 0 && count <= elements.count,
      "RandomSource: sample of \(count) among \(elements.count)")
    let last = elements.count
    for position in 0..<min(count, max(last - 1, 0)) {
      elements.swapAt(position, position + index(below: last - position))
    }
  }

  private static func rotate(_ bits: UInt64, by count: UInt64) -> UInt64 {
    (bits << count) | (bits >> (64 - count))
  }

  private static func splitMix(_ state: inout UInt64) -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }
}
