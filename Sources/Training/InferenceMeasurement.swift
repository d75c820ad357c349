import Kernels
import Networks
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How fast a network computes or learns on this machine, on one thread.
public struct InferenceMeasurement: Sendable {
  /// The number of samples computed together.
  public var batchCount: Int
  /// The wall-clock time of each run in ascending order, in seconds.
  public var seconds: [Double]
  /// The processor time of each run in ascending order, in seconds: what other programs take from
  /// the machine meanwhile does not count.
  public var processorSeconds: [Double]
  /// The multiply-adds of a run.
  public var multiplyAdds: Int

  /// The time that half of the runs stay below.
  public var median: Double { Self.quantile(0.5, of: seconds) }
  /// The time that 95 of 100 runs stay below.
  public var highest: Double { Self.quantile(0.95, of: seconds) }
  /// The processor time that half of the runs stay below.
  public var processorMedian: Double { Self.quantile(0.5, of: processorSeconds) }
  /// The samples per second of the median run.
  public var throughput: Double { Double(batchCount) / max(median, 1e-12) }
  /// The multiply-adds per second of the median run.
  public var multiplyAddRate: Double { Double(multiplyAdds) / max(median, 1e-12) }

  private static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
  }

  /// Runs a network on random numbers, over and over.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - batchCount: The number of samples computed together, at least 1.
  ///   - seconds: How long is measured; but at least three runs, ten if they take less than ten
  ///     times as long, and at most 10,000.
  /// - Returns: What was measured; the first runs, which are slower, do not count.
  public static func measure(
    _ network: Network, batchCount: Int, seconds: Double
  ) -> InferenceMeasurement {
    compare([network], batchCount: batchCount, seconds: seconds)[0]
  }

  /// Runs networks on random numbers in turns, so that what else the machine does meets all alike.
  ///
  /// - Parameters:
  ///   - networks: The networks, at least one.
  ///   - batchCount: The number of samples computed together, at least 1.
  ///   - seconds: How long each is measured, with the bounds of
  ///     ``measure(_:batchCount:seconds:)``.
  /// - Returns: What was measured of each, over the same number of runs.
  public static func compare(
    _ networks: [Network], batchCount: Int, seconds: Double
  ) -> [InferenceMeasurement] {
    setThreadCount(1)
    let plans = networks.map { network in
      let plan = Plan(
        network.foldingBatchNormalization(), batchCount: batchCount, for: .inference)
      plan.takeRandomInput()
      return plan
    }
    let found = times(seconds * Double(networks.count), plans.map { plan in { plan.forward() } })
    return zip(networks, found).map { network, times in
      InferenceMeasurement(
        batchCount: batchCount, seconds: times.wall, processorSeconds: times.processor,
        multiplyAdds: batchCount * network.multiplyAdds)
    }
  }

  /// Trains a network on random numbers, step by step: forward, backward and an update with momentum.
  ///
  /// - Parameters:
  ///   - network: The network; its outputs are taken for the logits of classes.
  ///   - batchCount: The number of samples of a step, at least 1.
  ///   - seconds: How long is measured; but at least three steps, ten if they take less than
  ///     ten times as long, and at most 10,000.
  ///   - savesMemory: Whether activations are computed again instead of kept.
  /// - Returns: What was measured; the multiply-adds are three times those of inference.
  public static func measureTraining(
    _ network: Network, batchCount: Int, seconds: Double, savesMemory: Bool = false
  ) -> InferenceMeasurement {
    setThreadCount(1)
    let classCount = network.outputShape.elementCount
    let labels = (0..<batchCount).map { Int32($0 % classCount) }
    let trainer = Trainer(
      network, loss: .crossEntropy, rule: .sgd(SGD(learningRate: 1e-3, momentum: 0.9)),
      targets: .labels(labels, classCount: classCount, classWeights: nil), batchCount: batchCount,
      savesMemory: savesMemory)
    let rows = Array(0..<batchCount)
    trainer.plan.takeRandomInput()  // a step leaves it as it is
    let step = {
      _ = rows.withUnsafeBufferPointer { trainer.computeGradients(rows: $0) }
      trainer.optimizer.update()
    }
    let found = times(seconds, [step])[0]
    return InferenceMeasurement(
      batchCount: batchCount, seconds: found.wall, processorSeconds: found.processor,
      multiplyAdds: 3 * batchCount * network.multiplyAdds)
  }

  /// The times of steps that are repeated in turns, in ascending order; the first few do not count.
  private static func times(
    _ seconds: Double, _ steps: [() -> Void]
  ) -> [(wall: [Double], processor: [Double])] {
    for _ in 0..<2 { for step in steps { step() } }
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    var times = steps.map { _ in (wall: [Double](), processor: [Double]()) }
    // Ten, but only three where each takes longer than all should.
    let latest = end + .seconds(9 * seconds)
    var count = 0
    while count < 3 || (count < 10 && clock.now < latest) || (clock.now < end && count < 10_000) {
      for (place, step) in steps.enumerated() {
        let before = processorTime()
        times[place].wall.append(clock.measure(step) / .seconds(1))
        times[place].processor.append(processorTime() - before)
      }
      count += 1
    }
    return times.map { ($0.wall.sorted(), $0.processor.sorted()) }
  }

  /// The processor time of the calling thread, in seconds.
  private static func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
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

extension Plan {
  /// Fills the input with numbers of the standard normal distribution, the same ones every time.
  fileprivate func takeRandomInput() {
    let sample = original.inputShape.elementCount
    var random = RandomSource(seed: 0)
    let values = (0..<sample).map { _ in Float(random.normal()) }
    values.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress else { return }
      let rows = [Int](repeating: 0, count: batchCount)
      rows.withUnsafeBufferPointer { rows in
        takeInput(from: start, rows: rows.baseAddress, count: batchCount)
      }
    }
  }
}
