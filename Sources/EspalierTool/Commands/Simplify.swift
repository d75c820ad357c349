import ArgumentParser
import Espalier

/// `espalier simplify`: a network that computes the same with less.
struct Simplify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes a network that computes the same with less.",
    usage: "espalier simplify <model> [<data> ...] --output <file> [<options>]",
    discussion: """
      Examples:
        espalier simplify network.onnx --output smaller.onnx
        espalier simplify runs/rigl table.csv --output smaller.safetensors
        espalier simplify resnet18.safetensors --network resnet18 --classes 1000 \\
          --output resnet18.onnx

      What goes changes no output, but for rounding: normalisations are folded into
      the layers before them, constants carried into what reads them, units that
      nobody reads and copies of others removed, layers with nothing between them
      multiplied into one where that is cheaper, and dropout and the like left out.
      What could go and stays is named with the reason.

      Both networks then run on the rows of the data, or on random numbers; where
      they differ by more than --tolerance, nothing is written. The result predicts;
      trained further it would not follow the batch, and drop nothing.
      """)

  @Argument(help: "The folder of a training, its model.safetensors, or an ONNX file.")
  var model: String

  @OptionGroup(title: "Data") var data: DataOptions

  @OptionGroup(title: "Network") var architecture: ArchitectureOptions

  @Option(
    help: ArgumentHelp(
      "By how much outputs may differ, as a share of the largest; and weights of units that count"
        + " as copies, of their largest.", valueName: "share"))
  var tolerance = 1e-5

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("The file to write, .onnx or .safetensors.", valueName: "file"))
  var output: String

  @Flag(
    help: """
      Images of the ONNX file to write have their channels first, as in PyTorch; they do anyway if \
      those of the file read have, or the network was trained here.
      """)
  var channelsFirst = false

  @Option(
    help: ArgumentHelp(
      "A page to write as well: the network before and after, and what went.", valueName: "file"))
  var report: String?

  @Flag(help: "Replace a file of this name.")
  var force = false

  @Flag(help: "Print one JSON object instead of text.")
  var json = false

  func validate() throws {
    guard tolerance >= 1e-7, tolerance <= 0.1 else {
      throw ValidationError("--tolerance is \(tolerance), but must be in 1e-7...0.1")
    }
  }

  func run() throws {
    guard let format = ModelFormat(path: output) else {
      throw ToolError.usage("\(output): is neither .onnx nor .safetensors; rename it")
    }
    if channelsFirst && format == .safetensors {
      throw ToolError.usage("--channels-first is for a file .onnx; leave it out")
    }
    let file = try NamedNetwork.file(model)
    for (option, path) in [("--output", output), ("--report", report)] {
      guard let path else { continue }
      if ([file] + data.data).contains(where: { isSameFile($0, path) }) {
        throw ToolError.usage("\(path): is one of the inputs; give \(option) another name")
      }
      try OutputFile.check(path, force: force)
    }
    if output == report { throw ToolError.usage("--report and --output are one file; give two") }
    var content = try ModelFile(path: model, architecture)
    let original = content
    let rows = try read(content)
    // Copies up to the tolerance first; where that adds up to more, none but exact ones.
    var found = original.network.simplified(tolerance: tolerance)
    content.network = found.network
    var difference = difference(original, content, rows)
    if difference.relative > tolerance {
      found = original.network.simplified()
      content.network = found.network
      difference = self.difference(original, content, rows)
    }
    guard difference.relative <= tolerance else {
      throw ToolError(
        .badData,
        "\(file): rounding alone changes its outputs by \(Wording.score(difference.relative)) of the"
          + " largest; give a larger --tolerance")
    }
    try content.write(to: output, as: format, channelsFirst: channelsFirst)
    let result = SimplificationResult(
      title: model, output: output, isOnRows: rows != nil, before: original.network,
      after: found.network, report: found.report, difference: difference)
    if let report { try AtomicFile.write(result.page.html(), to: report) }
    try Terminal.show(json ? result.json.text : result.text)
  }

  /// The rows on which the networks are compared; nil where none are given.
  private func read(_ file: ModelFile) throws -> FeatureStore? {
    guard !data.data.isEmpty else { return nil }
    guard var model = file.model else {
      throw ToolError(
        .badData, "\(self.model): does not say what columns it reads; leave the data out")
    }
    return try model.rows(data.source(), image: model.trained.network.planes).rows.features.store
  }

  private func difference(
    _ first: ModelFile, _ second: ModelFile, _ rows: FeatureStore?
  ) -> OutputDifference {
    guard let rows, let before = first.model?.trained, let after = second.model?.trained else {
      return OutputDifference(first.network, second.network)
    }
    let all = Array(0..<rows.rowCount)
    return OutputDifference(
      before.outputs(for: rows, rows: all), after.outputs(for: rows, rows: all))
  }
}
