import Datasets
import Networks
import Tensors
import Testing

@testable import Selection

@Suite("EntrySearch")
struct EntrySearchTests {
  private func randomTask(_ random: inout RandomSource) throws -> SelectionTask {
    let columns = 4 + random.index(below: 12)
    let data = makeDataset(
      rows: 12 + random.index(below: 20), columns: columns, classCount: 2 + random.index(below: 2),
      using: random.substream("data", columns))
    var order = Array(0..<columns)
    random.shuffle(&order)
    let drop = Array(order[..<random.index(below: 3)])
    let count = 1 + random.index(below: columns - drop.count)
    let keep = Array(order[drop.count..<(drop.count + random.index(below: min(count, 3)))])
    return try SelectionTask(data, count: count, keep: keep, drop: drop)
  }

  private func randomRule(
    _ task: SelectionTask, _ random: inout RandomSource
  ) throws -> EntryRule {
    let scorings = EntryScoring.allCases
    let quantities = ScoredQuantity.allCases
    let method = EntryPrune.small(.released) {
      $0.candidateFraction = 0.1 + 0.9 * random.uniform()
      $0.stepsPerRotation = 1 + random.index(below: 3)
      $0.hiddenCount = 1 + random.index(below: 6)
      $0.batchCount = 4 + random.index(below: 30)
      $0.scoring = scorings[random.index(below: scorings.count)]
      $0.quantity = quantities[random.index(below: quantities.count)]
      $0.entrantMoments = random.index(below: 2) == 0 ? .zero : .inherited
      $0.regrowth = random.index(below: 3) == 0 ? .gradient : .random
      $0.retestProbability = random.index(below: 2) == 0 ? 0 : 0.3
    }
    return try method.rule(for: task)
  }

  private func check(_ search: EntrySearch, _ task: SelectionTask, activeCount: Int) {
    let (slots, established) = (Set(search.network.slots), Set(search.established))
    #expect(search.network.slots.count == activeCount)
    #expect(slots.count == activeCount, "a feature in two slots")
    #expect(slots.isSubset(of: task.eligible))
    #expect(search.established.count == task.count && established.count == task.count)
    #expect(established.isSubset(of: slots))
    #expect(established.isSuperset(of: task.keep))
    #expect(search.established == established.sorted())
    #expect(search.establishedSlots.map { search.network.slots[$0] }.sorted() == search.established)
    #expect(task.eligible.allSatisfy { !search.scores[$0].isNaN })
    #expect(Set(search.ranking().map(\.index)) == established)
    let best = search.best(task.count)
    #expect(best.count == task.count && Set(best).isSubset(of: task.eligible))
    #expect(Set(best).isSuperset(of: task.keep))
  }

  @Test("keeps its sets apart through rotations, restarts and changes of size")
  func invariants() throws {
    var random = RandomSource(seed: 5)
    for number in 0..<60 {
      let task = try randomTask(&random)
      let rule = try randomRule(task, &random)
      var search = EntrySearch(
        task, task.view(), rule: rule, random: random.substream("search", number))
      var activeCount = rule.activeCount(task)
      check(search, task, activeCount: activeCount)
      for _ in 0..<40 {
        let before = Set(search.network.slots)
        #expect(search.train().isFinite)
        search.prune()
        #expect(before == Set(search.network.slots) && before.isSuperset(of: search.established))
        check(search, task, activeCount: activeCount)
        switch random.index(below: 8) {
        case 0:
          activeCount = task.count + random.index(below: task.eligible.count - task.count + 1)
          search.resize(to: activeCount)
          check(search, task, activeCount: activeCount)
        case 1: search.restart()
        default: break
        }
        let established = search.established
        search.regrow()
        #expect(search.established == established)
        check(search, task, activeCount: activeCount)
      }
    }
  }

  @Test("never rescores an established feature, so that the least score of the chosen only rises")
  func frozen() throws {
    var random = RandomSource(seed: 6)
    for number in 0..<20 {
      let task = try randomTask(&random)
      guard task.keep.isEmpty else { continue }
      var rule = try randomRule(task, &random)
      rule.scoring = .firstImpressionMaximum
      rule.retestProbability = 0
      var search = EntrySearch(
        task, task.view(), rule: rule, random: random.substream("search", number))
      var least = -Double.infinity
      for rotation in 0..<60 {
        let established = search.established
        let before = established.map { search.scores[$0] }
        _ = search.train()
        search.prune()
        if rotation > 0 { #expect(established.map { search.scores[$0] } == before) }
        let now = search.established.map { search.scores[$0] }.min() ?? 0
        #expect(now >= least)
        least = now
        search.regrow()
      }
    }
  }

  @Test("gives every feature outside its turn")
  func coverage() throws {
    let data = makeDataset(rows: 20, columns: 30, using: RandomSource(seed: 1))
    let task = try SelectionTask(data, count: 3, drop: [29])
    let rule = try EntryPrune.small(.released).rule(for: task)
    var search = EntrySearch(task, task.view(), rule: rule, random: RandomSource(seed: 2))
    var entries = [Double](repeating: 0, count: 30)
    var chances = [Double](repeating: 0, count: 30)
    for _ in 0..<400 {
      _ = search.train()
      search.prune()
      let outside = Set(0..<29).subtracting(search.established)
      search.regrow()
      for feature in outside { chances[feature] += 1 }
      for feature in outside.intersection(search.network.slots) { entries[feature] += 1 }
    }
    // ceil(0.5 x 26) = 13 candidates of 26 in each rotation.
    for feature in 0..<29 where chances[feature] > 200 {
      let share = entries[feature] / chances[feature]
      #expect(abs(share - 0.5) < 0.15, "\(feature): \(share)")
    }
    #expect(chances.count { $0 > 200 } > 15 && entries[29] == 0)
  }

  @Test("puts established features to the test again, which changes their score")
  func retest() throws {
    let data = makeDataset(rows: 30, columns: 8, using: RandomSource(seed: 1))
    let task = try SelectionTask(data, count: 2)
    var rule = try EntryPrune.small(.released).rule(for: task)
    rule.retestProbability = 1
    rule.scoring = .latest
    var search = EntrySearch(task, task.view(), rule: rule, random: RandomSource(seed: 2))
    _ = search.train()
    search.prune()
    let established = search.established
    let before = established.map { search.scores[$0] }
    search.regrow()
    for slot in search.establishedSlots {
      let weights = NaiveNetwork(search.network, outputCount: 2).weights
      #expect(weights.allSatisfy { abs($0[slot]) <= 1e-8 })
    }
    _ = search.train()
    search.prune()
    #expect(established.map { search.scores[$0] } != before)
  }

  @Test("a restart draws all weights anew and makes every active feature a candidate")
  func restart() throws {
    let data = makeDataset(rows: 30, columns: 8, using: RandomSource(seed: 1))
    let task = try SelectionTask(data, count: 2)
    var rule = try EntryPrune.small(.released).rule(for: task)
    rule.scoring = .latest
    var search = EntrySearch(task, task.view(), rule: rule, random: RandomSource(seed: 2))
    _ = search.train()
    search.prune()
    search.regrow()  // the established are no candidates now
    let (slots, established) = (search.network.slots, search.established)
    let before = established.map { search.scores[$0] }
    let old = NaiveNetwork(search.network, outputCount: 2)
    search.restart()
    let new = NaiveNetwork(search.network, outputCount: 2)
    #expect(search.network.slots == slots && search.established == established)
    #expect(zip(old.weights.joined(), new.weights.joined()).allSatisfy { $0 != $1 })
    #expect(zip(old.outputBiases, new.outputBiases).allSatisfy { $0 != $1 })
    _ = search.train()
    search.prune()
    #expect(established.map { search.scores[$0] } != before)
  }
}
