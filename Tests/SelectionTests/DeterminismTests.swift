import Datasets
import Kernels
import Tensors
import Testing

@testable import Selection

@Suite("EntryPrune, runs and seeds")
struct DeterminismTests {
  private let task: SelectionTask
  private let methods: [EntryPrune]

  init() throws {
    var validation = Validation()
    validation.patience = 6
    task = try SelectionTask(
      makeDataset(rows: 60, columns: 14, classCount: 3, using: RandomSource(seed: 51)), count: 4)
    methods = [
      .small(rotations: 6), .small(.released) { $0.length = .validated(validation) },
      .small(.released) {
        $0.isFlexible = true
        $0.length = .validated(validation)
      },
    ]
  }

  private func select(
    _ method: EntryPrune, seed: UInt64, _ observer: any SelectionObserver = SilentObserver()
  ) throws -> FeatureSelection {
    setThreadCount(1)
    return try method.select(task, random: RandomSource(seed: seed), observer: observer)
  }

  @Test("the same seed gives the same bits, another seed another run")
  func seeds() throws {
    for method in methods {
      let one = try select(method, seed: 1)
      #expect(try select(method, seed: 1) == one)
      #expect(try select(method, seed: 2) != one)
    }
  }

  @Test("an observer sees every rotation and changes nothing")
  func observation() throws {
    for method in methods {
      let recorder = Recorder()
      let selection = try select(method, seed: 3, recorder)
      #expect(try selection == select(method, seed: 3))
      #expect(recorder.all.count == selection.history.count)
      for (report, rotation) in zip(recorder.all, selection.history) {
        let isCut = report.phase == "elimination"
        #expect(report.phase == rotation.phase && report.loss == rotation.loss)
        #expect(report.changes == (isCut ? rotation.left : rotation.entered).count)
      }
      for phase in Set(recorder.all.map(\.phase)) {
        let part = recorder.all.filter { $0.phase == phase }
        #expect(part.map(\.rotation) == Array(part.indices))
        let last = phase == "validation run" ? nil : part.count - 1
        if phase != "elimination" { #expect(part.allSatisfy { $0.lastRotation == last }) }
      }
    }
  }

  @Test("several seeds run side by side as one after the other")
  func threads() throws {
    let seeds: [UInt64] = [4, 1, 9, 4, 2]
    for method in methods {
      let one = try method.run(task, seeds: seeds, threadCount: 1)
      let three = try method.run(task, seeds: seeds, threadCount: 3)
      #expect(one.map(\.seed) == seeds && three.map(\.seed) == seeds)
      #expect(one.map(\.selection) == three.map(\.selection))
      #expect(one[0].selection == one[3].selection && one[0].selection != one[1].selection)
      for (run, seed) in zip(one, seeds) {
        #expect(try run.selection == select(method, seed: seed))
      }
    }
    #expect(try methods[0].run(task, seeds: [], threadCount: 2).isEmpty)
  }

  @Test("a failing run among several ends in its error")
  func failingRun() {
    var method = methods[0]
    method.hiddenCount = 0
    #expect(throws: SelectionError.self) { try method.run(task, seeds: [1, 2, 3], threadCount: 2) }
  }

  @Test("stopping at any moment still gives K features, at once")
  func interruption() throws {
    for method in methods {
      let whole = Recorder()
      let complete = try select(method, seed: 7, whole)
      #expect(!complete.isInterrupted)
      let last = whole.all.count - 1
      for limit in Set((0...6).map { 1 + (last - 1) * $0 / 6 }) {
        let recorder = Recorder(stopAfter: limit)
        let selection = try select(method, seed: 7, recorder)
        #expect(recorder.all == Array(whole.all.prefix(limit)))
        #expect(selection.isInterrupted)
        #expect(selection.features.count == 4 && Set(selection.indices).count == 4)
        #expect(selection.history == Array(complete.history.prefix(selection.history.count)))
        #expect(selection.history.count == limit)
        let rotations = selection.history.filter { $0.phase != "elimination" }
        #expect(selection.rotationCount == rotations.count)
      }
    }
  }
}
