import Kernels
import Networks
import Tensors

/// How fast a network computes on this machine, on one thread.
public struct InferenceMeasurement: Sendable {
  /// The number of samples computed together.
  public var batchCount: Int
  /// The wall-clock time of each run in ascending order, in seconds.
  public var seconds: [Double]
  /// The multiply-adds of a run.
  public var multiplyAdds: Int

  /// The time that half of the runs stay below.
  public var median: Double { quantile(0.5) }
  /// The time that 95 of 100 runs stay below.
  public var highest: Double { quantile(0.95) }
  /// The samples per second of the median run.
  public var throughput: Double { Double(batchCount) / max(median, 1e-12) }
  /// The multiply-adds per second of the median run.
  public var multiplyAddRate: Double { Double(multiplyAdds) / max(median, 1e-12) }

  private func quantile(_ share: Double) -> Double {
    seconds.isEmpty ? 0 : seconds[min(seconds.count - 1, Int(share * Double(seconds.count)))]
  }

  /// Runs a network on random numbers, over and over.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - batchCount: The number of samples computed together, at least 1.
  ///   - seconds: How long is measured; but at least ten runs, and at most 10,000.
  /// - Returns: What was measured; the first runs, which are slower, do not count.
  public static func measure(
    _ network: Network, batchCount: Int, seconds: Double
  ) -> InferenceMeasurement {
    setThreadCount(1)
    let plan = Plan(network, batchCount: batchCount, for: .inference)
    var random = RandomSource(seed: 0)
    var inputs = Tensor(Shape([batchCount] + network.inputShape.extents))
    inputs.withMutableElements { elements in
      for index in elements.indices { elements[index] = Float(random.normal()) }
    }
    inputs.withElements { elements in
      if let start = elements.baseAddress { plan.takeInput(from: start, count: batchCount) }
    }
    for _ in 0..<3 { plan.forward() }
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    var times: [Double] = []
    while times.count < 10 || (clock.now < end && times.count < 10_000) {
      times.append(clock.measure { plan.forward() } / .seconds(1))
    }
    return InferenceMeasurement(
      batchCount: batchCount, seconds: times.sorted(),
      multiplyAdds: batchCount * network.multiplyAdds)
  }

  /// The multiply-adds per second that this machine reaches in the product of two large matrices,
  /// on one thread.
  ///
  /// - Returns: The best of some runs.
  public static func machinePeak() -> Double {
    let width = 512
    guard let network = try? Network(input: [width], { Linear(width, hasBias: false) }) else {
      return 0
    }
    let measurement = measure(network, batchCount: width, seconds: 0.3)
    return Double(measurement.multiplyAdds) / max(measurement.seconds.first ?? 0, 1e-12)
  }
}
