import ArgumentParser
import Espalier
import Foundation
import Studies

/// Does runs of a study inside this process, one after the other.
struct StudyPerformer {
  let folder: StudyFolder
  let verbs: StudyVerbs
  let root: String
  let interruption: Interruption
  private let tables = LastTable()

  init(_ folder: StudyFolder, _ verbs: StudyVerbs, root: String, interruption: Interruption) {
    self.folder = folder
    self.verbs = verbs
    self.root = root
    self.interruption = interruption
  }

  /// Does a run, or goes on with it where it was interrupted.
  ///
  /// - Parameter run: The run, which is claimed.
  /// - Returns: How it ended.
  func perform(_ run: StudyRun) -> StudyWorker.Ending {
    let output = folder.output(of: run.name)
    let isBegun = access(output, F_OK) == 0
    do {
      do {
        return try attempt(run, output)
      } catch  where isBegun && !interruption.isRequested && ToolError(error) != nil {
        // What is there may be of another plan, or damaged; it has no result that counts.
        try? FileManager.default.removeItem(atPath: output)
        return try attempt(run, output)
      }
    } catch let code as ExitCode where code.rawValue == ExitStatus.stoppedEarly.rawValue {
      return .stopped
    } catch {
      let failure = ToolError(error) ?? ToolError(.ownFault, "unexpected: \(error)")
      // First: a run whose state cannot be written asks for its own end.
      if failure.status == .cannotWrite, !canWrite(run) { return .cannotWrite(failure.message) }
      return interruption.isRequested ? .stopped : .failed(failure.message)
    }
  }

  private func attempt(_ run: StudyRun, _ output: String) throws -> StudyWorker.Ending {
    PeakMemory.reset()
    let (start, work) = (ContinuousClock.now, ProcessorTime.seconds())
    let line = StudyLine(run, verbs, root: root, folder: folder)
    let embedded = EmbeddedRun(line.arguments, interruption, tables)
    var command = try line.command(resumes: true)
    try EmbeddedRun.$current.withValue(embedded) { try command.run() }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    if !type(of: command).writesFolder { try keep(embedded.printed, in: output) }
    var outcome = try StudyOutcome.read(run, output: output, seconds: seconds)
    outcome.processorSeconds = ProcessorTime.seconds() - work
    return .done(outcome)
  }

  /// Writes what a verb without a folder printed.
  private func keep(_ text: String, in output: String) throws {
    if let reason = Folder.make(output) {
      throw ToolError(.cannotWrite, "\(output): cannot be written: \(reason)")
    }
    try OutputFile.write(text, to: "\(output)/result.json")
  }

  /// Whether anything can be written beside a run: on a full disk no run is at fault.
  private func canWrite(_ run: StudyRun) -> Bool {
    let path = "\(folder.folder(of: run.name))/.space-\(getpid())"
    defer { unlink(path) }
    do throws(DatasetError) {
      try AtomicFile.write(String(repeating: " ", count: 1 << 22), to: path)
      return true
    } catch {
      return false
    }
  }
}
