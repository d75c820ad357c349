import Datasets
import Networks
import Tensors
import Testing
import Training

@testable import Selection

/// The fast ways to a number against its definition.
@Suite("EntryPrune, against its definitions")
struct NaiveTwinTests {
  /// More rows than fit the batches of the losses under test would cost time; so two batches.
  private func task(
    rows: Int = 40, columns: Int = 9, isRegression: Bool = false
  ) throws -> SelectionTask {
    var data = makeDataset(
      rows: rows, columns: columns, classCount: 3, using: RandomSource(seed: 3))
    if isRegression {
      var random = RandomSource(seed: 4)
      data.target = .values((0..<rows).map { _ in Float(5 + random.normal()) })
    } else if case .classes(var indices, let names) = data.target {
      for row in 0..<rows where row % 4 == 0 { indices[row] = 0 }  // unequal classes
      data.target = .classes(indices: indices, names: names)
    }
    return try SelectionTask(data, count: 4)
  }

  private func trained(
    _ task: SelectionTask, _ view: TrainingView, slots: [Int], batchCount: Int = 16, steps: Int = 40
  ) throws -> ActiveNetwork {
    let method = EntryPrune.small(.released) {
      $0.batchCount = batchCount
      $0.learningRate = 0.05
    }
    let network = ActiveNetwork(
      view, slots: slots, rule: try method.rule(for: task), random: RandomSource(seed: 8))
    _ = network.train(steps: steps)
    return network
  }

  @Test("the held-out loss is that of the network with its candidates at zero")
  func heldOutLoss() throws {
    for (isRegression, balances) in [(false, false), (false, true), (true, false)] {
      // 1100 rows: one full batch of the loss and a shorter one.
      let task = try task(rows: 1100, isRegression: isRegression)
      let view = task.view(balancesClasses: balances)
      let network = try trained(task, view, slots: [7, 2, 5, 0, 8, 3])
      let places = [0, 2, 3, 5]
      let rule = try EntryPrune.small(.released).rule(for: task)
      let fast = HeldOutLoss(view, rule: rule)
        .measure(network, establishedSlots: places).loss
      let inputs = view.scaled(network.slots).map { row in
        row.indices.map { places.contains($0) ? row[$0] : 0 }
      }
      let slow = NaiveNetwork(network, outputCount: view.targets.outputCount)
        .loss(inputs, view.targets)
      #expect(abs(fast - slow) < 1e-5 * max(1, slow))
    }
  }

  @Test(
    "the ablation loss is that of the network with a feature's columns at their means",
    arguments: [[0..<1, 1..<2, 2..<3, 3..<4, 4..<5], [0..<2, 2..<3, 3..<5], [0..<5]])
  func ablationLoss(features: [Range<Int>]) throws {
    for (scaling, isRegression, balances) in [
      (InputScaling.minMax, false, false), (.standard, false, true), (.minMax, true, false),
    ] {
      // 300 rows: one full batch of the loss and a shorter one.
      let task = try task(rows: 300, isRegression: isRegression)
      let view = task.view(scaling: scaling, balancesClasses: balances)
      let network = try trained(task, view, slots: [7, 2, 0, 1, 3])
      let fast = AblationLoss(network, features: features, view, hiddenCount: 6).measure()
      let naive = NaiveNetwork(network, outputCount: view.targets.outputCount)
      let inputs = view.scaled(network.slots)
      let whole = naive.loss(inputs, view.targets)
      #expect(abs(fast.loss - whole) < 1e-5 * max(1, whole))
      let means = (0..<5).map { slot in
        inputs.reduce(0) { $0 + $1[slot] } / Double(inputs.count)
      }
      for (feature, slots) in features.enumerated() {
        let ablated = inputs.map { row in
          row.indices.map { slots.contains($0) ? means[$0] : row[$0] }
        }
        let increase = naive.loss(ablated, view.targets) - whole
        #expect(abs(fast.increases[feature] - increase) < 2e-5 * max(1, whole))
      }
      #expect(fast.increases.contains { $0 > 1e-3 })
    }
  }

  @Test("the gradient of inactive features is that of weights at zero")
  func entryGradients() throws {
    let columns = 270  // more than a block of 256
    let task = try task(columns: columns)
    guard case .labels(let labels, _, _) = task.view().targets else { return }
    let view = task.view()
    let network = try trained(task, view, slots: [1, 4, 6], batchCount: 40)
    let naive = NaiveNetwork(network, outputCount: 3)
    // The batch is the whole table, so that the weights before the step decide.
    let deltas = naive.hiddenGradients(view.scaled(network.slots), labels: labels)
    _ = network.train(steps: 1)
    let inactive = (0..<columns).filter { ![1, 4, 6].contains($0) }.reversed().map { $0 }
    let fast = network.entryGradients(of: inactive)
    let inputs = view.scaled(inactive)
    for (position, size) in fast.enumerated() {
      let slow = (0..<6).reduce(0.0) { sum, unit in
        sum + abs(inputs.indices.reduce(0) { $0 + deltas[$1][unit] * inputs[$1][position] })
      }
      #expect(abs(size - slow) < 1e-5)
    }
    #expect(Set(fast.map { ($0 * 1e6).rounded() }).count > 200)
  }

  @Test("gradient regrowth lets those in whose gradient is largest")
  func gradientRegrowth() throws {
    let task = try task(columns: 20)
    var rule = try EntryPrune.small(.released).rule(for: task)
    rule.regrowth = .gradient
    var search = EntrySearch(task, task.view(), rule: rule, random: RandomSource(seed: 1))
    for _ in 0..<5 {
      _ = search.train()
      search.prune()
      let established = search.established
      let pool = (0..<20).filter { !established.contains($0) }
      let sizes = search.network.entryGradients(of: pool)
      let order = pool.indices.sorted { sizes[$0] > sizes[$1] }
      search.regrow()
      let entrants = search.network.slots.filter { !established.contains($0) }
      #expect(Set(entrants) == Set(order.prefix(entrants.count).map { pool[$0] }))
    }
  }

  @Test("the summed quantities are those of the weights and their gradients")
  func changes() throws {
    let task = try task()
    let view = task.view()
    guard case .labels(let labels, _, _) = view.targets else { return }
    for quantity in ScoredQuantity.allCases {
      var rule = try EntryPrune.small(.released) { $0.batchCount = 40 }.rule(for: task)
      rule.quantity = quantity
      let slots = [3, 0, 8, 1, 2]
      let network = ActiveNetwork(view, slots: slots, rule: rule, random: RandomSource(seed: 8))
      _ = network.train(steps: 4)  // a rotation before: the sums must start anew
      let before = NaiveNetwork(network, outputCount: 3)
      let inputs = view.scaled(slots)
      let deltas = before.hiddenGradients(inputs, labels: labels)
      _ = network.train(steps: 1)
      let after = NaiveNetwork(network, outputCount: 3)
      for (slot, change) in network.changes().enumerated() {
        let mean = inputs.reduce(0) { $0 + $1[slot] } / Double(inputs.count)
        let variance = inputs.reduce(0) { $0 + ($1[slot] - mean) * ($1[slot] - mean) } / 40
        let wanted = (0..<6).reduce(0.0) { sum, unit in
          switch quantity {
          case .gradient:
            sum + abs(inputs.indices.reduce(0) { $0 + deltas[$1][unit] * inputs[$1][slot] })
          case .standardizedGradient:
            sum
              + abs(
                inputs.indices.reduce(0) { $0 + deltas[$1][unit] * (inputs[$1][slot] - mean) })
              / variance.squareRoot()
          case .weight: sum + abs(after.weights[unit][slot])
          case .weightChange: sum + abs(after.weights[unit][slot] - before.weights[unit][slot])
          }
        }
        #expect(abs(change - wanted) < 1e-5, "\(quantity), slot \(slot)")
      }
    }
  }
}
