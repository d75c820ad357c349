import ArgumentParser
import Espalier

extension TableFormat: ExpressibleByArgument {}

/// `espalier convert`: data or a trained network in another format.
struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes data, or a trained network, in another format.",
    usage: """
      espalier convert <data> ... <output> [<options>]
      espalier convert <model> <output> [<options>]
      """,
    discussion: """
      The last path is the file to write; its name tells the format:
        .csv .tsv           text with a header line
        .npz                NumPy arrays X, y and columns
        .libsvm .svm        label index:value ..., zeros left out
        .espalier           Espalier's column store: opens at once whatever its
                            size, and is read a column at a time
        .onnx .safetensors  a network: the first path is the folder of a training,
                            its model.safetensors, or an ONNX file

      Examples:
        espalier convert table.csv.gz table.espalier --target class
        espalier convert COIL20.mat coil20.npz
        espalier convert train-images-idx3-ubyte.gz mnist.espalier \\
          --labels train-labels-idx1-ubyte.gz
        espalier convert runs/rigl rigl.onnx
        espalier convert torchvision.safetensors resnet18.onnx \\
          --network resnet18 --classes 1000

      The column of --target and the labels of --labels stay labels. Text becomes
      a column store as it is read, in a few hundred megabytes of memory. A column
      store also says which columns --weight and --group-column are. NPZ and LIBSVM
      hold numbers: of a column of categories each level becomes a column of zeros
      and ones.

      An ONNX file has the scaling of the training inside and takes columns as they
      are encoded; its sparse layers are dense ones with zeros. Of an ONNX file that
      is read, all operators that are not known are named.
      """)

  @OptionGroup(title: "Data") var data: DataOptions

  @OptionGroup(title: "Data") var dropping: DropOptions

  @OptionGroup(title: "Network") var architecture: ArchitectureOptions

  @Option(
    help: ArgumentHelp(
      "Columns to write, as --drop, and no others but the target, weights and groups.",
      valueName: "columns"))
  var keep: [String] = []

  @Option(help: "The format to write, where the name of the file does not tell.")
  var to: TableFormat?

  @Flag(
    help: """
      Images of the ONNX file to write have their channels first, as in PyTorch; they do anyway if \
      those of the file read have, or the network was trained here.
      """)
  var channelsFirst = false

  @Flag(help: "Replace a file of this name.")
  var force = false

  func run() throws {
    guard data.data.count > 1, let output = data.data.last else {
      throw ToolError.usage("convert needs the data and the file to write; name both")
    }
    if let format = ModelFormat(path: output) {
      try convertModel(to: format, path: output)
      return
    }
    if data.data.count == 2, NamedNetwork.isModel(data.data[0]) {
      throw ToolError.usage("\(output): a network becomes a file .onnx or .safetensors; rename it")
    }
    if channelsFirst { throw ToolError.usage("--channels-first is for a file .onnx; leave it out") }
    if architecture.network != nil {
      throw ToolError.usage("--network is for a file of parameters alone; leave it out")
    }
    var source = data.source()
    source.paths.removeLast()
    let (kept, dropped) = (columnList(keep), dropping.columns)
    if !kept.isEmpty && !dropped.isEmpty {
      throw ToolError.usage("--keep and --drop exclude each other; give one")
    }
    if !kept.isEmpty { source.columns = .only(kept) }
    if !dropped.isEmpty { source.columns = .except(dropped) }
    guard let format = to ?? TableFormat(path: output) else {
      let known = TableFormat.allCases.map { ".\($0.rawValue)" }.joined(separator: ", ")
      throw ToolError.usage(
        "\(output): its name tells no format (\(known)); rename it or give --to")
    }
    if (source.paths + [data.labels].compactMap(\.self)).contains(where: { isSameFile($0, output) })
    {
      throw ToolError.usage("\(output): is one of the inputs; give the output another name")
    }
    try OutputFile.check(output, force: force)
    let written = try TableWriter.convert(source, to: format, path: output)
    for note in written.notes { Terminal.tell("note: \(Terminal.printable(note))\n") }
    let labels = written.labelColumns.count
    let featureCount = written.columnCount - labels
    try Terminal.show(
      "\(output)  \(Wording.count(written.rowCount, "row")), "
        + Wording.count(featureCount, "column")
        + (labels == 0 ? "\n" : labels == 1 ? " and the target\n" : " and \(labels) targets\n"))
  }

  private func convertModel(to format: ModelFormat, path: String) throws {
    guard data.data.count == 2 else {
      throw ToolError.usage("\(path): one network at a time; name one model and the file to write")
    }
    if channelsFirst && format == .safetensors {
      throw ToolError.usage("--channels-first is for a file .onnx; leave it out")
    }
    let file = try NamedNetwork.file(data.data[0])
    if isSameFile(file, path) {
      throw ToolError.usage("\(path): is the input; give the output another name")
    }
    try OutputFile.check(path, force: force)
    let model = try ModelFile(path: file, architecture)
    try model.write(to: path, as: format, channelsFirst: channelsFirst)
    let network = model.network
    try Terminal.show(
      "\(path)  \(Wording.count(network.parameterCount, "parameter")), "
        + "\(network.inputShape) to \(network.outputShape)\n")
  }
}
