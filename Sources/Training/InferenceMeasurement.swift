import Kernels
import Networks
import Tensors

/// How fast a network computes or learns on this machine, on one thread.
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
  ///   - seconds: How long is measured; but at least three runs, ten if they take less than ten
  ///     times as long, and at most 10,000.
  /// - Returns: What was measured; the first runs, which are slower, do not count.
  public static func measure(
    _ network: Network, batchCount: Int, seconds: Double
  ) -> InferenceMeasurement {
    setThreadCount(1)
    let plan = Plan(
      network.foldingBatchNormalization(), batchCount: batchCount, for: .inference)
    plan.takeRandomInput()
    return InferenceMeasurement(
      batchCount: batchCount, seconds: times(seconds) { plan.forward() },
      multiplyAdds: batchCount * network.multiplyAdds)
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
    return InferenceMeasurement(
      batchCount: batchCount,
      seconds: times(seconds) {
        _ = rows.withUnsafeBufferPointer { trainer.computeGradients(rows: $0) }
        trainer.optimizer.update()
      },
      multiplyAdds: 3 * batchCount * network.multiplyAdds)
  }

  /// The times of a step that is repeated, in ascending order; the first few do not count.
  private static func times(_ seconds: Double, _ step: () -> Void) -> [Double] {
    for _ in 0..<2 { step() }
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    var times: [Double] = []
    // Ten, but only three where each takes longer than all should.
    let latest = end + .seconds(9 * seconds)
    while times.count < 3 || (times.count < 10 && clock.now < latest)
      || (clock.now < end && times.count < 10_000)
    {
      times.append(clock.measure(step) / .seconds(1))
    }
    return times.sorted()
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
