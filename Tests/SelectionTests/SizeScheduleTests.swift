import Datasets
import Tensors
import Testing

@testable import Selection

@Suite("EntryPrune flex, the size of the input layer")
struct SizeScheduleTests {
  private func task(columns: Int, count: Int) throws -> SelectionTask {
    try SelectionTask(
      makeDataset(rows: 4, columns: columns, using: RandomSource(seed: 1)), count: count)
  }

  private func sizes(from first: Int, to last: Int, rotations: Int) -> [Int] {
    let schedule = SizeSchedule(from: first, to: last, rotations: rotations)
    return (0..<rotations).compactMap { schedule.size(after: $0) }
  }

  @Test("the refit moves to its goal and never past it, whatever the number of rotations")
  func schedule() {
    for rotations in 0...200 {
      for (first, last) in [(197, 60), (15, 98), (3, 2), (2, 3), (1, 12), (12, 1), (100, 7)] {
        let sizes = sizes(from: first, to: last, rotations: rotations)
        #expect(sizes.count == min(rotations, 10))
        #expect(sizes.last == (rotations > 0 ? last : nil))
        #expect(sizes.allSatisfy { $0 >= min(first, last) && $0 <= max(first, last) })
        let isSorted = zip(sizes, sizes.dropFirst()).allSatisfy {
          last < first ? $0 >= $1 : $0 <= $1
        }
        #expect(isSorted)
      }
      #expect(sizes(from: 5, to: 5, rotations: rotations).isEmpty)
    }
  }

  @Test("the refit takes equal steps, one every floor(R / 10) rotations")
  func steps() {
    // The released code steps on at the rotations 11...15 here, to 113 and beyond p = 100.
    let schedule = SizeSchedule(from: 20, to: 90, rotations: 15)
    let sizes = (0..<15).map { schedule.size(after: $0) }
    #expect(sizes == [27, 34, 41, 48, 55, 62, 69, 76, 83, 90, nil, nil, nil, nil, nil])
    let slow = SizeSchedule(from: 40, to: 20, rotations: 39)
    #expect((0..<39).filter { slow.size(after: $0) != nil } == (1...10).map { $0 * 3 - 1 })
    #expect(slow.size(after: 2) == 38)
  }

  @Test("the validation run halves, turns when the loss has risen, doubles, and stays in bounds")
  func adaptive() throws {
    var size = AdaptiveSize(try task(columns: 60, count: 10))
    var active = 20
    var found: [Int] = []
    // Moments of ten rotations each, at the losses 5, 4, 4, 6, 7, 8, 7, ...
    for (moment, loss) in [5.0, 4, 4, 6, 7, 8, 7, 7, 7, 9, 9].enumerated() {
      for rotation in 0..<10 {
        let next = size.next(after: loss, isBest: false, activeCount: active)
        if rotation < 9 {
          #expect(next == nil, "moment \(moment)")
        } else if let next {
          active = next
        }
      }
      found.append(active)
    }
    // Candidates: 10 is halved to 5, to 3 (2.5 rounded), to 2 (the least); 6 > 4 turns to 4,
    // 7 > 6 turns to 2, 8 > 7 turns to 4; then 8, 16, 32; 9 > 7 turns to 16; 8.
    #expect(found == [15, 13, 12, 14, 12, 14, 18, 26, 42, 26, 18])
  }

  @Test("a lower loss starts the wait anew")
  func wait() throws {
    var size = AdaptiveSize(try task(columns: 60, count: 10))
    var changes = 0
    for rotation in 0..<200 {
      let next = size.next(after: 1, isBest: rotation % 10 == 0, activeCount: 20)
      changes += next == nil ? 0 : 1
    }
    #expect(changes == 0)
  }

  @Test("the validation run's size stays between 1.2 K and the number of columns")
  func bounds() throws {
    var random = RandomSource(seed: 4)
    for columns in [1, 2, 3, 6, 20] {
      for count in 1...columns {
        let task = try task(columns: columns, count: count)
        let least = min(Int((1.2 * Double(count)).rounded()), columns)
        var size = AdaptiveSize(task)
        var active = min(count + 1, columns)
        for _ in 0..<300 {
          let loss = random.uniform()
          guard let next = size.next(after: loss, isBest: false, activeCount: active) else {
            continue
          }
          #expect(next != active && (least...columns).contains(next))
          active = next
        }
      }
    }
  }

  @Test("a flexible run changes its size, always between K and p, and the refit reaches the best")
  func wholeRun() throws {
    let random = RandomSource(seed: 9)
    for (columns, count) in [(12, 1), (12, 10), (7, 6), (30, 5), (2, 1)] {
      let data = makeDataset(rows: 30, columns: columns, using: random)
      let task = try SelectionTask(data, count: count)
      var limits = Validation()
      limits.patience = 25
      let method = EntryPrune.small(.released) {
        $0.isFlexible = true
        $0.learningRate = 0.03
        $0.length = .validated(limits)
      }
      let selection = try method.select(
        task, random: random.substream("run", columns * 100 + count))
      #expect(selection.features.count == count)
      #expect(selection.history.allSatisfy { (count...columns).contains($0.activeCount) })
      let validation = selection.history.filter { $0.phase == "validation run" }
      let refit = selection.history.filter { $0.phase == "refit" }
      if columns == 30 { #expect(Set(validation.map(\.activeCount)).count > 2) }
      let best = try #require(selection.bestRotation)
      #expect(refit.count == best)
      if best > 10 { #expect(refit.last?.activeCount == validation[best].activeCount) }
    }
  }
}
