import ArgumentParser
import Espalier

/// Which connections a network has, and how they change.
enum TopologyName: String, CaseIterable, ExpressibleByArgument {
  case set
  case originalSET = "set-original"
  case rigl
  case originalRigL = "rigl-original"
  case `static`
  case dense
  case magnitude
  case iterativeMagnitude = "iterative-magnitude"

  /// How connections change while the network is trained.
  var rule: TopologyRule {
    switch self {
    case .set: .set
    case .originalSET: .originalSET
    case .rigl: .rigl
    case .originalRigL: .originalRigL
    case .static, .dense, .magnitude, .iterativeMagnitude: .static
    }
  }
}

/// The network that is trained.
struct NetworkOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      The network: mlp:1000-100 for two hidden layers of 1000 and 100 units; auto, or auto:2, for \
      three, or two, of equal width, with as many parameters as training rows; or one for images: \
      \(ImageArchitecture.names).
      """, valueName: "shape"))
  var network = "mlp:1000-100"

  @Option(
    help: ArgumentHelp(
      "What the channels of a network for images are multiplied by (default: 1).",
      valueName: "factor"))
  var width: Double?

  @Option(
    name: .customLong("topology"),
    help: """
      Which connections exist: few, replaced as SET or RigL do (or as they did when first \
      published) or left as drawn; all; or those that pruning leaves, at once or in rounds \
      (default: set, of a network for images and of auto dense).
      """)
  var topologyName: TopologyName?

  @Option(
    help: ArgumentHelp(
      "The share of the weights that do not exist (default: 0.95).", valueName: "share"))
  var sparsity: Double?

  @Option(
    help: ArgumentHelp(
      "The largest number of epochs; for pruning, of those before it (default: 200).",
      valueName: "n"))
  var epochs: Int?

  @Option(
    help: ArgumentHelp(
      "How often iterative-magnitude prunes (default: 10).", valueName: "n"))
  var rounds: Int?

  @Option(
    help: ArgumentHelp(
      "The largest number of epochs after each pruning (default: 20).", valueName: "n"))
  var roundEpochs: Int?

  /// A recipe with the settings given.
  ///
  /// - Parameters:
  ///   - standard: Where settings come from that are not given.
  ///   - learning: How the network learns.
  /// - Returns: The recipe.
  /// - Throws: ``ToolError`` if options exclude each other.
  func recipe(
    _ standard: TrainingRecipe, _ learning: LearningOptions
  ) throws -> TrainingRecipe {
    var recipe = standard
    if let epochs { recipe.epochCount = epochs }
    learning.apply(to: &recipe)
    if try generalLayerCount() != nil {
      try requireDense()
      guard width == nil else {
        throw ToolError.usage("--width needs a network for images: \(ImageArchitecture.names)")
      }
      (recipe.sparsity, recipe.topology) = (0, .static)
      return recipe
    }
    if let architecture = ImageArchitecture(rawValue: network) {
      try requireDense()
      (recipe.architecture, recipe.width) = (architecture, width ?? 1)
      (recipe.sparsity, recipe.topology) = (0, .static)
      return recipe
    }
    guard width == nil else {
      throw ToolError.usage("--width needs a network for images: \(ImageArchitecture.names)")
    }
    recipe.hiddenCounts = try Self.hiddenCounts(network)
    recipe.topology = topology.rule
    switch (topology, sparsity) {
    case (.dense, let sparsity?) where sparsity != 0:
      throw ToolError.usage(
        "--topology dense excludes --sparsity \(sparsity); leave one of them out")
    case (.dense, _): recipe.sparsity = 0
    case (_, 0):
      throw ToolError.usage(
        "--sparsity 0 leaves --topology \(topology.rawValue) nothing to do; give --topology dense")
    case (_, let sparsity?): recipe.sparsity = sparsity
    case (_, nil): break
    }
    return recipe
  }

  /// Which connections exist, whatever the network.
  private var topology: TopologyName { topologyName ?? .set }

  private func requireDense() throws {
    guard sparsity ?? 0 == 0, topologyName ?? .dense == .dense else {
      throw ToolError.usage(
        "--network \(network) is dense; leave --sparsity and --topology out, or take mlp:1000-100")
    }
  }

  /// The hidden layers of the general model of ODF2NNA; nil for another network.
  func generalLayerCount() throws -> Int? {
    guard network == "auto" || network.hasPrefix("auto:") else { return nil }
    guard network != "auto" else { return 3 }
    guard let count = Int(network.dropFirst(5)), (1...20).contains(count) else {
      throw ToolError.usage(
        "--network \(network): the number of layers is a whole number in 1...20, as in auto:2")
    }
    return count
  }

  /// Which connections the network has; all of one for images and of the general model.
  var usedTopology: TopologyName {
    ImageArchitecture(rawValue: network) == nil && !network.hasPrefix("auto") ? topology : .dense
  }

  /// How the trained network is pruned; nil for a topology that does not prune.
  func pruning(_ recipe: TrainingRecipe) throws -> PruningRecipe? {
    if rounds != nil && topology != .iterativeMagnitude {
      throw ToolError.usage("--rounds needs --topology iterative-magnitude")
    }
    guard topology == .magnitude || topology == .iterativeMagnitude else {
      guard roundEpochs == nil else {
        throw ToolError.usage(
          "--round-epochs needs --topology magnitude or iterative-magnitude")
      }
      return nil
    }
    var pruning = PruningRecipe(
      sparsity: recipe.sparsity, roundCount: topology == .magnitude ? 1 : rounds ?? 10)
    if let roundEpochs { pruning.epochCount = roundEpochs }
    return pruning
  }

  /// The widths of the hidden layers of a network that is named.
  static func hiddenCounts(_ network: String) throws -> [Int] {
    let parts = network.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let example = "as in --network mlp:1000-100"
    guard parts[0] == "mlp" else {
      throw ToolError.usage(
        "--network: no network '\(parts[0])'; there is mlp, \(example), and \(ImageArchitecture.names)"
      )
    }
    guard parts.count == 2, !parts[1].isEmpty else {
      throw ToolError.usage("--network \(network) names no layers; give their widths, \(example)")
    }
    guard let widths = LayerWidths(argument: String(parts[1])) else {
      throw ToolError.usage(
        "--network \(network): widths are whole numbers from 1 with dashes between them, \(example)"
      )
    }
    return widths.counts
  }
}

/// The random numbers of a run and its end.
struct RunOptions: ParsableArguments {
  @Option(help: "The seed of the random numbers.")
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp("Stop after so long, with the best so far.", valueName: "seconds"))
  var timeLimit: Double?

  func validate() throws {
    if let timeLimit, !(timeLimit > 0 && timeLimit <= 1e9) {
      throw ValidationError("--time-limit is \(timeLimit), but must be above 0 and at most 1e9")
    }
  }
}

extension ImageArchitecture {
  /// The names of all, for messages.
  static var names: String {
    allCases.map(\.rawValue).joined(separator: ", ")
  }
}
