import ArgumentParser

/// Where results go and how much is said on the way.
struct OutputOptions: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      """
      A folder for config.json, result.json, report.html, events.jsonl and measured.json; of \
      train also for model.safetensors.
      """, valueName: "dir"))
  var output: String?

  @Flag(help: "Replace the folder of an earlier run.")
  var force = false

  @Flag(help: "Print one JSON object instead of a table.")
  var json = false

  @Flag(name: [.short, .long], help: "Say nothing on the way.")
  var quiet = false

  func validate() throws {
    if force && output == nil { throw ValidationError("--force needs --output") }
  }
}

/// What the result is compared with.
struct TruthOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The truth that generate wrote: say how much of it was found.", valueName: "file"))
  var truth: String?
}
