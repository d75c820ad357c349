import ArgumentParser
import Espalier
import Foundation
import Studies

/// `espalier study submit`: a study on a cluster.
struct SubmitStudy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit",
    abstract: "Has a cluster do a study: writes a job array and submits it.",
    usage: "espalier study submit <plan> --slurm --output <dir> [<options>]",
    discussion: """
      Examples:
        espalier study submit plan.yaml --slurm --output studies/first --tasks 20
        espalier study submit plan.yaml --slurm --output studies/first \\
          --time 8:00:00 --memory 8G --sbatch=--partition=long
        espalier study submit plan.yaml --slurm --output studies/first --dry-run

      Each task of the array does 'study run' on the same folder, which all nodes
      must see; so does a process of your own. A minute before its time is over
      a task stops with exit status 75 and is put into the queue again, where it
      goes on from the last state. 'study status' says how far they are.
      """)

  @OptionGroup var plan: StudyPlanOptions

  @Flag(help: "Submit to Slurm, by sbatch; there is no other yet.")
  var slurm = false

  @Option(
    help: ArgumentHelp(
      "How many tasks share the runs (default: as many as there are runs, 50 at most).",
      valueName: "n"))
  var tasks: Int?

  @Option(help: ArgumentHelp("The time of a task, as sbatch has it.", valueName: "time"))
  var time = "2:00:00"

  @Option(help: ArgumentHelp("The memory of a task, as sbatch has it.", valueName: "size"))
  var memory = "4G"

  @Option(
    help: ArgumentHelp(
      "A further option of sbatch; repeat for several: --sbatch=--partition=long.",
      valueName: "option"))
  var sbatch: [String] = []

  @Flag(help: "Print the script, and submit nothing.")
  var dryRun = false

  func validate() throws {
    guard slurm else { throw ValidationError("say what to submit to; give --slurm") }
    if let tasks, !(1...100_000).contains(tasks) {
      throw ValidationError("--tasks is \(tasks), but must be in 1...100000")
    }
    for (name, value) in [("--time", time), ("--memory", memory)] + sbatch.map({ ("--sbatch", $0) })
    where value.contains(where: \.isNewline) {
      throw ValidationError("\(name) must be one line")
    }
  }

  func run() throws {
    let prepared = try plan.prepared()
    let script = SlurmScript(
      name: prepared.plan.title, folder: prepared.folder.path, arguments: arguments,
      taskCount: tasks ?? min(prepared.runs.count, 50), time: time, memory: memory,
      options: sbatch)
    if dryRun {
      try Terminal.show(script.text)
      return
    }
    _ = try prepared.begin()
    let logs = "\(prepared.folder.path)/slurm"
    if let reason = Folder.make(logs) {
      throw ToolError(.cannotWrite, "\(logs): cannot be written: \(reason)")
    }
    let path = "\(logs)/job.sh"
    try OutputFile.write(script.text, to: path)
    let answer = try Self.submit(path)
    try Terminal.show("job \(answer): see 'espalier study status \(prepared.folder.path)'\n")
  }

  /// What each task does.
  private var arguments: [String] {
    let program = Bundle.main.executablePath ?? "espalier"
    return [
      program, "study", "run", Self.absolute(plan.plan), "--output", Self.absolute(plan.output),
    ]
      + (plan.data.map { ["--data", Self.absolute($0)] } ?? []) + ["--quiet"]
  }

  private static func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }

  /// Hands a script to `sbatch`.
  ///
  /// - Returns: The number of the job.
  private static func submit(_ path: String) throws(ToolError) -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["sbatch", "--parsable", path]
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    do {
      try process.run()
    } catch {
      throw ToolError(.ownFault, "sbatch cannot be started: \(error)")
    }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let reason = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let line = reason.split(separator: "\n").first.map(String.init) ?? "no reason given"
      throw ToolError(
        .missingInput, "\(path): sbatch did not take it: \(line); submit it by hand, or run it")
    }
    return text.split { ";\n".contains($0) }.first.map(String.init) ?? ""
  }
}
