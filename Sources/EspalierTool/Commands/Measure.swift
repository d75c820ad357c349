import ArgumentParser
import Espalier

/// `espalier measure`: how fast a network computes.
struct Measure: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures how fast a network computes, or learns, on this machine.",
    usage: "espalier measure [<model>] [<options>]",
    discussion: """
      Examples:
        espalier measure runs/rigl
        espalier measure runs/rigl --batch 1,64 --json
        espalier measure small --against runs/auto
        espalier measure --network mlp:1000-100 --inputs 784 --classes 10
        espalier measure --network resnet18-cifar --classes 10 --batch 32 --training

      On one thread, on random numbers, with normalisation folded into the layers
      before it where the network is not trained. The machine's peak is what the
      product of two large matrices reaches in the same run.
      """)

  @Argument(help: "The folder of a training, its model.safetensors, or an ONNX file.")
  var model: String?

  @OptionGroup(title: "Network") var architecture: ArchitectureOptions

  @Option(
    help: ArgumentHelp(
      "How many samples are computed together (default: 1,64).", valueName: "k,k,..."))
  var batch: CountList?

  @Option(
    help: ArgumentHelp(
      "Another network, run in turns with the first: how much faster that is.",
      valueName: "model"))
  var against: String?

  @Flag(help: "Measure a step of training (forward, backward and update) instead of inference.")
  var training = false

  @Flag(help: "Compute activations of that step again instead of keeping them: less memory.")
  var saveMemory = false

  @Option(help: ArgumentHelp("How long each batch is measured.", valueName: "seconds"))
  var seconds = 1.0

  @Flag(help: "Print one JSON object instead of a table.")
  var json = false

  func validate() throws {
    if against != nil && training { throw ValidationError("--against has no --training") }
    if saveMemory && !training { throw ValidationError("--save-memory needs --training") }
    guard seconds > 0, seconds <= 3600 else {
      throw ValidationError("--seconds is \(seconds), but must be above 0 and at most 3600")
    }
    if let count = counts.first(where: { !(1...65536).contains($0) }) {
      throw ValidationError("--batch is \(count), but must be in 1...65536")
    }
  }

  private var counts: [Int] { batch?.counts ?? [1, 64] }

  func run() throws {
    let named = try NamedNetwork(path: model, architecture)
    let other = try against.map { try NamedNetwork(path: $0, ArchitectureOptions.parse([])) }
    let peak = InferenceMeasurement.machinePeak()
    PeakMemory.reset()
    let rows = counts.map { count in
      let networks = [named.network] + (other.map { [$0.network] } ?? [])
      let measured =
        training
        ? [
          InferenceMeasurement.measureTraining(
            named.network, batchCount: count, seconds: seconds, savesMemory: saveMemory)
        ] : InferenceMeasurement.compare(networks, batchCount: count, seconds: seconds)
      return Row(
        measured: measured[0], other: measured.dropFirst().first, peakBytes: PeakMemory.bytes(),
        machinePeak: peak)
    }
    try Terminal.show(
      json ? object(named, other, rows, peak).text : text(named, other, rows, peak))
  }

  /// What is told of a batch.
  private struct Row {
    var measured: InferenceMeasurement
    /// The network that it is compared with.
    var other: InferenceMeasurement?
    var peakBytes: Int?
    var machinePeak: Double

    var fraction: Double { machinePeak > 0 ? measured.multiplyAddRate / machinePeak : 0 }
  }

  private func text(
    _ named: NamedNetwork, _ other: NamedNetwork?, _ rows: [Row], _ peak: Double
  ) -> String {
    var table = TextTable([
      ("batch", .right), ("median", .right), ("p95", .right), ("samples/s", .right),
      ("of the peak", .right), ("memory", .right),
    ])
    for row in rows {
      table.append([
        "\(row.measured.batchCount)", Wording.time(row.measured.median),
        Wording.time(row.measured.highest), Wording.count(Int(row.measured.throughput)),
        Wording.decimal(100 * row.fraction, 1) + " %",
        row.peakBytes.map(Wording.bytes) ?? "-",
      ])
    }
    let network = named.network
    let lines =
      [Terminal.strong(Terminal.printable(named.title))] + table.lines() + [""]
      + Wording.fact(
        "network",
        "\(Wording.count(network.parameterCount, "parameter")),"
          + " \(Wording.count(network.multiplyAdds, "multiply-add")) a sample")
      + (other.map { other in rows.flatMap { comparison(other, $0) } } ?? [])
      + Wording.fact(
        "machine", "\(Wording.decimal(peak / 1e9, 1)) billion multiply-adds a second at its peak")
    return lines.joined(separator: "\n") + "\n"
  }

  /// How a network compares with another.
  private func comparison(_ other: NamedNetwork, _ row: Row) -> [String] {
    guard let measured = row.other else { return [] }
    let promised = Double(row.measured.multiplyAdds) / Double(max(measured.multiplyAdds, 1))
    let time = row.measured.processorMedian / max(measured.processorMedian, 1e-12)
    return Wording.fact(
      "batch \(row.measured.batchCount)",
      "\(Terminal.printable(other.title)) takes \(Wording.time(measured.median)); the time is"
        + " \(Wording.decimal(row.measured.median / max(measured.median, 1e-12), 3)) of it, the"
        + " processor's \(Wording.decimal(time, 3)), the multiply-adds"
        + " \(Wording.decimal(promised, 3))")
  }

  private func object(
    _ named: NamedNetwork, _ other: NamedNetwork?, _ rows: [Row], _ peak: Double
  ) -> JSON {
    .object([
      ("schema", .integer(1)),
      ("version", .string(EspalierCommand.version)),
      ("verb", .string("measure")),
      ("title", .string(named.title)),
      ("training", .bool(training)),
      ("saveMemory", .bool(saveMemory)),
      ("threads", .integer(1)),
      ("parameters", .integer(named.network.parameterCount)),
      ("multiplyAdds", .integer(named.network.multiplyAdds)),
      ("bytes", .integer(named.parameterBytes)),
      ("machineMultiplyAddsPerSecond", .number(peak)),
      (
        "batches",
        .array(
          rows.map { row in
            .object([
              ("batch", .integer(row.measured.batchCount)),
              ("runs", .integer(row.measured.seconds.count)),
              ("medianSeconds", .number(row.measured.median)),
              ("p95Seconds", .number(row.measured.highest)),
              ("processorSeconds", .number(row.measured.processorMedian)),
              ("samplesPerSecond", .number(row.measured.throughput)),
              ("multiplyAddsPerSecond", .number(row.measured.multiplyAddRate)),
              ("fractionOfPeak", .number(row.fraction)),
              ("peakBytes", .optional(row.peakBytes, JSON.integer)),
              (
                "against",
                .optional(row.other) { measured in
                  .object([
                    ("title", .optional(other?.title, JSON.string)),
                    ("multiplyAdds", .optional(other?.network.multiplyAdds, JSON.integer)),
                    ("medianSeconds", .number(measured.median)),
                    ("processorSeconds", .number(measured.processorMedian)),
                  ])
                }
              ),
            ])
          })
      ),
    ])
  }
}
