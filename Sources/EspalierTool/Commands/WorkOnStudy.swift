import ArgumentParser
import Espalier
import Foundation
import Studies

/// `espalier study work`: a process's share of a study, started by `study run`.
struct WorkOnStudy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "work", abstract: "Does a share of a study.", shouldDisplay: false)

  @Argument(help: "The folder of the study.")
  var folder: String

  @OptionGroup var share: StudyShareOptions

  func run() throws {
    WorkerProcess.endWithParent()
    let study = try OpenStudy(folder, patience: share.staleAfter)
    let interruption = Interruption()
    interruption.begin(onFirst: {}, onSecond: { .stoppedEarly })
    let performer = StudyPerformer(
      study.folder, study.verbs, root: study.root, interruption: interruption)
    let worker = StudyWorker(
      study.folder, runs: try share.chosen(study.runs),
      isStopped: { interruption.isRequested }, tell: Self.tell)
    let summary = try worker.work(performer.perform)
    if summary.isStopped { throw ExitCode(ExitStatus.stoppedEarly.rawValue) }
  }

  /// Tells the process that started this one, a line each.
  private static func tell(_ event: StudyWorker.Event) {
    let line =
      switch event {
      case .began(let name): "began \(name)"
      case .done(let name, let seconds): "done \(name) \(seconds)"
      case .failed(let name, let reason): "failed \(name) \(Terminal.printable(reason))"
      case .waits(let count): "waits \(count)"
      }
    // If nobody listens any more, this process ends at once anyway.
    try? Terminal.show(line + "\n")
  }
}
