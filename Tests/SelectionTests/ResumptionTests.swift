import Datasets
import Foundation
import Testing

@testable import Selection
@testable import Tensors

@Suite("A selection that goes on later")
struct ResumptionTests {
  private static let classes = makeDataset(
    rows: 40, columns: 12, classCount: 3, using: RandomSource(seed: 31))
  private static let grouped: Dataset = {
    var data = classes
    data.featureGroups = FeatureGroups(
      names: (0..<8).map { "g\($0)" },
      columns: [[0, 1], [2], [3, 4, 5], [6], [7], [8, 9], [10], [11]])
    return data
  }()

  @Test("From any of its states it comes to the same bits", arguments: MethodCase.all)
  func everyState(_ method: MethodCase) throws {
    let numbers = makeSeveralTargets(rows: 40, columns: 12, areLabels: false)
    for data in [Self.classes, Self.grouped, numbers] {
      let task = try SelectionTask(data, count: 3, keep: [4])
      let first = Keeper()
      let whole = try select(method, task, first)
      for position in sample(first.states.indices) {
        let later = Keeper(savedState: first.states[position])
        #expect(try select(method, task, later) == whole)
        #expect(later.states.map(\.bits) == first.states[(position + 1)...].map(\.bits))
      }
    }
  }

  @Test("After an early end it comes to the same bits", arguments: MethodCase.all)
  func earlyEnd(_ method: MethodCase) throws {
    let task = try SelectionTask(Self.classes, count: 3)
    let whole = try select(method, task, Keeper())
    var saved: Snapshot?
    for _ in 0..<1000 {
      let keeper = Keeper(savedState: saved, stopAfter: 2)
      let selection = try select(method, task, keeper)
      if !selection.isInterrupted {
        #expect(selection == whole)
        return
      }
      saved = try #require(keeper.states.last)
    }
    Issue.record("it never came to its end")
  }

  @Test("A state of which anything is missing is refused", arguments: MethodCase.all)
  func damage(_ method: MethodCase) throws {
    let task = try SelectionTask(Self.classes, count: 3)
    let keeper = Keeper()
    _ = try select(method, task, keeper)
    for state in [keeper.states.first, keeper.states.dropLast().last].compactMap(\.self) {
      for path in state.paths {
        for damage in Damage.allCases {
          var damaged = state
          guard damaged.change(path[...], by: damage) else { continue }
          #expect(throws: SelectionError.self, "\(path.joined(separator: "/")), \(damage)") {
            try select(method, task, Keeper(savedState: damaged))
          }
        }
      }
    }
  }

  @Test("Whatever numbers a state has, it ends in a result or an error", arguments: MethodCase.all)
  func numbers(_ method: MethodCase) throws {
    let task = try SelectionTask(Self.classes, count: 3)
    let keeper = Keeper()
    _ = try select(method, task, keeper)
    var random = RandomSource(seed: 7)
    for state in [keeper.states.first, keeper.states.dropLast().last].compactMap(\.self) {
      for path in state.paths {
        for _ in 0..<3 {
          var damaged = state
          damaged.scramble(path[...], using: &random)
          _ = try? select(method, task, Keeper(savedState: damaged, stopAfter: 12))
        }
      }
    }
  }

  @Test("Runs, splits and folds that are done are not done again")
  func results() throws {
    let method = SparseSelection.small(.set)
    let task = try SelectionTask(Self.classes, count: 3)
    let keeper = Keeper()
    let run = try method.run(task, seeds: [5], observer: { _ in keeper })
    let again = Keeper(savedResult: try #require(keeper.results.first))
    #expect(try method.run(task, seeds: [5], observer: { _ in again }) == run)
    #expect(again.states.isEmpty && again.results.isEmpty)

    let splits = Keeper()
    let path = try method.path(over: [2], task, random: RandomSource(seed: 1)) { _, _ in splits }
    var number = 0
    let known = try method.path(over: [2], task, random: RandomSource(seed: 1)) { _, _ in
      number += 1
      return Keeper(savedResult: splits.results[number - 1])
    }
    #expect(known == path && path.points.count == 1)

    let folds = try FoldedSelection(
      method, Self.classes, rows: Array(0..<40), count: 3, foldCount: 4, repeatCount: 1,
      random: RandomSource(seed: 2)
    ) { _, columns, _ in Double(columns.count) }
    let fold = Keeper()
    let value = try folds.run(2, observer: fold)
    let kept = try folds.run(2, observer: Keeper(savedResult: try #require(fold.results.first)))
    #expect(kept == value)
  }

  private func select(
    _ method: MethodCase, _ task: SelectionTask, _ observer: Keeper
  ) throws -> FeatureSelection {
    try method.method.select(task, random: RandomSource(seed: 1), observer: observer)
  }

  /// The first positions, the last ones and some between.
  private func sample(_ positions: Range<Int>) -> [Int] {
    positions.filter { $0 < 2 || $0 + 2 >= positions.count || $0 % 5 == 0 }
  }
}

/// What can be wrong with an array.
private enum Damage: CaseIterable {
  case missing, shorter, otherType
}

extension Snapshot {
  /// The names of all arrays.
  fileprivate var paths: [[String]] {
    arrays.keys.sorted().map { [$0] }
      + parts.keys.sorted().flatMap { name in (parts[name]?.paths ?? []).map { [name] + $0 } }
  }

  /// The bytes of all arrays, but for those of times.
  fileprivate var bits: [UInt8] {
    arrays.sorted { $0.key < $1.key }.filter { $0.key != "seconds" }
      .flatMap { Array($0.key.utf8) + $0.value.bytes }
      + parts.sorted { $0.key < $1.key }.flatMap { Array($0.key.utf8) + $0.value.bits }
  }

  /// Damages an array; false where that does no harm.
  fileprivate mutating func change(_ path: ArraySlice<String>, by damage: Damage) -> Bool {
    guard let name = path.first, path.count == 1 else {
      return parts[path[path.startIndex]]?.change(path.dropFirst(), by: damage) ?? false
    }
    // These are there or not, and then of one number.
    let optional = [
      "bestRound", "bestEpoch", "previousLoss", "bestRotation", "best", "validationLoss",
      "validationAccuracy", "validationTopFive", "trainingAccuracy", "trainingTopFive",
    ]
    // A layer without columns that were restarted has no steps of columns; lists may be empty.
    if damage == .missing && (optional.contains(name) || name.hasPrefix("columnSteps")) {
      return false
    }
    switch damage {
    case .missing: arrays[name] = nil
    case .otherType:
      if case .uint16? = arrays[name] {
        arrays[name] = .float([])
      } else {
        arrays[name] = .uint16([])
      }
    case .shorter:
      guard let values = arrays[name], values.count > 0 else { return false }
      arrays[name] = values.shortened
    }
    return true
  }

  /// Puts random numbers into an array.
  fileprivate mutating func scramble(
    _ path: ArraySlice<String>, using random: inout RandomSource
  ) {
    guard let name = path.first else { return }
    if path.count > 1 {
      parts[name]?.scramble(path.dropFirst(), using: &random)
      return
    }
    func odd() -> Int64 {
      let numbers: [Int64] = [-1, 0, 1, 2, 3, 11, 12, 39, 40, 1 << 31, 1 << 53, .max, .min]
      return numbers[random.index(below: numbers.count)]
    }
    switch arrays[name] {
    case .float(let values)?:
      let odd: [Float] = [.nan, .infinity, 0, -1e38]
      arrays[name] = .float(values.map { _ in odd[random.index(below: 4)] })
    case .double(let values)?:
      let odd = [.nan, .infinity, 0, -1e300]
      arrays[name] = .double(values.map { _ in odd[random.index(below: 4)] })
    case .int32(let values)?:
      arrays[name] = .int32(values.map { _ in Int32(truncatingIfNeeded: odd()) })
    case .int64(let values)?:
      var values = values
      if !values.isEmpty { values[random.index(below: values.count)] = odd() }
      arrays[name] = .int64(values)
    case .uint64(let values)?: arrays[name] = .uint64(values.map { _ in random.next() })
    case .uint16(let values)?: arrays[name] = .uint16(values.map { _ in .max })
    case .uint8(let values)?:
      arrays[name] = .uint8(values.map { _ in UInt8(random.index(below: 3)) })
    case nil: break
    }
  }
}

extension Snapshot.Values {
  fileprivate var bytes: [UInt8] {
    switch self {
    case .float(let values): values.withUnsafeBytes { Array($0) }
    case .double(let values): values.withUnsafeBytes { Array($0) }
    case .int32(let values): values.withUnsafeBytes { Array($0) }
    case .int64(let values): values.withUnsafeBytes { Array($0) }
    case .uint64(let values): values.withUnsafeBytes { Array($0) }
    case .uint16(let values): values.withUnsafeBytes { Array($0) }
    case .uint8(let values): values
    }
  }

  fileprivate var shortened: Snapshot.Values {
    switch self {
    case .float(let values): .float(values.dropLast())
    case .double(let values): .double(values.dropLast())
    case .int32(let values): .int32(values.dropLast())
    case .int64(let values): .int64(values.dropLast())
    case .uint64(let values): .uint64(values.dropLast())
    case .uint16(let values): .uint16(values.dropLast())
    case .uint8(let values): .uint8(values.dropLast())
    }
  }
}

/// Keeps every state and result.
///
/// `@unchecked Sendable`: a test uses it on one thread at a time.
private final class Keeper: SelectionObserver, @unchecked Sendable {
  let savedState: Snapshot?
  let savedResult: Snapshot?
  private(set) var states: [Snapshot] = []
  private(set) var results: [Snapshot] = []
  private let limit: Int
  private var reportCount = 0

  init(savedState: Snapshot? = nil, savedResult: Snapshot? = nil, stopAfter limit: Int = .max) {
    self.savedState = savedState
    self.savedResult = savedResult
    self.limit = limit
  }

  func report(_ progress: SelectionProgress) { reportCount += 1 }
  var shouldStop: Bool { reportCount >= limit }
  func keep(state: () -> Snapshot) { states.append(state()) }
  func finish(with result: () -> Snapshot) { results.append(result()) }
}
