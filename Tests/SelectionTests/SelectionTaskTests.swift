import Datasets
import Networks
import Tensors
import Testing
import Training

@testable import Selection

@Suite("Selection tasks and settings")
struct SelectionTaskTests {
  private let data = makeDataset(rows: 12, columns: 5, using: RandomSource(seed: 41))

  @Test("what cannot be is refused with its reason")
  func refusals() {
    func refused(
      _ error: SelectionError, isUsage: Bool = true, rows: [Int]? = nil, count: Int = 2,
      keep: [Int] = [], drop: [Int] = []
    ) {
      #expect(throws: error) {
        try SelectionTask(data, rows: rows, count: count, keep: keep, drop: drop)
      }
      #expect(error.isUsage == isUsage)
      #expect(!error.description.isEmpty && !error.description.contains("\n"))
    }
    refused(.countTooSmall(0), count: 0)
    refused(.countTooSmall(-3), count: -3)
    refused(.countTooLarge(6, eligible: 5), count: 6)
    refused(.countTooLarge(4, eligible: 3), count: 4, drop: [1, 2])
    refused(.keepsTooMany(3, count: 2), keep: [1, 2, 3])
    refused(.keptAndDropped("x1"), keep: [0, 1], drop: [1])
    refused(.noSuchColumn(5, columnCount: 5), keep: [5])
    refused(.noSuchColumn(-1, columnCount: 5), drop: [-1])
    refused(.tooFewRows(1), isUsage: false, rows: [3])
    refused(.tooFewRows(0), isUsage: false, rows: [])
    refused(.oneClass, isUsage: false, rows: [0, 2, 4])
  }

  @Test("kept columns are sorted, dropped ones are gone")
  func columns() throws {
    let task = try SelectionTask(data, count: 3, keep: [4, 0, 4], drop: [2])
    #expect(task.keep == [0, 4] && task.eligible == [0, 1, 3, 4] && task.rows == Array(0..<12))
  }

  @Test("settings outside their range are refused by name")
  func settings() throws {
    func refused(_ word: String, _ change: (inout EntryPrune) -> Void) {
      var method = EntryPrune()
      change(&method)
      let error = #expect(throws: SelectionError.self) {
        try method.select(
          SelectionTask(data, count: 2), random: RandomSource(seed: 1))
      }
      guard case .badSetting(let name, _, _) = error else {
        Issue.record("\(word): \(String(describing: error))")
        return
      }
      #expect(name.contains(word) && error?.isUsage == true)
    }
    func length(_ change: (inout Validation) -> Void) -> SearchLength {
      var validation = Validation()
      change(&validation)
      return .validated(validation)
    }
    for fraction in [0, -0.1, 1.01, .nan] {
      refused("candidate fraction") { $0.candidateFraction = fraction }
    }
    refused("steps") { $0.stepsPerRotation = 0 }
    refused("hidden units") { $0.hiddenCount = 0 }
    refused("batch size") { $0.batchCount = -1 }
    for rate in [Float(0), -1, .nan, .infinity] {
      refused("learning rate") { $0.learningRate = rate }
    }
    refused("second test") { $0.retestProbability = 1.5 }
    refused("rotations") { $0.length = .rotations(0) }
    refused("validation fraction") { $0.length = length { $0.fraction = 1 } }
    refused("patience") { $0.length = length { $0.patience = 0 } }
    refused("epochs") { $0.length = length { $0.maximumEpochs = 0 } }
  }

  @Test("the kind of data follows from shape and values of the task's rows and columns")
  func kinds() throws {
    func kind(_ rows: Int, _ columns: Int, drop: [Int] = [], _ value: (Int, Int) -> Float)
      throws -> EntryRule.DataKind
    {
      let data = Dataset(
        features: makeFeatures(rows: rows, columns: columns, value),
        target: .values((0..<rows).map(Float.init)))
      return EntryRule.DataKind(try SelectionTask(data, count: 1, drop: drop))
    }
    let sparse: (Int, Int) -> Float = { ($0 + $1) % 25 == 0 ? 3 : 0 }
    #expect(try kind(10, 20, sparse) == .long)
    #expect(try kind(10, 21, sparse) == .counts)
    #expect(try kind(10, 21, drop: [4], sparse) == .long)
    #expect(try kind(10, 21) { ($0 + $1) % 4 == 0 ? 3 : 0 } == .wide)
    #expect(try kind(10, 22) { $1 == 7 ? 0.5 : sparse($0, $1) } == .wide)
    #expect(try kind(10, 22) { $1 == 7 ? -1 : sparse($0, $1) } == .wide)
    #expect(try kind(10, 22, drop: [7]) { $1 == 7 ? 0.5 : sparse($0, $1) } == .counts)
  }

  @Test("the input layer has K + ceil(c (p - K)) columns, and no more than there are")
  func activeCount() throws {
    let data = makeDataset(rows: 2, columns: 101, using: RandomSource(seed: 1))
    var rule = EntryRule.released(rowCount: 200, featureCount: 101)
    rule.candidateFraction = 0.25
    for (count, least, wanted) in [
      (1, 0, 26), (10, 0, 33), (10, 30, 40), (10, 91, 101), (10, 500, 101), (100, 0, 101),
      (101, 0, 101), (101, 64, 101),
    ] {
      rule.minimumCandidateCount = least
      #expect(rule.activeCount(try SelectionTask(data, count: count)) == wanted)
    }
    rule.minimumCandidateCount = 0
    #expect(rule.activeCount(try SelectionTask(data, count: 10, drop: Array(0..<51))) == 20)
  }

  @Test("settings that are given win over the preset's", arguments: EntryPrune.Preset.allCases)
  func overrides(_ preset: EntryPrune.Preset) throws {
    let task = try SelectionTask(data, count: 2)
    var method = EntryPrune(preset)
    let before = try method.rule(for: task)
    method.candidateFraction = 0.7
    method.stepsPerRotation = 11
    method.hiddenCount = 12
    method.batchCount = 13
    method.learningRate = 0.25
    method.scoring = .latest
    method.quantity = .weightChange
    method.entrantMoments = preset == .released ? .zero : .inherited
    method.regrowth = .gradient
    method.retestProbability = 0.125
    method.length = .rotations(9)
    method.scaling = .logarithmMinMax
    method.eliminates = preset == .released
    method.balancesClasses = true
    var wanted = before
    wanted.candidateFraction = 0.7
    wanted.minimumCandidateCount = 0
    wanted.stepsPerRotation = 11
    wanted.hiddenCount = 12
    wanted.batchCount = 13
    wanted.optimizer.learningRate = 0.25
    wanted.scoring = .latest
    wanted.quantity = .weightChange
    wanted.entrantMoments = preset == .released ? .zero : .inherited
    wanted.regrowth = .gradient
    wanted.retestProbability = 0.125
    wanted.length = .rotations(9)
    wanted.scaling = .logarithmMinMax
    wanted.elimination = preset == .released ? Elimination() : nil
    wanted.balancesClasses = true
    #expect(try method.rule(for: task) == wanted && wanted != before)
    method = EntryPrune(preset)
    method.isFlexible = true
    guard case .validated = try method.rule(for: task).length else {
      Issue.record("flex without a validation run")
      return
    }
  }
}
