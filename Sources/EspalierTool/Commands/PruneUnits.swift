import ArgumentParser
import Espalier

/// `espalier prune units`: narrower layers.
struct PruneUnits: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "units",
    abstract: "Removes units of a trained network and trains the rest a little.",
    usage: "espalier prune units <model> <data> ... [<options>]",
    discussion: """
      Examples:
        espalier prune units runs/auto table.csv --target class \\
          --test-fraction 0.2 --max-drop 0.01 --output small
        espalier prune units net.onnx table.csv --target class --epsilon 0.5 \\
          --mode absolute --bias published-sum --output small
        espalier prune units runs/auto table.csv --target class --keep 20-12-9
        espalier prune units torchvision.safetensors photos --network resnet18 \\
          --classes 10 --fewer-operations 0.3

      A unit that puts out nearly the same for all rows goes (ODF2NNA); its mean
      is carried into the next layer. Rows and columns of the weights are gone:
      the network is smaller and faster. With --max-drop the strongest threshold
      is searched for at which the accuracy on the validation rows, after a short
      training, falls by no more; of a regression it is the explained share of
      the variance. Give the data, test rows and target of the training.
      """)

  @Argument(help: "The folder of a training, its model.safetensors, or an ONNX file.")
  var model: String

  @OptionGroup(title: "Data") var data: DataOptions
  @OptionGroup(title: "Network") var foreign: ForeignOptions
  @OptionGroup(title: "Units") var units: UnitPruningOptions
  @OptionGroup(title: "Refinement") var refinement: RefinementOptions
  @OptionGroup(title: "Refinement") var distillation: DistillationOptions
  @OptionGroup(title: "Rows held out") var test: TestOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Output") var resuming: ResumeOptions

  func run() throws {
    let start = ContinuousClock.now
    try units.method().check()
    try resuming.check(output)
    let file = try NamedNetwork.file(model)
    var content = try unnamed(file) ?? Model.described(at: file).scalingPixels(foreign, path: file)
    let (loaded, tookColumns) = try load(for: &content)
    let former = FormerTraining(model: file)
    let identity = RunIdentity(
      verb: "prune units", title: data.title,
      settings: try PruningCall.settings(self, former, content), data: loaded)
    guard let session = try Session(output, resuming, identity) else { return }
    let result: PruningResult
    do {
      result = try PruningCall(
        options: self, model: content, former: former, data: loaded,
        dataNotes: tookColumns ? [Model.columnNote] : [], session: session, start: start
      ).result()
    } catch {
      session.discard(after: error)
      throw error
    }
    try Terminal.show(
      output.json
        ? result.json.text
        : result.table(reportPath: output.output.map { "\($0)/report.html" }))
    try session.endIfStopped(result.isCutShort)
  }

  /// A model of a file that holds parameters only: what its outputs mean follows from the target.
  private func unnamed(_ file: String) throws -> Model? {
    guard var model = try foreign.model(file, data.source()) else { return nil }
    let names = model.trained.classNames ?? []
    model.trained.meaning = .outputs(names: names, scales: names.map { _ in .identity })
    return model
  }

  /// The rows; a model whose columns have no names takes those of the table in their order.
  private func load(for model: inout Model) throws -> (data: LoadedData, tookColumns: Bool) {
    do {
      return (try LoadedData(data, test, encoding: model.encoding), false)
    } catch let error as DatasetError {
      guard case .columnsDiffer = error, !model.namesColumns else { throw error }
      let loaded = try LoadedData(data, test)
      guard loaded.training.features.columnCount == model.trained.columnNames.count else {
        throw error
      }
      model.trained.columnNames = loaded.training.features.columnNames
      return (loaded, true)
    }
  }
}
