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
          --classes 10 --fewer-operations 0.3 --plan

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
    if units.plan && (output.output != nil || resuming.resume) {
      throw ToolError.usage("--plan writes nothing and goes on with nothing; leave the folder out")
    }
    try resuming.check(output)
    let input = try PruningInput(model: model, foreign, data, test)
    let call = PruningCall(options: self, input: input, start: start)
    if units.plan {
      let planned = try call.plannedPruning()
      return try Terminal.show(output.json ? planned.json.text : planned.text)
    }
    let identity = RunIdentity(
      verb: "prune units", title: data.title, settings: call.settings, data: input.data)
    guard let session = try Session(output, resuming, identity) else { return }
    try session.carryOut(output) { try call.result(session) }
  }
}
