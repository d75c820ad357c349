#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Maps numbers to positions along an axis, with ticks at round numbers.
struct AxisScale: Equatable {
  /// The smallest number on the axis, a tick.
  let low: Double
  /// The largest number on the axis, a tick.
  let high: Double
  /// The ticks, ascending.
  let ticks: [Double]
  /// The decimals that tell the ticks apart.
  let decimals: Int

  /// Creates the shortest scale of round ticks that holds all values.
  ///
  /// - Parameters:
  ///   - values: The numbers to show; those that are not finite do not count.
  ///   - tickCount: About how many ticks, at least 2.
  ///   - wholeNumbers: Whether ticks between whole numbers make no sense.
  init(_ values: [Double], tickCount: Int = 5, wholeNumbers: Bool = false) {
    let finite = values.filter { $0.isFinite && abs($0) < 1e12 }
    var (least, greatest) = (finite.min() ?? 0, finite.max() ?? 1)
    if greatest - least <= abs(greatest) * 1e-9 {
      // All alike: some room on both sides.
      let room = greatest == 0 ? 1 : abs(greatest) * 0.1
      (least, greatest) = (least - room, greatest + room)
    }
    let exact = (greatest - least) / Double(max(tickCount - 1, 1))
    let exponent = Int(log10(exact).rounded(.down))
    let power = pow(10, Double(exponent))
    let factor = [1.0, 2, 5, 10].first { $0 * power >= exact * 0.999_999 } ?? 10
    var step = factor * power
    var decimals = max(0, factor == 10 ? -exponent - 1 : -exponent)
    if wholeNumbers && step < 1 { (step, decimals) = (1, 0) }

    let first = (least / step + 1e-9).rounded(.down)
    let last = max((greatest / step - 1e-9).rounded(.up), first + 1)
    ticks = stride(from: first, through: last, by: 1).map { $0 * step }
    self.decimals = min(decimals, 9)
    low = first * step
    high = last * step
  }

  /// Maps a number to a position.
  ///
  /// - Parameters:
  ///   - value: The number; one beyond the ends is drawn at the end, one that is none at the start.
  ///   - start: The position of `low`.
  ///   - end: The position of `high`.
  /// - Returns: The position between `start` and `end`.
  func position(_ value: Double, from start: Double, to end: Double) -> Double {
    guard !value.isNaN else { return start }
    let fraction = min(max((value - low) / (high - low), 0), 1)
    return start + fraction * (end - start)
  }

  /// The text of a tick.
  func label(_ tick: Double) -> String {
    decimal(tick, decimals)
  }
}
