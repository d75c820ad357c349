import ArgumentParser
import Espalier

/// `espalier train`: a network on a table, dense or sparse.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains a network, dense or sparse, and says what it cost.",
    usage: "espalier train <data> ... [<options>]",
    discussion: """
      Examples:
        espalier train table.csv --target class --test-fraction 0.2
        espalier train train-images-idx3-ubyte.gz \\
          --labels train-labels-idx1-ubyte.gz --test t10k-images-idx3-ubyte.gz \\
          --test-labels t10k-labels-idx1-ubyte.gz \\
          --network mlp:1000-100 --sparsity 0.95 --topology rigl --output runs/rigl
        espalier train table.csv --target class --topology iterative-magnitude \\
          --sparsity 0.9 --rounds 5 --json
        espalier train table.csv --target class --network auto --output runs/auto
        espalier train data_batch_1.bin --test test_batch.bin \\
          --network resnet18-cifar --width 0.25 --epochs 8 \\
          --augment flip,crop:4 --optimizer sgd --schedule cosine

      Only the connections that exist are stored, multiplied and trained. Rows
      held out are seen neither by scaling nor by training. Ctrl-C ends the
      training with the best so far and exit status 75, a second one ends at
      once; with --output it can go on later: give the same command --resume. A
      time limit ends it with exit status 0 and a note in the result.
      """)

  @OptionGroup(title: "Data") var data: DataOptions
  @OptionGroup(title: "Data") var dropping: DropOptions
  @OptionGroup(title: "Network") var network: NetworkOptions
  @OptionGroup(title: "Learning") var learning: LearningOptions
  @OptionGroup(title: "Learning") var schedule: ScheduleOptions
  @OptionGroup(title: "Learning") var step: StepOptions
  @OptionGroup(title: "Learning") var limits: RunOptions
  @OptionGroup(title: "Rows held out") var test: TestOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Output") var resuming: ResumeOptions

  func run() throws {
    let start = ContinuousClock.now
    // First without the data, which may take long to read.
    try check(recipe(TrainingRecipe()))
    try resuming.check(output)
    let loaded = try LoadedData(data, test, dropping: DroppedColumns(names: dropping.columns))
    try learning.check(loaded.training.target)
    let recipe = try recipe(standard(for: loaded))
    let pruning = try network.pruning(recipe)
    let identity = RunIdentity(
      verb: "train", title: data.title,
      settings: TrainingCall.settings(self, recipe, pruning, loaded), data: loaded)
    guard let session = try Session(output, resuming, identity) else { return }
    try session.carryOut(output) {
      try TrainingCall(
        options: self, recipe: recipe, pruning: pruning, data: loaded, session: session,
        start: start
      ).result()
    }
  }

  /// Where settings come from that are not given.
  private func standard(for data: LoadedData) throws -> TrainingRecipe {
    guard let layerCount = try network.generalLayerCount() else {
      return .standard(for: data.training, rows: data.trainingRows)
    }
    return .general(for: data.training, rows: data.trainingRows, layerCount: layerCount)
  }

  func recipe(_ standard: TrainingRecipe) throws -> TrainingRecipe {
    var recipe = try network.recipe(standard, learning)
    schedule.apply(to: &recipe, learning)
    try step.apply(to: &recipe)
    return recipe
  }

  func check(_ recipe: TrainingRecipe) throws {
    try recipe.check()
    try network.pruning(recipe)?.check()
  }
}
