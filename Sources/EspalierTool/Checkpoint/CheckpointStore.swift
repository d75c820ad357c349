import Espalier
import Synchronization

/// The state of a whole command: what its units of work came to, how far those have come that are
/// under way, and what happened in them.
final class CheckpointStore: Sendable {
  /// What is known of a unit.
  private struct Entry {
    var snapshot: Snapshot
    var isResult: Bool
    var events: String
    var time: ContinuousClock.Instant
  }

  private struct State {
    var folder: CheckpointFolder
    var entries: [WorkUnit: Entry] = [:]
    /// When each unit first offered its state.
    var beginnings: [WorkUnit: ContinuousClock.Instant] = [:]
    var saved: Snapshot
    var lastWrite: ContinuousClock.Instant
    /// How long that took.
    var lastDuration = Duration.zero
    /// Whether something is known that no file has.
    var isDirty = false
    var hasFile: Bool
    var failure: ToolError?
  }

  private let identity: RunIdentity
  private let interval: Duration
  private let start: ContinuousClock.Instant
  private let interruption: Interruption
  private let state: Mutex<State>

  /// - Parameters:
  ///   - folder: Where the state is written.
  ///   - saved: What was read there; nil to begin anew.
  ///   - identity: What the run is.
  ///   - interval: How long to wait from one writing to the next, in seconds.
  ///   - start: When the run began, as if it had never been interrupted.
  ///   - interruption: What asks for an early end, and is asked for one if writing fails.
  init(
    _ folder: sending CheckpointFolder, saved: Snapshot?, identity: RunIdentity, interval: Double,
    start: ContinuousClock.Instant, interruption: Interruption
  ) {
    self.identity = identity
    self.interval = .seconds(interval)
    self.start = start
    self.interruption = interruption
    state = Mutex(
      State(
        folder: folder, saved: saved?.parts["units"] ?? Snapshot(), lastWrite: .now,
        hasFile: saved != nil))
  }

  /// What a unit came to, or how far it came, an earlier time.
  func saved(_ unit: WorkUnit) -> Snapshot? {
    state.withLock { $0.saved.parts[unit.name] }
  }

  /// Why a state could not be written; nil if every one was.
  var failure: ToolError? { state.withLock { $0.failure } }

  /// Whether the run can go on later.
  var hasFile: Bool { state.withLock { $0.hasFile } }

  /// Takes note of how far a unit has come, if it is time.
  func keep(_ unit: WorkUnit, events: () -> String, _ snapshot: () -> Snapshot) {
    let isForced = interruption.isRequested
    let isDue = state.withLock { state in
      let now = ContinuousClock.now
      let beginning = state.beginnings[unit] ?? now
      state.beginnings[unit] = beginning
      let last = state.entries[unit]?.time ?? beginning
      return state.failure == nil && (isForced || now - last >= interval)
    }
    guard isDue else { return }
    record(unit, snapshot(), isResult: false, events: events(), writesNow: isForced)
  }

  /// Takes note of what a unit came to.
  func finish(_ unit: WorkUnit, events: () -> String, _ result: Snapshot) {
    record(unit, result, isResult: true, events: events(), writesNow: interruption.isRequested)
  }

  private func record(
    _ unit: WorkUnit, _ snapshot: Snapshot, isResult: Bool, events: String, writesNow: Bool
  ) {
    state.withLock { state in
      state.entries[unit] = Entry(
        snapshot: snapshot, isResult: isResult, events: events, time: .now)
      _ = state.saved.take(part: unit.name)
      state.isDirty = true
      // Units side by side offer their states one after another, each of them to be written soon;
      // but writing shall not take more than a twentieth of the time.
      let pause = min(interval, max(.seconds(3), state.lastDuration * 20))
      if state.failure == nil, writesNow || .now - state.lastWrite >= pause { write(&state) }
    }
  }

  /// Writes what no file has yet.
  ///
  /// - Throws: ``ToolError`` if that fails, or has failed before.
  func flush() throws(ToolError) {
    let failure = state.withLock { state in
      if state.isDirty && state.failure == nil { write(&state) }
      return state.failure
    }
    if let failure { throw failure }
  }

  private func write(_ state: inout State) {
    let start = ContinuousClock.now
    do {
      try state.folder.write(snapshot(state))
      (state.isDirty, state.hasFile) = (false, true)
    } catch {
      state.failure = state.failure ?? error
      interruption.request()  // what cannot be kept is not computed
    }
    state.lastWrite = .now
    state.lastDuration = state.lastWrite - start
  }

  private func snapshot(_ state: borrowing State) -> Snapshot {
    // What was saved of units that have not come further stays as it is.
    var units = state.saved
    for (unit, entry) in state.entries {
      var own = Snapshot()
      if !entry.events.isEmpty { own.save("events", entry.events) }
      own.save(entry.isResult ? "result" : "state", entry.snapshot)
      units.save(unit.name, own)
    }
    var snapshot = Snapshot()
    snapshot.save("identity", identity.state)
    snapshot.save("seconds", (ContinuousClock.now - start) / .seconds(1))
    snapshot.save("units", units)
    return snapshot
  }

  /// Writes the state into a folder that is to take the place of the run's, so that it has one from
  /// its first moment.
  func write(inNew folder: String) throws(ToolError) {
    try state.withLock { state throws(ToolError) in
      guard state.hasFile || state.isDirty else { return }
      try state.folder.write(snapshot(state), inNew: folder)
      (state.isDirty, state.hasFile) = (false, true)
    }
  }

  /// Takes note that the folder of the run was replaced.
  func folderWasReplaced() {
    state.withLock { $0.folder.lockAgain() }
  }

  /// Takes the files away.
  func remove() {
    state.withLock { state in
      state.folder.remove()
      state.hasFile = false
    }
  }
}

/// Keeps the state of one unit, with the events that belong to it.
struct UnitKeeper: StateKeeper {
  let unit: WorkUnit
  private let store: CheckpointStore?
  private let events: EventLog?

  /// - Parameters:
  ///   - unit: The unit.
  ///   - store: Where states are kept; nil for nowhere.
  ///   - events: What happens in the unit.
  init(_ unit: WorkUnit, _ store: CheckpointStore?, _ events: EventLog?) {
    self.unit = unit
    self.store = store
    self.events = events
  }

  var savedState: Snapshot? { store?.saved(unit)?.parts["state"] }

  var savedResult: Snapshot? { store?.saved(unit)?.parts["result"] }

  /// Whether the unit was begun an earlier time.
  var isKnown: Bool { store?.saved(unit) != nil }

  func keep(state: () -> Snapshot) {
    store?.keep(unit, events: { events?.text(of: unit) ?? "" }, state)
  }

  func finish(with result: () -> Snapshot) {
    store?.finish(unit, events: { events?.text(of: unit) ?? "" }, result())
  }
}
