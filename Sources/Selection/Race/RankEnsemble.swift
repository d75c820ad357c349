import Tensors

/// The features that several methods rank highest together.
///
///     points of feature j = Σ over the methods of (K - rank of j) / K, rank 0 being the best
///
/// Every method chooses K features; one that a method did not choose has no points from it.
///
/// - Source: Borda's count; Saeys, Abeel and Van de Peer, "Robust Feature Selection Using Ensemble
///   Feature Selection Techniques", ECML 2008.
public struct RankEnsemble: SelectionMethod {
  /// The methods, at least one.
  public var members: [any SelectionMethod]

  /// Creates the ensemble.
  ///
  /// - Parameter members: The methods, at least one.
  public init(_ members: [any SelectionMethod]) {
    require(!members.isEmpty, "RankEnsemble: no members")
    self.members = members
  }

  public var name: String { "ensemble" }

  public var needsTarget: Bool { members.contains { $0.needsTarget } }

  public func settings(for task: SelectionTask) throws(SelectionError) -> [(
    name: String, value: String
  )] {
    var settings = [(name: "members", value: members.map(\.name).joined(separator: ","))]
    for member in members {
      settings += try member.settings(for: task).map { ("\(member.name).\($0.name)", $0.value) }
    }
    return settings
  }

  public func select(
    _ task: SelectionTask, random: RandomSource, observer: any SelectionObserver
  ) throws(SelectionError) -> FeatureSelection {
    var lists: [[Int]] = []
    var notes: [String] = []
    var isInterrupted = false
    if let saved = observer.savedState {
      do {
        lists = try saved.part("lists").lists(count: nil, among: task.data.featureCount)
      } catch {
        throw .unusableState(error)
      }
    }
    for member in members.dropFirst(lists.count) where !isInterrupted {
      let saved = observer.savedState?.parts[member.name]
      let watcher = PartObserver(
        outer: observer, savedState: saved, title: member.name,
        whole: { [lists] inner in
          var state = Snapshot()
          state.save("lists", Snapshot(lists: lists))
          state.save(member.name, inner)
          return state
        })
      let found = try member.select(task, random: random, observer: watcher)
      lists.append(found.indices)
      for note in found.notes where !notes.contains(note) { notes.append(note) }
      isInterrupted = found.isInterrupted
    }
    var selection = Self.selection(of: lists, task)
    selection.notes = notes
    selection.isInterrupted = isInterrupted
    return selection
  }

  /// The features of most points.
  ///
  /// - Parameters:
  ///   - lists: What each method chose, best first.
  ///   - task: The task, for what is wanted.
  /// - Returns: As many features as are wanted.
  static func selection(of lists: [[Int]], _ task: SelectionTask) -> FeatureSelection {
    var points = [Double](repeating: 0, count: task.data.featureCount)
    for list in lists {
      for (rank, feature) in list.enumerated() {
        points[feature] += Double(task.count - rank) / Double(task.count)
      }
    }
    let kept = Set(task.keep)
    let rivals = task.eligible.filter { !kept.contains($0) }
    let best = topPositions(task.count - kept.count, of: rivals.map { points[$0] })
    let chosen = (task.keep + best.map { rivals[$0] }).sorted()
    let order = topPositions(chosen.count, of: chosen.map { points[$0] })
    return FeatureSelection(
      features: order.map { .init(index: chosen[$0], score: points[chosen[$0]]) })
  }
}

/// Watches a part of a selection for the observer of the whole.
struct PartObserver: SelectionObserver {
  let outer: any SelectionObserver
  let savedState: Snapshot?
  /// What goes before the name of a phase; nil for nothing.
  let title: String?
  /// When the part is to end in any case.
  var deadline: ContinuousClock.Instant?
  /// The state of the whole, with that of the part.
  let whole: @Sendable (Snapshot) -> Snapshot

  func report(_ progress: SelectionProgress) {
    var progress = progress
    if let title { progress.phase = "\(title), \(progress.phase)" }
    outer.report(progress)
  }

  var shouldStop: Bool {
    outer.shouldStop || (deadline.map { ContinuousClock.now >= $0 } ?? false)
  }

  func keep(state: () -> Snapshot) { outer.keep { whole(state()) } }
}
