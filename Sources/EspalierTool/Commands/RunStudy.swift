import ArgumentParser
import Espalier
import Foundation
import Studies

/// `espalier study run`: the runs of a plan.
struct RunStudy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Does the runs of a plan, or goes on with them.",
    usage: "espalier study run <plan> --output <dir> [<options>]",
    discussion: """
      Examples:
        espalier study run plan.yaml --output studies/first
        espalier study run plan.yaml --output studies/first --jobs 2
        espalier study run plan.yaml --output studies/first --only 'madelon.*'
        espalier study run plan.yaml --output studies/first --retry-failed

      Each run has a folder of its own. Whatever ends the study, the same
      command goes on with it, and runs in flight go on from their last state.
      Several processes and machines may work on one folder: give each the same
      command. Ctrl-C stops after the step that is being done, with exit status
      75; a run that fails is told, and the others go on.
      """)

  @OptionGroup var plan: StudyPlanOptions

  @Option(help: ArgumentHelp("How many runs go side by side.", valueName: "n"))
  var jobs = 1

  @OptionGroup var share: StudyShareOptions

  @Flag(help: "Do runs that failed or were damaged anew.")
  var retryFailed = false

  @Flag(
    help: """
      Where the options of runs that are done were changed in the plan: keep what is there in the \
      folder 'former', and do them anew.
      """)
  var setAside = false

  @Flag(help: "Say which runs there are, and do none.")
  var list = false

  @Flag(name: [.short, .long], help: "Say nothing on the way.")
  var quiet = false

  func validate() throws {
    guard (1...1024).contains(jobs) else {
      throw ValidationError("--jobs is \(jobs), but must be in 1...1024")
    }
  }

  func run() throws {
    let study = try plan.prepared(patience: share.staleAfter)
    let folder = study.folder
    let runs = try share.chosen(study.runs)
    if list {
      try Terminal.show(runs.map { $0.name + "\n" }.joined())
      return
    }
    let display = ProgressDisplay(isQuiet: quiet)
    let strangers = try study.begin(setsAside: setAside)
    if !strangers.isEmpty {
      display.tell("not in the plan, so not counted: \(StudyError.shown(strangers))")
    }
    folder.tidy(runs)
    if retryFailed { try folder.clearFailures(runs) }
    let open = runs.count { !folder.isSettled($0) }
    var status = ExitStatus.done
    if open > 0 {
      status = StudySupervisor(
        folder, runs: runs, openCount: open, arguments: workerArguments,
        jobCount: min(jobs, open), display: display
      ).run()
      // Workers of a process that was killed may have outlived the first look.
      folder.tidy(runs)
    }
    try conclude(runs, folder, status)
  }

  private var workerArguments: [String] {
    ["study", "work", plan.output, "--stale-after=\(share.staleAfter)"]
      + (share.only.map { ["--only=\($0)"] } ?? [])
  }

  /// Says what came of it, and ends accordingly.
  private func conclude(
    _ runs: [StudyRun], _ folder: StudyFolder, _ ending: ExitStatus
  ) throws {
    let state = StudyStatus(folder, runs: runs)
    let isOver = state.waitingCount == 0 && state.running.isEmpty
    // A request that came when nothing was left to do took nothing away.
    let status: ExitStatus = ending == .stoppedEarly && isOver ? .done : ending
    try Terminal.show(StudyStatusText(state, folder: folder).summary)
    if status == .stoppedEarly {
      Terminal.complain("stopped early; the same command goes on from here")
    }
    guard status == .done else { throw ExitCode(status.rawValue) }
    let badCount = state.failed.count + state.uncounted.count
    guard badCount == 0 else {
      throw ToolError(
        .badData,
        "\(Wording.count(badCount, "run")) came to nothing; see 'espalier study status"
          + " \(folder.path)', and give --retry-failed to do them anew")
    }
  }
}
