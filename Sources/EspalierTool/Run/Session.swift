import ArgumentParser
import Espalier

/// What lasts from the first step of a command to the last: progress, Ctrl-C, the folder and the
/// state from which the command can go on.
struct Session: Sendable {
  /// When the run began, as if it had never been interrupted.
  let start: ContinuousClock.Instant
  let display: ProgressDisplay
  let interruption: Interruption
  /// The folder that is written, or nil.
  let folder: ResultFolder?
  /// Where the state is kept, or nil.
  let store: CheckpointStore?
  /// What the run is.
  let identity: RunIdentity

  /// Begins the folder, or goes on with it, and takes over Ctrl-C.
  ///
  /// It is nil where the run to go on with is finished; that is then said.
  init?(_ output: OutputOptions, _ resuming: ResumeOptions, _ identity: RunIdentity) throws {
    self.identity = identity
    let display = ProgressDisplay(isQuiet: output.quiet)
    let interruption = EmbeddedRun.current?.interruption ?? Interruption()
    var start = ContinuousClock.now
    if let path = output.output {
      let checkpoint = CheckpointFolder(in: ResultFolder.trimmed(path))
      var saved: Snapshot?
      if resuming.resume {
        if let content = try checkpoint.read() {
          try Self.check(content.snapshot, identity, path)
          saved = content.snapshot
          if let note = content.note { display.tell(note) }
        } else if let result = try ResultFolder.finishedResult(
          in: path, of: identity, force: output.force)
        {
          Terminal.complain("\(path): this run is finished")
          if output.json { try Terminal.show(result) }
          return nil
        } else {
          display.tell("\(path): no checkpoint to go on with, so this begins anew")
        }
      }
      let seconds = try? saved?.double("seconds")
      if let seconds, seconds >= 0, seconds < 1e9 { start -= .seconds(seconds) }
      folder = try ResultFolder(
        path, force: output.force || saved != nil, hasBoard: resuming.tensorboard)
      store = CheckpointStore(
        checkpoint, saved: saved, identity: identity, interval: resuming.checkpointEvery,
        start: start, interruption: interruption)
    } else {
      (folder, store) = (nil, nil)
    }
    (self.start, self.display, self.interruption) = (start, display, interruption)
    // Whoever runs this inside has taken over Ctrl-C.
    if EmbeddedRun.current != nil { return }
    let (folder, store) = (folder, store)
    interruption.begin(
      onFirst: {
        let loss = folder?.isCommitted == true ? "the judging" : "a result"
        display.tell("Stopping after this step; once more to quit without \(loss).")
      },
      onSecond: {
        display.clear()
        let stays = folder?.discard() == true || store?.hasFile == true
        return stays ? .stoppedEarly : .interrupted
      })
  }

  private static func check(
    _ saved: Snapshot, _ identity: RunIdentity, _ path: String
  ) throws(ToolError) {
    do {
      try identity.check(try saved.part("identity"), folder: path)
    } catch let error as ToolError {
      throw error
    } catch {
      throw ToolError(.badData, "\(path): \(error)")
    }
  }

  /// Keeps the state of a unit of work; what is known of it already counts as its first events.
  func keeper(_ unit: WorkUnit) -> UnitKeeper {
    if let events = folder?.events, events.text(of: unit).isEmpty,
      let text = try? store?.saved(unit)?.text("events")
    {
      events.append(text, in: unit)
    }
    return UnitKeeper(unit, store, folder?.events)
  }

  /// Writes the files of a result.
  ///
  /// - Parameters:
  ///   - configuration: How the program was called.
  ///   - result: What came of it, with what was measured.
  ///   - report: What a page shows of it.
  ///   - isFinished: Whether nothing is left to go on with.
  /// - Throws: ``ToolError`` if a file cannot be written, or a state could not be earlier.
  func write(
    configuration: JSON, result: JSON, report: RunReport, isFinished: Bool
  ) throws {
    display.clear()
    if let failure = store?.failure { throw failure }
    guard let folder else { return }
    try folder.write(configuration.text, to: "config.json")
    try folder.write(result.lasting.text, to: "result.json")
    try folder.write((result.measured ?? .object([])).text, to: "measured.json")
    try folder.write(try ReportFile(report).text, to: ReportFile.name)
    try folder.write(report.html(), to: ReportFile.pageName)
    try folder.writeEvents()
    if !isFinished && !folder.isCommitted { try store?.write(inNew: folder.temporaryPath) }
    try folder.commit()
    store?.folderWasReplaced()
    if isFinished {
      store?.remove()
    } else {
      try store?.flush()
    }
  }

  /// Takes away what is not complete; what a later run can go on with stays.
  func discard(after error: any Error) {
    display.clear()
    folder?.discard()
    guard let store else { return }
    if interruption.isRequested || ToolError(error)?.status == .cannotWrite {
      try? store.flush()
    } else if let folder, !folder.isCommitted {
      // What failed would fail again.
      store.remove()
      folder.removeIfEmpty()
    }
  }

  /// Does the work of a command, and shows what came of it.
  ///
  /// - Parameters:
  ///   - output: Where that goes.
  ///   - work: The work; what is not complete of it is taken away if it fails.
  /// - Throws: What the work throws, or the exit code of a command that was stopped early.
  func carryOut<Result: CommandResult>(_ output: OutputOptions, _ work: () throws -> Result) throws
  {
    let result: Result
    do {
      result = try work()
    } catch {
      discard(after: error)
      throw error
    }
    try Terminal.show(
      output.json
        ? result.json.text
        : result.table(
          reportPath: output.output.map { "\(ResultFolder.trimmed($0))/report.html" }))
    try endIfStopped(result.isCutShort)
  }

  /// How the program was called, as an object.
  func configuration(verb: String, _ settings: [(name: String, value: JSON)]) -> JSON {
    .object([
      ("schema", .integer(1)),
      ("version", .string(EspalierCommand.version)),
      ("verb", .string(verb)),
      ("arguments", .strings(CommandLine.recordedArguments)),
      ("settings", .object(settings.map { ($0.name, $0.value) })),
      ("run", .string(identity.fingerprint)),
    ])
  }

  /// Ends a command that was stopped early, with what there is to be said of it.
  func endIfStopped(_ isCutShort: Bool) throws {
    guard isCutShort else { return }
    if store?.hasFile == true {
      Terminal.complain("stopped early; the same command with --resume goes on from here")
    }
    throw ExitCode(ExitStatus.stoppedEarly.rawValue)
  }
}

/// What came of a command, in every form of output.
protocol CommandResult {
  /// The result as one object.
  var json: JSON { get }
  /// Whether an early end was asked for, by a signal.
  var isCutShort: Bool { get }

  /// The result as text for people, at most 80 columns wide.
  ///
  /// - Parameter reportPath: Where the report lies, or nil if there is none.
  /// - Returns: The lines.
  func table(reportPath: String?) -> String
}
