import Datasets
import Kernels
import Networks
import Tensors
import Training

/// A network whose input layer holds some of the columns: N active ones, each in a slot.
///
///     x (N active columns) -> Linear(N, H) -> ReLU -> Linear(H, C) -> loss
///
/// Only the active columns are ever gathered, stored and multiplied.
final class ActiveNetwork {
  /// The column in each slot.
  private(set) var slots: [Int]

  private let view: TrainingView
  private let rule: EntryRule
  private let random: RandomSource
  private var trainer: Trainer
  private let batches: BatchSource
  private var accumulated: FloatArena  // S, [H x N]
  private let accumulatedBias: FloatArena  // [H]
  private var absoluteSums, means: FloatArena  // [N]
  private var rebuilds = 0

  init(_ view: TrainingView, slots: [Int], rule: EntryRule, random: RandomSource) {
    self.view = view
    self.slots = slots
    self.rule = rule
    self.random = random
    trainer = Self.makeTrainer(view, activeCount: slots.count, rule: rule, random: random)
    batches = BatchSource(view, rule: rule, random: random.substream("order"))
    accumulated = FloatArena(count: rule.hiddenCount * slots.count)
    accumulatedBias = FloatArena(count: rule.hiddenCount)
    absoluteSums = FloatArena(count: slots.count)
    means = FloatArena(count: slots.count)
    batches.activate(slots)
  }

  private static func makeTrainer(
    _ view: TrainingView, activeCount: Int, rule: EntryRule, random: RandomSource
  ) -> Trainer {
    let network = Network.multilayerPerceptron(
      inputCount: activeCount, hidden: [rule.hiddenCount],
      outputCount: view.targets.outputCount, random: random)
    return Trainer(
      network, loss: view.loss, rule: .adam(rule.optimizer), targets: view.targets,
      rowWeights: view.weights, batchCount: min(rule.batchCount, view.rowCount))
  }

  var activeCount: Int { slots.count }
  var hiddenCount: Int { rule.hiddenCount }
  /// How many whole epochs the batches so far make.
  var epochCount: Int { batches.epochCount }

  /// W1, [H x N]; slot 0 of the parameters by construction, as b1, W2 and b2 follow.
  private var weights: Floats { trainer.plan.parameters.values(0) }
  private var weightGradient: Floats { trainer.plan.parameters.gradients(0) }

  // MARK: Going on later

  /// The state between two rotations.
  var state: Snapshot {
    var state = Snapshot()
    state.save("slots", slots)
    state.save("trainer", trainer.state)
    state.save("batches", batches.state)
    state.save("rebuilds", rebuilds)
    return state
  }

  /// Goes on from a state.
  ///
  /// - Parameter state: What ``state`` was, under the same rule on the same rows.
  /// - Throws: `SnapshotError` if it is that of another network.
  func restore(from state: Snapshot) throws(SnapshotError) {
    let columns = try state.integers("slots", in: 0..<view.features.columnCount)
    guard !columns.isEmpty, Set(columns).count == columns.count else {
      throw .impossibleValue("slots")
    }
    if columns.count != activeCount { replaceTrainer(activeCount: columns.count, keeping: nil) }
    rebuilds = try state.integer("rebuilds")
    slots = columns
    try trainer.restore(from: try state.part("trainer"))
    try batches.restore(from: try state.part("batches"))
    batches.activate(slots)
  }

  // MARK: Training

  /// Trains on some mini-batches and accumulates what is to be scored.
  ///
  /// - Parameter steps: The number of mini-batches.
  /// - Returns: The mean training loss.
  func train(steps: Int) -> Double {
    let size = accumulated.count
    accumulated.fill(0)
    accumulatedBias.fill(0)
    if rule.quantity == .weightChange {
      addScaled(-1, weights, to: accumulated.start, count: size)
    }
    var sum = 0.0
    for _ in 0..<steps {
      sum += batches.next(into: trainer.plan.input) { trainer.computeGradients(rows: $0) }
      switch rule.quantity {
      case .gradient, .standardizedGradient:
        // The batch size and 1/n are constant factors, which the z-score cancels.
        addScaled(1, weightGradient, to: accumulated.start, count: size)
        addScaled(
          1, trainer.plan.parameters.gradients(1), to: accumulatedBias.start, count: hiddenCount)
      case .weight, .weightChange:
        break
      }
      trainer.optimizer.update()
    }
    switch rule.quantity {
    case .gradient, .standardizedGradient: break
    case .weight, .weightChange: addScaled(1, weights, to: accumulated.start, count: size)
    }
    return sum / Double(steps)
  }

  /// u_j = sum_h |S_hj| of every slot; 0 for a column that is constant on the training rows.
  func changes() -> [Double] {
    switch rule.quantity {
    case .gradient, .weight, .weightChange:
      columnAbsoluteSums(
        accumulated.start, rows: hiddenCount, columns: activeCount, into: absoluteSums.start)
      return (0..<activeCount).map { slot in
        view.scaler.scales[slots[slot]] == 0 ? 0 : Double(absoluteSums.start[slot])
      }
    case .standardizedGradient:
      // sum_i delta_ih (x_ij - mean_j) = S_hj - mean_j b_h
      for (slot, column) in slots.enumerated() {
        means.start[slot] = view.means[column]
      }
      columnAbsoluteSums(
        accumulated.start, shiftedBy: (means.start, accumulatedBias.start), rows: hiddenCount,
        columns: activeCount, into: absoluteSums.start)
      return (0..<activeCount).map { slot in
        let deviation = Double(view.deviations[slots[slot]])
        return deviation > 0 ? Double(absoluteSums.start[slot]) / deviation : 0
      }
    }
  }

  /// Whether a column is constant on the training rows.
  func isConstant(_ column: Int) -> Bool { view.scaler.scales[column] == 0 }

  // MARK: Changing places

  /// Lets columns enter the network in given slots, with weights near zero.
  ///
  /// - Parameters:
  ///   - columns: The columns.
  ///   - places: Their slots, as many.
  ///   - generator: The source of the initial weights: one number for all of a column.
  func enter(_ columns: [Int], at places: [Int], using generator: inout RandomSource) {
    var initial: [Float] = []
    initial.reserveCapacity(places.count)
    for (column, slot) in zip(columns, places) {
      slots[slot] = column
      initial.append(generator.uniform(-1e-8, 1e-8))
    }
    let (weights, width) = (weights, activeCount)
    for unit in 0..<hiddenCount {  // row by row, as the matrix lies in memory
      let row = weights + unit * width
      for (position, slot) in places.enumerated() { row[slot] = initial[position] }
    }
    if rule.entrantMoments == .zero {
      trainer.optimizer.restart(columns: places, ofSlot: 0)
    }
    batches.activate(slots)
  }

  /// Lets columns enter for others of another number.
  ///
  /// - Parameters:
  ///   - columns: The columns, which stand behind those that stay.
  ///   - kept: The slots that stay as they are, in the new order.
  ///   - freed: The slots that do not, at least one where columns enter; where moments are
  ///     inherited the entrants have theirs, in turn.
  ///   - generator: The source of the initial weights.
  func enter(
    _ columns: [Int], keeping kept: [Int], freeing freed: [Int], using generator: inout RandomSource
  ) {
    keep(kept + columns.indices.map { freed[$0 % freed.count] })
    enter(columns, at: Array(kept.count..<activeCount), using: &generator)
  }

  /// Changes the number of slots; all of Adam's moments start anew.
  ///
  /// - Parameters:
  ///   - kept: The slots whose columns and weights stay, in the new order.
  ///   - added: Columns of new slots behind them, with weights zero.
  func resize(keeping kept: [Int], adding added: [Int]) {
    replaceTrainer(activeCount: kept.count + added.count, keeping: kept)
    slots = kept.map { slots[$0] } + added
    batches.activate(slots)
  }

  /// Leaves only some slots; their weights and moments stay as they are.
  ///
  /// - Parameter kept: The slots that stay, in the new order.
  func keep(_ kept: [Int]) {
    let old = trainer
    replaceTrainer(activeCount: kept.count, keeping: kept)
    trainer.optimizer.adopt(old.optimizer, keepingColumns: kept)
    slots = kept.map { slots[$0] }
    batches.activate(slots)
  }

  /// Starts all weights and moments anew.
  func restart() {
    replaceTrainer(activeCount: activeCount, keeping: nil)
    batches.activate(slots)
  }

  /// - Parameters:
  ///   - count: The new number of slots.
  ///   - kept: The slots whose weights stay, the others being zero; nil to draw all weights.
  private func replaceTrainer(activeCount count: Int, keeping kept: [Int]?) {
    rebuilds += 1
    let next = Self.makeTrainer(
      view, activeCount: count, rule: rule, random: random.substream("rebuild", rebuilds))
    if let kept {
      let (old, new) = (trainer.plan.parameters, next.plan.parameters)
      new.values(0).update(repeating: 0, count: hiddenCount * count)
      for unit in 0..<hiddenCount {
        for (slot, from) in kept.enumerated() {
          new.values(0)[unit * count + slot] = old.values(0)[unit * activeCount + from]
        }
      }
      for parameter in 1..<old.slots.count {
        new.values(parameter).update(
          from: old.values(parameter), count: old.slots[parameter].shape.elementCount)
      }
    }
    trainer = next
    accumulated = FloatArena(count: hiddenCount * count)
    absoluteSums = FloatArena(count: count)
    means = FloatArena(count: count)
  }

  // MARK: Reading

  /// The network that sees only the columns in some slots: all others count as zero.
  ///
  /// - Parameters:
  ///   - places: The slots.
  ///   - target: A plan of such a network, whose parameters are overwritten.
  func copyParameters(ofSlots places: [Int], into target: Plan) {
    let old = trainer.plan.parameters
    let new = target.parameters
    copyColumns(places, of: weights, width: activeCount, rows: hiddenCount, to: new.values(0))
    for parameter in 1..<old.slots.count {
      new.values(parameter).update(
        from: old.values(parameter), count: old.slots[parameter].shape.elementCount)
    }
  }

  /// W1 [H x N], b1, W2 [C x H] and b2, in this order.
  func parameter(_ position: Int) -> Floats { trainer.plan.parameters.values(position) }

  /// The gradient's size sum_h |dL/dW1_hj| that given columns would have on the last mini-batch.
  ///
  /// - Parameter columns: Columns outside the network.
  /// - Returns: One number per column.
  func entryGradients(of columns: [Int]) -> [Double] {
    guard let hidden = trainer.plan.outputGradient(ofNode: 1) else {
      return columns.map { _ in 0 }
    }
    return absoluteGradients(
      of: columns, hiddenGradient: hidden, unitCount: hiddenCount,
      rows: batches.last.map { view.rows[$0] }, in: view)
  }
}
