import Foundation

extension StudyFolder {
  /// How far a run is.
  package enum RunState: Sendable, Equatable {
    /// Nobody has begun it, or it can go on.
    case waiting
    /// A process is at work on it; nil where that cannot be read.
    case running(ProcessMark?)
    /// It is done, and its result is whole.
    case done(StudyRecord)
    /// It came to nothing.
    case failed(String)
    /// Something in its folder was changed by hand.
    case damaged(String)
    /// Its result is that of other options.
    case changed(String)
  }

  /// How far a run is.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - clock: What time the file system has.
  /// - Returns: Its state.
  package func state(of run: StudyRun, clock: FileClock) -> RunState {
    let folder = folder(of: run.name)
    do throws(StudyRecord.Fault) {
      let record = try StudyRecord(folder: folder, output: output(of: run.name))
      guard record.name == run.name else {
        return .damaged("the record is that of '\(record.name)'")
      }
      guard record.arguments == run.arguments else {
        return .changed(Self.difference(record.arguments, run.arguments))
      }
      return .done(record)
    } catch {
      if case .damaged(let reason) = error { return .damaged(reason) }
      if isObstructed(run) { return .damaged("in place of its folder there is a file") }
      if let failure = StudyFailure(folder: folder) {
        return failure.arguments == run.arguments
          ? .failed(failure.reason)
          : .changed(Self.difference(failure.arguments, run.arguments))
      }
      if access("\(folder)/\(StudyFailure.fileName)", F_OK) == 0 {
        return .damaged("\(StudyFailure.fileName) is not as it was written")
      }
      if case .other(let owner) = StudyClaim.holder(
        of: folder, patience: patience, clock: clock)
      {
        return .running(owner)
      }
      return .waiting
    }
  }

  /// What differs first between the options of two runs, for people.
  static func difference(_ former: [String], _ own: [String]) -> String {
    let gone = former.first { !own.contains($0) }
    let new = own.first { !former.contains($0) }
    func shown(_ text: String?) -> String {
      text.map { $0.replacing("\u{1F}", with: ", ").replacing("=", with: " ") } ?? "nothing"
    }
    return "there \(shown(gone)), now \(shown(new))"
  }

  /// Writes that a run is done, if the claim on it is still held.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - outcome: What came of it.
  ///   - claim: The claim, which ends.
  /// - Returns: Whether the result counts; otherwise another process has taken the run over.
  /// - Throws: ``StudyError`` if it cannot be written.
  package func finish(
    _ run: StudyRun, _ outcome: StudyRecord.Outcome, claim: StudyClaim
  ) throws(StudyError) -> Bool {
    guard claim.isHeld else { return false }
    let record = try StudyRecord(run, outcome, output: output(of: run.name))
    try record.write(to: folder(of: run.name))
    let folder = folder(of: run.name)
    unlink("\(folder)/\(StudyFailure.fileName)")
    sweep(folder)
    claim.release()
    return true
  }

  /// Takes away what processes that were killed left of a run that is settled.
  private func sweep(_ folder: String) {
    for name in FileNames.names(in: folder) where name.contains(FileNames.partialMark) {
      try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
  }

  /// Writes that a run came to nothing.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - reason: What was wrong.
  ///   - claim: The claim, which ends; nil where its owner is no more.
  /// - Throws: ``StudyError`` if it cannot be written.
  package func fail(_ run: StudyRun, reason: String, claim: StudyClaim?) throws(StudyError) {
    guard claim?.isHeld ?? true else { return }
    try StudyFailure(run, reason: reason).write(to: folder(of: run.name))
    claim?.release()
  }

  /// Takes away what processes left that were killed just behind the record of a run: claims, and
  /// what was not whole.
  ///
  /// - Parameter runs: The runs to look at.
  package func tidy(_ runs: [StudyRun]) {
    let clock = FileClock(in: path)
    for run in runs where isSettled(run) {
      let folder = folder(of: run.name)
      sweep(folder)
      if case .stale(_, let number) = StudyClaim.holder(
        of: folder, patience: patience, clock: clock)
      {
        StudyClaim(folder: folder, number: number).release()
      }
    }
  }

  /// Has runs that failed or were damaged begin anew.
  ///
  /// - Parameter runs: The runs to look at.
  /// - Throws: ``StudyError`` if the folder cannot be written.
  package func clearFailures(_ runs: [StudyRun]) throws(StudyError) {
    let clock = FileClock(in: path)
    for run in runs where isSettled(run) {
      switch state(of: run, clock: clock) {
      case .failed, .damaged:
        let folder = folder(of: run.name)
        if isObstructed(run) { unlink(folder) }
        guard let claim = try StudyClaim.take(folder, patience: patience, clock: clock) else {
          continue
        }
        clear(run)
        claim.release()
      case .waiting, .running, .done, .changed: continue
      }
    }
  }

  /// Takes away what a run that failed or was damaged left, so that it can begin anew.
  ///
  /// - Parameter run: The run, which is claimed.
  func clear(_ run: StudyRun) {
    let folder = folder(of: run.name)
    for name in [StudyRecord.fileName, StudyFailure.fileName] { unlink("\(folder)/\(name)") }
    try? FileManager.default.removeItem(atPath: output(of: run.name))
  }

  /// Whether something else is where a run's folder would be.
  private func isObstructed(_ run: StudyRun) -> Bool {
    var status = stat()
    return stat(folder(of: run.name), &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
  }

  /// Whether a run has a record or a failure, be they whole or not, or can have none: the quick look.
  package func isSettled(_ run: StudyRun) -> Bool {
    let folder = folder(of: run.name)
    return access("\(folder)/\(StudyRecord.fileName)", F_OK) == 0
      || access("\(folder)/\(StudyFailure.fileName)", F_OK) == 0 || isObstructed(run)
  }

  /// Whether a run has a record.
  func isRecorded(_ name: String) -> Bool {
    access("\(folder(of: name))/\(StudyRecord.fileName)", F_OK) == 0
  }
}
