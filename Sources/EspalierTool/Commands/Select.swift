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
        espalier select table.csv --target class --count auto --method entryprune
        espalier select ALLAML.mat --count 20 --folds 5 --repeats 10 --null 100

      Rows held out are seen by the judge alone, never by scaling or choosing.
      Ctrl-C ends the search with the best so far and exit status 75, a second one
      ends at once; what is in the folder of --output by then stays, and the same
      command with --resume goes on from there. A time limit ends it with exit
      status 0 and a note in the result.
      """)

  @OptionGroup(title: "Data") var data: DataOptions
  @OptionGroup(title: "Choice") var choice: ChoiceOptions
  @OptionGroup(title: "Rows held out and their judge") var test: TestOptions
  @OptionGroup(title: "Rows held out and their judge") var judging: JudgeOptions
  @OptionGroup(title: "How sure one can be") var folding: FoldOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Output") var resuming: ResumeOptions
  @OptionGroup(title: "Output") var planting: TruthOptions
  @OptionGroup var methods: MethodOptions

  func run() throws {
    let start = ContinuousClock.now
    var method = try methods.method(choice.method)
    try judging.check(holdsOut: test.holdsOut, hasFolds: folding.folds != nil)
    try folding.check(choice)
    try resuming.check(output)
    let planted = try planting.truth.map(FoundTruth.read)
    let dropped = DroppedColumns(
      names: choice.droppedColumns, spared: choice.keptColumns, mayBeUnknown: true,
      onlyTexts: choice.groups != nil)
    var loaded = try LoadedData(
      data, test, dropping: dropped, isTargetOptional: !method.needsTarget)
    try refuseWithoutTarget(loaded)
    try methods.training.learning.check(loaded.training.target)
    if let groups = choice.groups { try loaded.group(by: groups) }
    try planted.map { try FoundTruth.check($0, against: loaded) }
    let learner = try judging.learner(for: loaded)
    if let race = method as? Race { method = try prepared(race, loaded) }
    var options = self
    options.choice.resolveCount(loaded)
    let identity = try RunIdentity(options, method, loaded, learner)
    guard let session = try Session(output, resuming, identity) else { return }
    try session.carryOut(output) {
      let folds = try FoldRunner(options, method: method, data: loaded, session: session)
      let path = try options.choice.path.map {
        try PathRun(options, method: method, data: loaded, session: session).path($0)
      }
      return try SelectionRun(
        options, method: method, planted: planted, data: loaded, learner: learner, path: path,
        folds: folds, session: session, start: start
      ).result()
    }
  }

  /// The race with the judge that was asked for, and its share of the time.
  private func prepared(_ race: Race, _ loaded: LoadedData) throws -> Race {
    var race = race
    if judging.judge != JudgeName.none, loaded.hasTarget {
      race.learner = try judging.foldLearner(for: loaded)
    }
    race.scaling = judging.scaling
    if let limit = choice.timeLimit {
      let rounds = (choice.seeds + choice.threads - 1) / choice.threads
      race.secondsLimit = limit / 2 / Double(rounds)
    }
    return race
  }

  /// A method may do without a target; what measures the choice by one cannot.
  private func refuseWithoutTarget(_ loaded: LoadedData) throws {
    if loaded.hasTarget { return }
    let asked = [
      ("--judge", judging.judge.map { $0 != .none } ?? false), ("--baselines", judging.baselines),
      ("--path", choice.path != nil), ("--folds", folding.folds != nil),
    ]
    guard let option = asked.first(where: \.1)?.0 else { return }
    throw ToolError.usage(
      "\(data.data[0]): nothing says what to predict, as \(option) needs; give --target or --labels"
    )
  }
}
