import Espalier

/// What lasts from the first step of a selection to the last: progress, Ctrl-C and the folder.
struct Session: Sendable {
  let start = ContinuousClock.now
  let display: ProgressDisplay
  let interruption = Interruption()
  /// The folder that is written, or nil.
  let folder: ResultFolder?

  /// Begins the folder and takes over Ctrl-C.
  init(_ output: OutputOptions) throws {
    let display = ProgressDisplay(isQuiet: output.quiet)
    let folder = try output.output.map { try ResultFolder($0, force: output.force) }
    (self.display, self.folder) = (display, folder)
    interruption.begin(
      onFirst: {
        let loss = folder?.isCommitted == true ? "the judging" : "a result"
        display.tell("Stopping after this step; once more to quit without \(loss).")
      },
      onSecond: {
        display.clear()
        return folder?.discard() == true ? .stoppedEarly : .interrupted
      })
  }

  /// Takes away what is not complete.
  func discard() {
    display.clear()
    folder?.discard()
  }
}
