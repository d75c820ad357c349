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
  @OptionGroup(title: "Network") var foreign: ForeignOptions
  @OptionGroup(title: "Layers") var layers: LayerPruningOptions
  @OptionGroup(title: "Retraining") var refinement: RefinementOptions
  @OptionGroup(title: "Retraining") var schedule: ScheduleOptions
  @OptionGroup(title: "Rows held out") var test: TestOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Output") var resuming: ResumeOptions

  func run() throws {
    let start = ContinuousClock.now
    var method = layers.method()
    if let count = refinement.epochs { method.epochCount = count }
    try method.check()
    try resuming.check(output)
    let input = try PruningInput(model: model, foreign, data, test)
    let call = LayerPruningCall(options: self, input: input, start: start)
    let identity = RunIdentity(
      verb: "prune layers", title: data.title, settings: call.settings, data: input.data)
    guard let session = try Session(output, resuming, identity) else { return }
    try session.carryOut(output) { try call.result(session) }
  }
}
