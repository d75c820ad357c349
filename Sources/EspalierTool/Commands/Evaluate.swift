import ArgumentParser
import Espalier

/// `espalier evaluate`: what the chosen columns are worth.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Judges the columns of a result on rows held out.",
    usage: "espalier evaluate <result> <data> ... [<options>]",
    discussion: """
      Examples:
        espalier evaluate runs/demo table.csv --target class --test-fraction 0.2
        espalier evaluate runs/demo a.csv --target class --test b.csv --json
      """)

  @Argument(help: "The folder of a run, or its result.json.")
  var result: String

  @OptionGroup(title: "Data") var data: DataOptions
  @OptionGroup(title: "Data") var dropping: DropOptions
  @OptionGroup(title: "Rows held out and their judge") var test: TestOptions
  @OptionGroup(title: "Rows held out and their judge") var judging: JudgeOptions

  @Option(help: "The seed of the random columns of --baselines.")
  var seed: UInt64 = 0

  @Flag(help: "Print one JSON object instead of text.")
  var json = false

  func run() throws {
    let start = ContinuousClock.now
    guard test.holdsOut else {
      throw ToolError.usage("no rows to judge on; give --test, --test-fraction or --test-rows")
    }
    if judging.judge == JudgeName.none { throw ToolError.usage("--judge none judges nothing") }
    let chosen = try ChosenColumns(path: result)
    try chosen.check(targets: data.target)
    let loaded = try LoadedData(
      data, test, dropping: DroppedColumns(names: dropping.columns, former: chosen.leftOut))
    guard let learner = try judging.learner(for: loaded) else { return }
    let columns = try loaded.columns(from: chosen.names, path: data.data[0])
    let task = try SelectionTask(
      loaded.training, rows: loaded.trainingRows,
      count: min(chosen.count, loaded.training.featureCount))
    let candidate = Judging.Candidate(name: "the columns", columns: columns, seed: seed)
    let judgement = try Judging(
      learner: learner, scaling: judging.scaling,
      rows: judging.rows, data: loaded, task: task, threadCount: 1,
      display: ProgressDisplay(isQuiet: true), interruption: Interruption()
    ).judge([candidate], withBaselines: judging.baselines)
    let evaluation = EvaluationResult(
      judgement: judgement, columnCount: chosen.count,
      data: .init(loaded, title: data.title), notes: loaded.notes,
      seconds: (ContinuousClock.now - start) / .seconds(1))
    try Terminal.show(json ? evaluation.json.text : evaluation.text)
  }
}
