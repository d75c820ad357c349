import ArgumentParser
import Espalier

/// `espalier predict`: a trained network on new rows.
struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Applies a trained network to new rows.",
    usage: "espalier predict <model> <data> ... [<options>]",
    discussion: """
      Examples:
        espalier predict runs/rigl new.csv
        espalier predict runs/rigl/model.safetensors new.csv --output predicted.csv
        espalier predict torchvision.safetensors photos --network resnet18 \\
          --classes 1000 --mean 0.485,0.456,0.406 --deviation 0.229,0.224,0.225

      Writes a line of CSV for each row: the class and the probability of each class,
      or the number. Columns are found by name, in any order, and go through the
      encoding and the scaling of the training. The data need no target; where it is
      there, standard error tells how many predictions are right. Pictures are
      brought to the size of the training. A safetensors file of another program
      holds parameters only: --network names the network, and its tensors are
      found by name and must have the right shapes.
      """)

  @Argument(help: "The folder of a training, its model.safetensors, or an ONNX file.")
  var model: String

  @OptionGroup(title: "Data") var data: DataOptions

  @OptionGroup(title: "Network") var foreign: ForeignOptions

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The CSV file to write, instead of standard output.", valueName: "file"))
  var output: String?

  @Flag(help: "Replace a file of this name.")
  var force = false

  @Flag(name: [.short, .long], help: "Say nothing on standard error.")
  var quiet = false

  func run() throws {
    let file = try NamedNetwork.file(model)
    if let output {
      if ([file] + data.data).contains(where: { isSameFile($0, output) }) {
        throw ToolError.usage("\(output): is one of the inputs; give --output another name")
      }
      try OutputFile.check(output, force: force)
    }
    var model = try foreign.model(file, data.source()) ?? read(file)
    let (rows, tookColumns) = try model.rows(data.source(), image: model.trained.network.planes)
    let path = data.data[0]
    let table = try PredictionTable(model, rows, path: path)
    let score = try score(of: table, model, rows, path: path)
    if let output {
      try AtomicFile.write(table.text, to: output)
    } else {
      try Terminal.show(table.text)
    }
    if quiet { return }
    if tookColumns { Terminal.tell("note: \(Model.columnNote)\n") }
    for note in notes(rows, model) + [score].compactMap(\.self) {
      Terminal.tell(Terminal.printable(note) + "\n")
    }
  }

  /// Reads the model; what only has parameters does not say what goes in and what comes out.
  private func read(_ file: String) throws -> Model {
    do {
      return try Model(anyAt: file).scalingPixels(foreign, path: file)
    } catch ModelError.noArchitecture {
      throw ToolError(
        .badData,
        "\(file): holds parameters, but not the network they belong to; name it with --network, or"
          + " name a model of espalier train")
    }
  }

  /// How good the predictions are, where the data tell; a target that was asked for must be one of
  /// the model's kind.
  private func score(
    of table: PredictionTable, _ model: Model, _ rows: NewRows, path: String
  ) throws -> String? {
    guard let labels = rows.labels else { return nil }
    let truth: Target
    do {
      truth = try Target(labels, matching: table.target.subset([]), path: path)
    } catch {
      guard data.target.isEmpty && data.labels == nil else { throw error }
      return "note: \(error); how good the predictions are is not known"
    }
    let predictions = Predictions(table.target)
    let metric = predictions.defaultMetric
    return predictions.value(of: metric, against: truth, weights: nil).map {
      "\(Wording.metric(metric.rawValue)) \(Wording.decimal($0, 4)) on "
        + Wording.count(truth.count, "row")
    }
  }

  private func notes(_ rows: NewRows, _ model: Model) -> [String] {
    var notes: [String] = []
    if foreign.mean == nil && foreign.deviation == nil && model.takesUnscaledPixels
      && rows.features.store.imageShape != nil
    {
      notes.append(
        "note: the network gets pixels of 0...255, as its file says nothing of a scaling; where it"
          + " was trained on others, --mean 0 brings them to 0...1, and --deviation divides them")
    }
    if let first = rows.additional.first {
      let rest = rows.additional.count - 1
      notes.append(
        "note: column '\(first)'" + (rest > 0 ? " and \(Wording.count(rest)) more are" : " is")
          + " not read by the network")
    }
    let unknown = rows.features.unknownLevelCount
    if unknown > 0 {
      notes.append(
        "note: \(Wording.count(unknown, "cell")) of categorical columns hold a value that no training"
          + " row has; they count as none")
    }
    return notes
  }
}
