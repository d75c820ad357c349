import ArgumentParser
import Espalier

/// `espalier prune layers`: fewer layers.
struct PruneLayers: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "layers",
    abstract: "Prunes weights until layers become linear, and removes units that do nothing.",
    usage: "espalier prune layers <model> <data> ... [<options>]",
    discussion: """
      Examples:
        espalier prune layers runs/relu table.csv --target class \\
          --test-fraction 0.2 --max-drop 0.01 --output shallow
        espalier prune layers net.onnx table.csv --target class --paper \\
          --epochs 160 --output shallow
        espalier prune layers runs/relu table.csv --target class \\
          --budget magnitude --output control

      NEPENTHE: in each iteration layers lose weights, those the most whose
      rectifiers are surest to be on or off, and the network is trained again;
      the last one within the limit is the result. Of that, units go that put
      out the same number on all training rows, or that nobody reads: rows and
      columns of the weights are gone, the outputs on these rows are not changed.
      Weights pruned besides are 0 and stored all the same. Give the data, test
      rows and target of the training; inspect --entropy shows what to expect.
      """)

  @Argument(help: "The folder of a training, its model.safetensors, or an ONNX file.")
  var model: String

  @OptionGroup(title: "Data") var data: DataOptions
  @OptionGroup(title: "Layers") var layers: LayerPruningOptions
  @OptionGroup(title: "Retraining") var refinement: RefinementOptions
  @OptionGroup(title: "Retraining") var schedule: ScheduleOptions
  @OptionGroup(title: "Rows held out") var test: TestOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Output") var resuming: ResumeOptions

  func run() throws {
    let start = ContinuousClock.now
    try layers.method().check()
    try resuming.check(output)
    let file = try NamedNetwork.file(model)
    let content = try Model.described(at: file)
    let loaded = try LoadedData(data, test, encoding: content.encoding)
    let former = FormerTraining(model: file)
    let call = LayerPruningCall(
      options: self, model: content, former: former, data: loaded, start: start)
    let identity = RunIdentity(
      verb: "prune layers", title: data.title, settings: call.settings, data: loaded)
    guard let session = try Session(output, resuming, identity) else { return }
    let result: LayerPruningResult
    do {
      result = try call.result(session)
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
}
