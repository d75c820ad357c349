import Espalier

/// What the activations of a network do on data.
struct EntropyInspection {
  private let title: String
  private let network: Network
  private let layers: [LayerEntropy]
  private let budgets: [Int: Int]
  private let budget = LayerBudget()
  private let estimator: EntropyEstimator
  private let tolerance: Double
  private let rowCount: Int

  /// Runs the network over all rows.
  ///
  /// - Parameters:
  ///   - path: The model.
  ///   - foreign: What a file of another program does not say.
  ///   - data: Where the data are.
  ///   - options: How entropies are estimated.
  /// - Throws: ``ToolError``, or why a file cannot be read.
  init(
    path: String, _ foreign: ForeignOptions, _ data: DataOptions, _ options: EntropyOptions
  ) throws {
    let file = try NamedNetwork.file(path)
    var model =
      try foreign.model(file, data.source())
      ?? Model.described(at: file).scalingPixels(foreign, path: file)
    let trained = model.trained
    guard !trained.network.rectifierLayers.isEmpty else {
      let reason = LayerPruningError.noRectifiers(found: trained.network.curvedActivationKinds)
      throw ToolError(.badData, "\(file): \(reason)")
    }
    let features = try model.rows(data.source(), image: trained.network.planes).rows.features.store
    guard features.rowCount > 0 else { throw ToolError(.badData, "\(data.title): has no rows") }
    let states = ActivationStates(
      of: trained.network, on: features, rows: Array(0..<features.rowCount),
      scaler: trained.scaler, estimator: options.estimator)
    title = path
    network = trained.network
    layers = states.entropies(tolerance: options.tolerance)
    budgets = budget.weightCounts(
      for: network, Dictionary(uniqueKeysWithValues: layers.map { ($0.rectifier.node, $0) }))
    (estimator, tolerance, rowCount) = (options.estimator, options.tolerance, features.rowCount)
  }

  /// The weights that a layer would lose.
  private func loss(of layer: LayerEntropy) -> Int {
    layer.rectifier.product.flatMap { budgets[$0] } ?? 0
  }
}

extension EntropyInspection {
  /// The layers as text for people, at most 80 columns wide.
  var text: String {
    var table = TextTable([
      ("layer", .left), ("off", .right), ("mixed", .right), ("on", .right), ("entropy", .right),
      ("normal", .right), ("|w|", .right), ("irrelev.", .right), ("weights", .right),
      ("goes", .right),
    ])
    for layer in layers {
      let units = Double(max(layer.states.count, 1))
      func share(_ count: Int) -> String { "\(Int((100 * Double(count) / units).rounded())) %" }
      let (mixed, on) = (layer.count(.mixed), layer.count(.on))
      table.append([
        Terminal.printable(layer.rectifier.name).clippedStart(to: 14),
        share(layer.states.count - mixed - on), share(mixed), share(on),
        Wording.decimal(layer.entropy, 4),
        layer.normalEntropy.map { Wording.decimal($0, 2) } ?? "-",
        Wording.decimal(layer.meanMagnitude, 4), Wording.decimal(layer.irrelevance, 4),
        Wording.count(layer.weightCount), Wording.count(loss(of: layer)),
      ])
    }
    var lines =
      [Terminal.strong(Terminal.printable(title))] + table.lines(indent: "")
      + [""] + Wording.fact("rows", Wording.count(rowCount))
    lines += Wording.fact(
      "linear", "\(layers.count(where: \.isLinear)) of \(Wording.count(layers.count, "layer"))")
    if let worst = layers.max(by: { $0.substitutionError < $1.substitutionError }),
      worst.substitutionError > 0
    {
      lines += Wording.fact(
        "error",
        "at most \(Wording.score(worst.substitutionError)) if units on one side become straight"
          + " lines (\(Terminal.printable(worst.rectifier.name)))")
    }
    if let worst = layers.max(by: { $0.lineError < $1.lineError }) {
      lines += Wording.fact(
        "lines",
        "wrong by at most \(Wording.score(worst.lineError)) if all units become straight ones"
          + " (\(Terminal.printable(worst.rectifier.name)))")
    }
    lines += Wording.fact(
      "goes",
      "what a first iteration of NEPENTHE would remove: a share of"
        + " \(Wording.decimal(budget.prunedShare, 2)) of the weights of layers with entropy")
    return lines.joined(separator: "\n") + "\n"
  }

  /// The layers as one JSON object, schema 1.
  var json: JSON {
    .object([
      ("schema", .integer(1)),
      ("version", .string(EspalierCommand.version)),
      ("verb", .string("inspect")),
      ("title", .string(title)),
      ("rows", .integer(rowCount)),
      ("estimator", .string(estimator.rawValue)),
      ("tolerance", .number(tolerance)),
      ("prunedShare", .number(budget.prunedShare)),
      ("linearLayers", .integer(layers.count(where: \.isLinear))),
      ("layers", .array(layers.map(json))),
    ])
  }

  private func json(_ layer: LayerEntropy) -> JSON {
    .object([
      ("name", .string(layer.rectifier.name)),
      ("kind", .string(type(of: network.nodes[layer.rectifier.node].operation).kind)),
      (
        "weightsOf",
        .optional(layer.rectifier.product) { .string(network.nodes[$0].name) }
      ),
      ("isBypassed", .bool(layer.rectifier.isBypassed)),
      ("units", .integer(layer.states.count)),
      ("off", .integer(layer.count(.off))), ("mixed", .integer(layer.count(.mixed))),
      ("on", .integer(layer.count(.on))), ("clipped", .integer(layer.count(.clipped))),
      ("silent", .integer(layer.count(.silent))),
      ("entropy", .number(layer.entropy)),
      ("normalEntropy", .optional(layer.normalEntropy, JSON.number)),
      ("substitutionError", .number(layer.substitutionError)),
      ("lineError", .number(layer.lineError)),
      ("weights", .integer(layer.weightCount)),
      ("meanMagnitude", .number(layer.meanMagnitude)),
      ("irrelevance", .number(layer.irrelevance)),
      ("budget", .integer(loss(of: layer))),
    ])
  }
}
