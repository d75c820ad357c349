import Datasets
import Kernels
import Networks
import Tensors
import Training

/// A sparse denoising auto-encoder in training: d inputs, h sigmoid units, d linear outputs.
///
/// A step allocates nothing.
final class DenoisingAutoencoder {
  /// What was spent so far.
  private(set) var cost: TrainingCost
  private let settings: QuickSelection
  private let plan: Plan
  private let optimizer: Optimizer
  private let batches: SampleBatches
  private let noise: NoiseTable
  private let noisy: FloatArena
  private let rowWeights: [Float]?  // by position in the view
  private let weights: FloatArena  // of the batch; empty where all rows count the same
  private let encoder, decoder: SparseLayer
  private let rule: TopologyRule
  private let columnCount: Int
  private var random: RandomSource

  /// - Parameters:
  ///   - settings: The widths, the rates and so on.
  ///   - task: Whose rows and eligible features are learnt; its target is not read.
  ///   - random: The source of all random numbers.
  init(_ settings: QuickSelection, on task: SelectionTask, random: RandomSource) {
    self.settings = settings
    columnCount = task.eligibleColumns.count
    let view = TrainingView(
      task.dataOfEligibleColumns, rows: task.rows, scaling: settings.scaling,
      fittingRows: task.rows)
    batches = SampleBatches(
      view, batchCount: settings.batchCount, random: random.substream("batches"))
    let network = Network.autoencoder(settings, columnCount: columnCount, random: random)
    plan = Plan(network, batchCount: batches.batchCount, for: .training)
    optimizer = Optimizer(
      .sgd(SGD(learningRate: settings.learningRate, momentum: settings.momentum)),
      for: plan.parameters)
    noise = NoiseTable(
      rowCount: view.rowCount, columnCount: columnCount, random: random.substream("noise"))
    noisy = FloatArena(count: batches.block.count)
    rowWeights = settings.balancesClasses ? task.balancedWeights ?? view.weights : view.weights
    weights = FloatArena(count: rowWeights == nil ? 0 : batches.batchCount)
    encoder = SparseLayer(slot: 0, of: plan, optimizer)
    decoder = SparseLayer(slot: 2, of: plan, optimizer)
    rule = TopologyRule(
      drop: .magnitudeBySign, growth: .random, dropFraction: settings.dropFraction,
      interval: .epochs(1), grownWeight: .normal(deviation: settings.initialDeviation))
    self.random = random.substream("topology")
    cost = TrainingCost(network, rowCount: view.rowCount)
  }

  /// Trains one epoch.
  ///
  /// - Returns: The mean squared error of a scaled value.
  func runEpoch() -> Double {
    let start = ContinuousClock.now
    let retained = 1 - settings.weightDecay
    var sum = 0.0
    var weightSum = Double(batches.batchCount)
    batches.shuffle()
    for batch in 0..<batches.countPerEpoch {
      batches.take(batch) { rows in
        if rowWeights != nil { weightSum = 0 }
        for (place, row) in rows.enumerated() {
          if let weight = rowWeights?[row] {
            weights.start[place] = weight
            weightSum += Double(weight)
          }
          noise.add(
            settings.noise, ofRow: row, to: batches.block.start + place * columnCount,
            into: noisy.start + place * columnCount)
        }
      }
      plan.takeInput(from: noisy.start, count: batches.batchCount)
      plan.forward()
      // The gradient is (y - x) / batch, as in the paper: not divided by the columns.
      sum += squaredError(
        plan.output, targets: batches.block.start,
        weights: rowWeights == nil ? nil : weights.start, rows: batches.batchCount,
        columns: columnCount, divisor: 2 * weightSum, gradient: plan.lossGradient)
      plan.backward()
      optimizer.update()
      let values = plan.parameters.values
      for index in 0..<values.count { values.start[index] *= retained }
    }
    cost.epochCount += 1
    cost.stepCount += batches.countPerEpoch
    cost.publishedRuleMultiplyAdds += 3 * cost.connectionCount * cost.rowCount
    cost.stateBytes =
      plan.parameters.byteCount + optimizer.byteCount + encoder.step.byteCount
      + decoder.step.byteCount
    // Forward, weights and, but for the first layer, inputs.
    cost.trainingMultiplyAdds +=
      batches.countPerEpoch * batches.batchCount
      * (3 * cost.connectionCount - encoder.connections.count)
    cost.seconds += (ContinuousClock.now - start) / .seconds(1)
    return 2 * sum / Double(columnCount * batches.countPerEpoch)
  }

  /// The state between two epochs.
  var state: Snapshot {
    var state = Snapshot()
    state.save("plan", plan.state)
    state.save("optimizer", optimizer.state)
    state.save("batches", batches.state)
    state.save("random", random)
    state.save("cost", cost.state)
    for (position, layer) in [encoder, decoder].enumerated() {
      state.save("scratch\(position)", ScratchSpaces.byteCounts(layer.step.scratch))
    }
    return state
  }

  /// Goes on from a state.
  ///
  /// - Parameter state: What ``state`` was, with the same settings and rows.
  /// - Throws: `SnapshotError` if it is that of other ones.
  func restore(from state: Snapshot) throws(SnapshotError) {
    try plan.restore(from: try state.part("plan"))
    try optimizer.restore(from: try state.part("optimizer"))
    try batches.restore(from: try state.part("batches"))
    random = try state.random("random")
    try cost.restore(from: try state.part("cost"))
    for (position, layer) in [encoder, decoder].enumerated() {
      try ScratchSpaces.restore(
        layer.step.scratch, state, "scratch\(position)", entryCount: layer.connections.count)
    }
  }

  /// Marks the connections of both layers that go.
  func markDropped() {
    for layer in [encoder, decoder] {
      layer.step.markDropped(dropCount(layer), by: rule.drop, weights: layer.values.weights)
    }
  }

  /// Replaces the marked connections by random ones.
  func growAgain() {
    for layer in [encoder, decoder] {
      layer.step.grown.draw(
        dropCount(layer), in: layer.connections, isDropped: layer.step.isDropped,
        dropCount: dropCount(layer), using: &random)
      layer.step.replace(
        with: layer.step.grown, carrying: layer.values, weight: rule.grownWeight, using: &random)
    }
  }

  private func dropCount(_ layer: SparseLayer) -> Int {
    Int(rule.dropFraction * Double(layer.connections.count))
  }

  /// The strength of each input.
  ///
  /// - Parameter survivorsOnly: Whether the connections that are marked as dropped are left out.
  /// - Returns: S_j = sum_i |W1_ij|.
  func inputStrength(survivorsOnly: Bool) -> [Double] {
    encoder.inputStrength(survivorsOnly: survivorsOnly)
  }

  /// How many inputs have a connection.
  var connectedInputCount: Int {
    let starts = encoder.connections.columnStarts
    return (0..<columnCount).count { starts[$0 + 1] > starts[$0] }
  }
}

extension Network {
  /// The auto-encoder before training: weights N(0, deviation^2), biases 0.
  fileprivate static func autoencoder(
    _ settings: QuickSelection, columnCount: Int, random: RandomSource
  ) -> Network {
    let shapes: [Shape] = [
      [settings.hiddenCount, columnCount], [columnCount, settings.hiddenCount],
    ]
    let densities = ErdosRenyi.densities(
      of: shapes, connectionsPerUnit: settings.connectionsPerUnit)
    let counts = ErdosRenyi.entryCounts(of: shapes, densities: densities)
    var generator = random.substream("connections")
    func layer(_ position: Int) -> SparseLinear {
      let shape = shapes[position]
      return SparseLinear(
        SparsePattern(
          drawing: counts[position], rowCount: shape[0], columnCount: shape[1], using: &generator))
    }
    var network: Network
    do {
      network = try Network(input: [columnCount], random: random) {
        layer(0)
        Sigmoid()
        Dropout(fraction: settings.dropout, random: random.substream("dropout"))
        layer(1)
      }
    } catch {
      fatalError("DenoisingAutoencoder: \(error)")  // the widths above always meet
    }
    var weights = random.substream("weights")
    for (position, count) in counts.enumerated() {
      let name = "sparselinear\(position + 1)"
      network[parameter: "\(name).weight"] = Tensor(
        [count], (0..<count).map { _ in Float(settings.initialDeviation * weights.normal()) })
      network[parameter: "\(name).bias"] = Tensor([shapes[position][0]])
    }
    return network
  }
}

/// The noise of every row: a stretch of one table of normal numbers, at a place of its own.
struct NoiseTable {
  private let numbers: [Float]
  private let places: [Int]
  private let columnCount: Int

  /// - Parameters:
  ///   - rowCount: The rows.
  ///   - columnCount: The numbers of a row.
  ///   - random: The source of the numbers and places.
  init(rowCount: Int, columnCount: Int, random: RandomSource) {
    var random = random
    self.columnCount = columnCount
    let spare = min((rowCount - 1) * columnCount, 1 << 18)  // as large as the data, or large enough
    numbers = (0..<columnCount + spare).map { _ in Float(random.normal()) }
    places = (0..<rowCount).map { _ in random.index(below: spare + 1) }
  }

  /// y = x + scale noise.
  func add(_ scale: Float, ofRow row: Int, to x: Floats, into y: Floats) {
    numbers.withUnsafeBufferPointer { numbers in
      let place = places[row]
      for column in 0..<columnCount { y[column] = x[column] + scale * numbers[place + column] }
    }
  }
}
