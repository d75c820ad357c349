import ArgumentParser
import Espalier

/// `espalier inspect`: what the data are understood to be, or what a network consists of.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says what the data are understood to be, or what a network consists of.",
    usage: "espalier inspect <data> ... [<options>]",
    discussion: """
      Examples:
        espalier inspect patients.csv
        espalier inspect patients.csv --target diagnosis --columns 50
        espalier inspect genotypes.espalier --json
        espalier inspect runs/rigl
        espalier inspect --network mlp:1000-100 --inputs 784 --classes 10
        espalier inspect runs/relu table.csv --entropy

      Shows rows, columns and their kinds, missing cells, the classes and their
      sizes, and columns that tell nothing: constant ones, copies, identifiers and
      row numbers. The cells of a column store are compared with their checksums;
      a damaged column is named, and the exit status is 65. Of a network, which the
      folder of a training, a model.safetensors, an ONNX file or --network gives,
      shows nodes, parameters, multiply-adds and bytes.
      """)

  @OptionGroup(title: "Data") var data: DataOptions

  @OptionGroup(title: "Network") var foreign: ForeignOptions

  @OptionGroup(title: "Network") var entropy: EntropyOptions

  @Option(help: ArgumentHelp("How many columns are shown one by one.", valueName: "n"))
  var columns = 20

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if columns < 0 { throw ValidationError("--columns \(columns) is negative; give 0 or more") }
  }

  func run() throws {
    if entropy.entropy {
      guard data.data.count > 1 else {
        throw ToolError.usage("--entropy needs a model and data; name both, the model first")
      }
      var data = data
      let inspection = try EntropyInspection(
        path: data.data.removeFirst(), foreign, data, entropy)
      try Terminal.show(json ? inspection.json.text : inspection.text)
      return
    }
    if foreign.mean != nil || foreign.deviation != nil {
      throw ToolError.usage("--mean and --deviation are for --entropy; leave them out")
    }
    let architecture = foreign.architecture
    if architecture.network != nil || (data.data.count == 1 && NamedNetwork.isModel(data.data[0])) {
      if data.data.count > 1 { throw ToolError.usage("one network at a time; name one file") }
      let named = try NamedNetwork(path: data.data.first, architecture)
      try Terminal.show(json ? named.json.text : named.text)
      return
    }
    if data.data.isEmpty { throw ToolError.usage("no data; name a file, or give --network") }
    let inspection = try TableInspection(data.source(), task: data.task)
    let shown = (0..<min(columns, inspection.table.columnCount)).map {
      inspection.table.detail(of: $0)
    }
    try Terminal.show(
      json
        ? inspection.json(title: data.title, details: shown).text
        : inspection.lines(title: data.title, details: shown).joined(separator: "\n") + "\n")
    guard let damaged = inspection.damagedColumns, !damaged.isEmpty else {
      if data.missing == .error { try inspection.table.refuseGaps(path: data.data[0]) }
      return
    }
    throw DatasetError.corrupt(
      path: data.data[0], reason: ColumnStore.damage(of: damaged, in: inspection.table))
  }
}
