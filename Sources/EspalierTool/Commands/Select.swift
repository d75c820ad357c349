import ArgumentParser
import Espalier

/// `espalier select`: the choice of columns.
struct Select: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Chooses the columns that matter.",
    usage: "espalier select <data> ... --count <k> [<options>]",
    discussion: """
      Examples:
        espalier select table.csv --target class --count 20 --test-fraction 0.2
        espalier select train-images-idx3-ubyte.gz \\
          --labels train-labels-idx1-ubyte.gz --test t10k-images-idx3-ubyte.gz \\
          --test-labels t10k-labels-idx1-ubyte.gz \\
          --count 50 --seeds 5 --baselines --output runs/mnist50
        espalier select COIL20.mat --target Y --test-rows rows.txt --count 50 --json

      Rows held out are seen by the judge alone, never by scaling or choosing.
      Ctrl-C ends the search with the best so far, a second one at once.
      """)

  @OptionGroup(title: "Data") var data: DataOptions
  @OptionGroup(title: "Choice") var choice: ChoiceOptions
  @OptionGroup(title: "Rows held out and their judge") var test: TestOptions
  @OptionGroup(title: "Rows held out and their judge") var judging: JudgeOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Settings of EntryPrune") var entryPrune: EntryPruneOptions

  func run() throws {
    let start = ContinuousClock.now
    let method = try choice.method.method(entryPrune)
    try judging.check(holdsOut: test.holdsOut)
    if let path = output.output { try ResultFolder.check(path, force: output.force) }
    let planted = try output.truth.map(FoundTruth.read)
    let loaded = try LoadedData(data, test, dropping: choice.droppedNames)
    let path = try choice.path.map { try PathRun(self, method: method, data: loaded).path($0) }
    let run = try SelectionRun(
      self, method: method, planted: planted, data: loaded, path: path, start: start)
    let result = try run.result()
    try Terminal.show(
      output.json
        ? result.json.text
        : result.table(reportPath: output.output.map { "\($0)/report.html" }))
    if result.isCutShort { throw ExitCode(ExitStatus.stoppedEarly.rawValue) }
  }
}
