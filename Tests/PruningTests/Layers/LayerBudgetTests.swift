import Tensors
import Testing

@testable import Pruning

@Suite("Budgets of layers")
struct LayerBudgetTests {
  /// H, M and n of the worked example.
  private let example: [LayerBudget.Layer] = [
    .init(entropy: 0.9, meanMagnitude: 0.1, weightCount: 100),
    .init(entropy: 0.5, meanMagnitude: 0.2, weightCount: 400),
    .init(entropy: 0, meanMagnitude: 0.3, weightCount: 50),
    .init(entropy: 0.8, meanMagnitude: 0.05, weightCount: 1000),
  ]

  @Test("the worked example: budgets 28, 22, 0 and 699")
  func workedExample() {
    #expect(LayerBudget.published.budgets(for: example).map { Int($0) } == [28, 22, 0, 699])
  }

  @Test("what does not fit into a layer goes to the others, by new relevances")
  func overflow() {
    var layers = example
    layers[3].weightCount = 300  // T = 400: nearly all is more than it has
    let budgets = LayerBudget.published.budgets(for: layers)
    #expect(budgets[3] == 300)
    // 100 are left for the first two: R = 0.19 / 0.09 and 0.19 / 0.1.
    let share = 1 / (1 + 1.2350495751684885)
    #expect(abs(budgets[1] - 100 * share) < 1e-9)
    #expect(abs(budgets[0] - 100 * (1 - share)) < 1e-9)
  }

  @Test("a layer without a path around it keeps a tenth, one with a path may lose all")
  func cap() {
    var layers = example
    layers[3].weightCount = 300
    #expect(LayerBudget().budgets(for: layers)[3] == 270)
    layers[3].isBypassed = true
    #expect(LayerBudget().budgets(for: layers)[3] == 300)
    layers[3].isProtected = true
    let budgets = LayerBudget().budgets(for: layers)
    #expect(budgets[3] == 0 && abs(budgets.reduce(0, +) - 250) < 1e-9)
  }

  @Test("a higher temperature divides more evenly")
  func temperature() {
    var budget = LayerBudget.published
    budget.temperature = 100
    let budgets = budget.budgets(for: example)
    #expect(budgets[0] == 100)  // an equal share is more than it has
    #expect(budgets[3] / budgets[1] < 1.1)
  }

  @Test("every rule takes the wanted number, none more than there is, and the same each time")
  func rules() {
    for rule in LayerBudget.Rule.allCases {
      var budget = LayerBudget(rule)
      budget.prunedShare = 0.7
      for seed in 0..<20 as Range<UInt64> {
        var random = RandomSource(seed: seed)
        let layers = (0..<6).map { _ in
          LayerBudget.Layer(
            entropy: random.uniform(), meanMagnitude: random.uniform(),
            weightCount: 1 + random.index(below: 1000))
        }
        let budgets = budget.budgets(for: layers, random: random)
        let wanted = 0.7 * layers.reduce(0.0) { $0 + Double($1.weightCount) }
        #expect(abs(budgets.reduce(0, +) - wanted) < 1e-6, "\(rule)")
        for (layer, budget) in zip(layers, budgets) {
          #expect(budget >= 0 && budget <= 0.9 * Double(layer.weightCount) + 1e-9)
        }
        #expect(budget.budgets(for: layers, random: random) == budgets)
      }
    }
  }

  @Test("the controls divide as they say")
  func controls() {
    let proportional = LayerBudget(.proportional).budgets(for: example)
    #expect(zip(proportional, [50.0, 200, 0, 500]).allSatisfy { abs($0 - $1) < 1e-9 })
    let uniform = LayerBudget(.uniform).budgets(for: example)
    #expect(uniform[0] == 90 && abs(uniform[1] - 330) < 1e-9 && abs(uniform[3] - 330) < 1e-9)
    let greedy = LayerBudget(.lowestEntropy).budgets(for: example)
    #expect(greedy[1] == 360 && abs(greedy[3] - 390) < 1e-9 && greedy[0] == 0)
    let random = LayerBudget(.random)
    #expect(
      random.budgets(for: example, random: RandomSource(seed: 1))
        != random.budgets(for: example, random: RandomSource(seed: 2)))
  }
}
