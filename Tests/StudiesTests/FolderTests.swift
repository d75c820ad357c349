import Foundation
import Synchronization
import Testing

@testable import Studies

@Suite("Folders of studies")
struct FolderTests {
  private func study(_ scratch: Scratch, patience: Double = 180) throws -> (StudyFolder, [StudyRun])
  {
    let folder = StudyFolder("\(scratch.path)/study", patience: patience)
    let runs = try Plans.plan(Plans.small).runs()
    _ = try folder.begin(plan: Plans.small, runs: runs, root: scratch.path)
    return (folder, runs)
  }

  /// Does a run: writes a result that depends on its name alone.
  private func perform(_ run: StudyRun, _ folder: StudyFolder) -> StudyWorker.Ending {
    let output = folder.output(of: run.name)
    try? FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    try? Data("{\"name\": \"\(run.name)\"}\n".utf8).write(
      to: URL(filePath: "\(output)/result.json"))
    return .done(
      StudyRecord.Outcome(
        measures: [.init("accuracy", Double(run.name.utf8.count) / 100, higherIsBetter: true)],
        features: [1, 2], featureCount: 10, seconds: 0.5, peakBytes: 1_000_000))
  }

  private func state(_ folder: StudyFolder, _ run: StudyRun) -> StudyFolder.RunState {
    folder.state(of: run, clock: FileClock(in: folder.path))
  }

  @Test("A share does every run once and leaves no claim")
  func work() throws {
    let scratch = try Scratch()
    let (folder, runs) = try study(scratch)
    var names: [String] = []
    let summary = try StudyWorker(folder, runs: runs).work { run in
      names.append(run.name)
      guard case .running(let owner) = state(folder, run) else {
        Issue.record("a run that is being done is not running")
        return .stopped
      }
      #expect(owner?.process == getpid())
      return perform(run, folder)
    }
    #expect(names == runs.map(\.name))
    #expect(summary.doneCount == runs.count)
    let status = StudyStatus(folder, runs: runs)
    #expect(status.done.count == runs.count)
    #expect(status.done[0].record.measures[0].value == 0.18)
    #expect(status.secondsLeft == 0)
    #expect(
      FileNames.names(in: folder.folder(of: runs[0].name)) == ["output", "record.jsonl"])
    // Nothing is left to do.
    let again = try StudyWorker(folder, runs: runs).work { _ in
      Issue.record("a run was done twice")
      return .stopped
    }
    #expect(again.doneCount == 0)
  }

  @Test("Several workers share a folder: each run is done by one of them")
  func sharing() throws {
    let scratch = try Scratch()
    let folder = StudyFolder("\(scratch.path)/study")
    let text = Plans.small.replacing("seeds: 2", with: "seeds: 40")
    let runs = try Plans.plan(text).runs()
    _ = try folder.begin(plan: text, runs: runs, root: scratch.path)
    let counts = Mutex<[String: Int]>([:])
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      do {
        _ = try StudyWorker(folder, runs: runs).work { run in
          counts.withLock { $0[run.name, default: 0] += 1 }
          return perform(run, folder)
        }
      } catch {
        Issue.record("\(error)")
      }
    }
    let all = counts.withLock { $0 }
    #expect(all.count == runs.count)
    #expect(all.values.allSatisfy { $0 == 1 })
    #expect(StudyStatus(folder, runs: runs).done.count == runs.count)
  }

  @Test("A claim that is held keeps others away, a silent one is taken over, and then lost")
  func staleClaims() throws {
    let scratch = try Scratch()
    let (folder, runs) = try study(scratch, patience: 0.3)
    let path = folder.folder(of: runs[0].name)
    func take() throws -> StudyClaim? {
      try StudyClaim.take(path, patience: 0.3, clock: FileClock(in: folder.path))
    }
    let first = try #require(try take())
    #expect(try take() == nil)
    usleep(200_000)
    first.beat()
    usleep(200_000)
    #expect(try take() == nil, "a heart that beats keeps the claim")
    usleep(400_000)
    let second = try #require(try take())
    #expect(second.number == 2)
    #expect(!first.isHeld)
    #expect(second.isHeld)
    // The former owner comes back: its result does not count.
    guard case .done(let outcome) = perform(runs[0], folder) else { return }
    #expect(try !folder.finish(runs[0], outcome, claim: first))
    #expect(state(folder, runs[0]) != .done(try record(runs[0], outcome, folder)))
    #expect(try folder.finish(runs[0], outcome, claim: second))
    #expect(state(folder, runs[0]) == .done(try record(runs[0], outcome, folder)))
    #expect(FileNames.names(in: path) == ["output", "record.jsonl"])
  }

  private func record(
    _ run: StudyRun, _ outcome: StudyRecord.Outcome, _ folder: StudyFolder
  ) throws -> StudyRecord {
    try StudyRecord(run, outcome, output: folder.output(of: run.name))
  }

  @Test("The claim of a process that has ended is stale at once")
  func endedProcess() throws {
    let scratch = try Scratch()
    let (folder, runs) = try study(scratch)
    let path = folder.folder(of: runs[0].name)
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sleep")
    process.arguments = ["0"]
    try process.run()
    process.waitUntilExit()
    var mark = ProcessMark.own
    mark.process = process.processIdentifier
    try FileManager.default.createDirectory(
      atPath: "\(path)/claim-1", withIntermediateDirectories: true)
    try JSONEncoder().encode(mark).write(to: URL(filePath: "\(path)/claim-1/owner"))
    let clock = FileClock(in: folder.path)
    #expect(StudyClaim.holder(of: path, patience: 180, clock: clock) == .stale(mark, number: 1))
    // The same number on another machine may be anybody.
    mark.machine = "elsewhere"
    try JSONEncoder().encode(mark).write(to: URL(filePath: "\(path)/claim-1/owner"))
    #expect(StudyClaim.holder(of: path, patience: 180, clock: clock) == .other(mark))
    // The number was given to another process since.
    mark = .own
    mark.start = "1"
    #expect(mark.hasEnded)
    #expect(!ProcessMark.own.hasEnded)
  }

  @Test("What is changed by hand is named and not counted, and others are unaffected")
  func damage() throws {
    let scratch = try Scratch()
    let (folder, runs) = try study(scratch)
    _ = try StudyWorker(folder, runs: runs).work { perform($0, folder) }
    func url(_ number: Int, _ name: String) -> URL {
      URL(filePath: "\(folder.folder(of: runs[number].name))/\(name)")
    }
    try Data("{}".utf8).write(to: url(0, "output/result.json"))
    try FileManager.default.removeItem(at: url(1, "output"))
    let record = try String(contentsOf: url(2, "record.jsonl"), encoding: .utf8)
    try Data(record.replacing("0.14", with: "0.99").utf8).write(to: url(2, "record.jsonl"))
    try Data(record.utf8).write(to: url(3, "record.jsonl"))
    try FileManager.default.removeItem(at: url(4, "record.jsonl"))
    #expect(state(folder, runs[0]) == .damaged("result.json is not as it was written"))
    #expect(state(folder, runs[1]) == .damaged("result.json is missing"))
    #expect(state(folder, runs[2]) == .damaged("record.jsonl is not as it was written"))
    guard case .damaged = state(folder, runs[3]) else {
      Issue.record("a record of another run counts")
      return
    }
    #expect(state(folder, runs[4]) == .waiting)
    let status = StudyStatus(folder, runs: runs)
    #expect(status.uncounted.map(\.run.name) == runs[..<4].map(\.name))
    #expect(status.done.count == runs.count - 5)
    // Damaged runs are done anew when that is asked for.
    try folder.clearFailures(runs)
    let summary = try StudyWorker(folder, runs: runs).work { perform($0, folder) }
    #expect(summary.doneCount == 5)
    #expect(StudyStatus(folder, runs: runs).done.count == runs.count)
  }

  @Test("A changed plan names the runs that no longer belong, and sets them aside when told to")
  func changedPlan() throws {
    let scratch = try Scratch()
    let (folder, runs) = try study(scratch)
    _ = try StudyWorker(folder, runs: runs).work { perform($0, folder) }
    let changed = Plans.small.replacing(
      "{data: a.csv, target: y}", with: "{data: a.csv, target: z}")
    let others = try Plans.plan(changed).runs()
    #expect {
      _ = try folder.begin(plan: changed, runs: others, root: scratch.path)
    } throws: { error in
      "\(error)".contains("'a.entryprune.k5.s0', 'a.entryprune.k5.s1'")
        && "\(error)".contains("there target y, now target z")
    }
    #expect(try folder.planText() == Plans.small)
    _ = try folder.begin(plan: changed, runs: others, root: scratch.path, setsAside: true)
    let status = StudyStatus(folder, runs: others)
    #expect(status.done.count == 7)
    #expect(status.waitingCount == 7)
    #expect(FileNames.names(in: "\(folder.path)/former").count == 7)
    // A run that the plan no longer has stays, and is named.
    let fewer = changed.replacing("[entryprune, f-test]", with: "[f-test]")
    let strangers = try folder.begin(
      plan: fewer, runs: Plans.plan(fewer).runs(), root: scratch.path)
    #expect(strangers == ["b.entryprune.k5.s0", "b.entryprune.k5.s1"])
  }

  @Test("A failed run is told with its reason, does not stop others, and can be tried again")
  func failures() throws {
    let scratch = try Scratch()
    let (folder, runs) = try study(scratch)
    let summary = try StudyWorker(folder, runs: runs).work { run in
      run.data == "a" ? .failed("no such file") : perform(run, folder)
    }
    #expect(summary.failedCount == 7)
    #expect(
      StudyStatus(folder, runs: runs).failed.map(\.reason)
        == .init(
          repeating: "no such file", count: 7))
    let again = try StudyWorker(folder, runs: runs).work { perform($0, folder) }
    #expect(again.doneCount == 0)
    try folder.clearFailures(runs)
    #expect(try StudyWorker(folder, runs: runs).work { perform($0, folder) }.doneCount == 7)
  }

  @Test("A run waits for the training before it, and fails with it")
  func trainings() throws {
    let scratch = try Scratch()
    let text = """
      verb: prune units
      seeds: 2
      data: {a: a.csv}
      models: {net: {network: auto}}
      methods: {low: {epsilon: 0.1}}
      """
    let runs = try Plans.plan(text).runs()
    let folder = StudyFolder("\(scratch.path)/study")
    _ = try folder.begin(plan: text, runs: runs, root: scratch.path)
    var order: [String] = []
    _ = try StudyWorker(folder, runs: runs.reversed()).work { run in
      order.append(run.name)
      return run.name == "a.net.s1" ? .failed("out of memory") : perform(run, folder)
    }
    #expect(order == ["a.net.s1", "a.net.s0", "a.net.low.s0"])
    let failed = StudyStatus(folder, runs: runs).failed
    #expect(failed.map(\.run.name) == ["a.net.s1", "a.net.low.s1"])
    #expect(failed[1].reason == "the training before it, 'a.net.s1', failed")
  }

  @Test("What a killed process left is taken away: half a record, and a claim behind a whole one")
  func leftovers() throws {
    let scratch = try Scratch()
    let (folder, runs) = try study(scratch)
    let path = folder.folder(of: runs[0].name)
    try FileManager.default.createDirectory(
      atPath: "\(path)/output.partial-host-7", withIntermediateDirectories: true)
    try Data().write(to: URL(filePath: "\(path)/record.jsonl.partial-7"))
    _ = try StudyWorker(folder, runs: runs).work { perform($0, folder) }
    #expect(FileNames.names(in: path) == ["output", "record.jsonl"])
    var ended = ProcessMark.own
    ended.start = "1"
    try FileManager.default.createDirectory(
      atPath: "\(path)/claim-3", withIntermediateDirectories: true)
    try JSONEncoder().encode(ended).write(to: URL(filePath: "\(path)/claim-3/owner"))
    // One that was half taken away, by a process that is alive.
    try FileManager.default.createDirectory(
      atPath: "\(path)/claim.partial-2", withIntermediateDirectories: true)
    try JSONEncoder().encode(ProcessMark.own)
      .write(to: URL(filePath: "\(path)/claim.partial-2/owner"))
    folder.tidy(runs)
    #expect(FileNames.names(in: path) == ["output", "record.jsonl"])
  }

  @Test("A request to stop gives the run back")
  func stopping() throws {
    let scratch = try Scratch()
    let (folder, runs) = try study(scratch)
    var count = 0
    let summary = try StudyWorker(folder, runs: runs).work { run in
      count += 1
      return count < 4 ? perform(run, folder) : .stopped
    }
    #expect(summary.isStopped)
    #expect(summary.leftCount == runs.count - 3)
    #expect(state(folder, runs[3]) == .waiting)
  }

  @Test("A folder with other things in it is refused")
  func strangeFolder() throws {
    let scratch = try Scratch()
    try Data().write(to: URL(filePath: "\(scratch.path)/thesis.tex"))
    let folder = StudyFolder(scratch.path)
    #expect(throws: StudyError.self) {
      try folder.begin(plan: Plans.small, runs: Plans.plan(Plans.small).runs(), root: "/")
    }
    #expect(throws: StudyError.noStudy(path: scratch.path)) { try folder.root() }
  }

  @Test("A file in place of a run's folder is named, and stops no other run")
  func obstructed() throws {
    let scratch = try Scratch()
    let (folder, runs) = try study(scratch)
    try Data("x".utf8).write(to: URL(filePath: folder.folder(of: runs[1].name)))
    let summary = try StudyWorker(folder, runs: runs).work { perform($0, folder) }
    #expect(summary.doneCount == runs.count - 1 && summary.failedCount == 1)
    let status = StudyStatus(folder, runs: runs)
    #expect(status.uncounted.map(\.run.name) == [runs[1].name])
    try folder.clearFailures(runs)
    #expect(try StudyWorker(folder, runs: runs).work { perform($0, folder) }.failedCount == 0)
  }

  @Test("A plan or a note of the study that was lost is named, and the plan brings it back")
  func lost() throws {
    let scratch = try Scratch()
    let (folder, runs) = try study(scratch)
    _ = try StudyWorker(folder, runs: runs).work { perform($0, folder) }
    unlink(folder.planPath)
    #expect(throws: StudyError.lost(path: folder.path, file: "plan.yaml")) {
      try folder.planText()
    }
    #expect(try folder.begin(plan: Plans.small, runs: runs, root: scratch.path) == [])
    #expect(StudyStatus(folder, runs: runs).done.count == runs.count)
    try Data("{".utf8).write(to: URL(filePath: "\(folder.path)/study.json"))
    #expect(throws: StudyError.lost(path: folder.path, file: "study.json")) { try folder.root() }
    // A folder of other things with a folder of that name is no study.
    let other = StudyFolder("\(scratch.path)/other")
    for path in ["runs/mine", "src"] {
      try FileManager.default.createDirectory(
        atPath: "\(other.path)/\(path)", withIntermediateDirectories: true)
    }
    #expect(throws: StudyError.self) {
      try other.begin(plan: Plans.small, runs: runs, root: scratch.path)
    }
  }

  @Test("A run that saw other data than most of its data set is named and not counted")
  func otherData() throws {
    let scratch = try Scratch()
    let (folder, runs) = try study(scratch)
    let odd = try #require(runs.first { $0.data == "b" })
    let summary = try StudyWorker(folder, runs: runs).work { run in
      guard case .done(var outcome) = perform(run, folder) else { return .stopped }
      outcome.dataDigest = run.name == odd.name ? "other" : "data \(run.data)"
      return .done(outcome)
    }
    #expect(summary.doneCount == runs.count)
    let status = StudyStatus(folder, runs: runs)
    #expect(status.uncounted.map(\.run.name) == [odd.name])
    #expect(status.uncounted[0].reason.contains("not those of most runs of 'b'"))
    #expect(status.done.count == runs.count - 1)
  }
}
