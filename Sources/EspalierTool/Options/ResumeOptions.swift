import ArgumentParser

/// How a run that takes long survives its end, and is watched.
struct ResumeOptions: ParsableArguments {
  @Flag(
    help: """
      Go on with the run of --output where it was interrupted or killed; the other options must be \
      the same. Begins it where there is nothing to go on with.
      """)
  var resume = false

  @Option(
    help: ArgumentHelp(
      "How often the state of the run is written into --output, at most.", valueName: "seconds"))
  var checkpointEvery = 30.0

  @Flag(
    help: """
      Write the numbers of each epoch or rotation into --output for TensorBoard, too: \
      tensorboard --logdir <dir>.
      """)
  var tensorboard = false

  func validate() throws {
    guard checkpointEvery >= 0, checkpointEvery <= 1e9 else {
      throw ValidationError(
        "--checkpoint-every is \(checkpointEvery), but must be at least 0 and at most 1e9")
    }
  }

  /// Refuses a folder that could not be written in the end, before any work is done.
  func check(_ output: OutputOptions) throws {
    guard let path = output.output else {
      if resume {
        throw ToolError.usage("--resume needs --output: the folder of the run to go on with")
      }
      if tensorboard {
        throw ToolError.usage("--tensorboard needs --output: the folder to write into")
      }
      return
    }
    // A process may have been killed while it gave the folder its name.
    StaleFolders.tidy(besides: ResultFolder.trimmed(path))
    try ResultFolder.check(path, force: output.force, resumes: resume)
  }
}

extension CommandLine {
  /// The arguments as a folder records them: those of a run that was never interrupted.
  static var recordedArguments: [String] {
    EmbeddedRun.current?.arguments ?? arguments.dropFirst().filter { $0 != "--resume" }
  }
}
