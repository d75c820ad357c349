import ArgumentParser
import Espalier

extension InputScaling: ExpressibleByArgument {}

/// How the classes of a training row count.
enum ClassWeight: String, CaseIterable, ExpressibleByArgument {
  case balanced, none
}

/// Where settings come from that are not given.
enum ProtocolName: String, CaseIterable, ExpressibleByArgument {
  case standard
  case released
  case paper240804583 = "paper-2408.04583"
}

/// The widths of hidden layers, such as `1000-100`.
struct LayerWidths: ExpressibleByArgument, Equatable {
  var counts: [Int]

  init?(argument: String) {
    let parts = argument.split(separator: "-", omittingEmptySubsequences: false)
    let counts = parts.compactMap { Int($0) }
    guard counts.count == parts.count, counts.allSatisfy({ $0 > 0 }) else { return nil }
    self.counts = counts
  }
}

/// The settings of every method that trains a network, each one optional: what is not given
/// follows the protocol.
struct TrainingOptions: ParsableArguments {
  @Option(
    name: .customLong("protocol"),
    help: """
      Where settings come from that are not given: this package; the authors' code of \
      EntryPrune; that of the sparse networks.
      """)
  var preset: ProtocolName?

  @Option(help: "How columns are scaled, by the training rows alone.")
  var scale: InputScaling?

  @Option(help: "Whether every class counts the same, or every row.")
  var classWeight: ClassWeight?

  @Option(
    help: ArgumentHelp("The hidden units: 100, or 1000-100 for two layers.", valueName: "widths"))
  var hidden: LayerWidths?

  @Option(help: ArgumentHelp("The rows of a mini-batch.", valueName: "n"))
  var batch: Int?

  @Option(help: ArgumentHelp("Adam's step size.", valueName: "rate"))
  var learningRate: Float?

  @Option(help: ArgumentHelp("The factor of Adam's weight decay.", valueName: "factor"))
  var weightDecay: Float?

  @Option(
    help: ArgumentHelp(
      "End when the loss of held-out training rows has not fallen for so many rounds.",
      valueName: "n"))
  var patience: Int?

  @Option(
    help: ArgumentHelp("The share of the training rows that is held out then.", valueName: "share"))
  var validationFraction: Double?

  /// Whether any setting is given.
  var areGiven: Bool {
    preset != nil || scale != nil || classWeight != nil || hidden != nil || batch != nil
      || learningRate != nil || weightDecay != nil || patience != nil || validationFraction != nil
  }

  /// The width of the one hidden layer of EntryPrune.
  func singleHidden() throws -> Int? {
    guard let hidden else { return nil }
    guard hidden.counts.count == 1 else {
      throw ToolError.usage("--hidden names \(hidden.counts.count) layers, but EntryPrune has one")
    }
    return hidden.counts[0]
  }

  /// Refuses a protocol of another method.
  func preset(among known: [ProtocolName], of method: String) throws -> ProtocolName {
    let preset = preset ?? .standard
    guard known.contains(preset) else {
      throw ToolError.usage(
        "--protocol \(preset.rawValue) is none of \(method); "
          + "give \(known.map(\.rawValue).joined(separator: " or "))")
    }
    return preset
  }
}
