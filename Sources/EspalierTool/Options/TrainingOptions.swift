import ArgumentParser
import Espalier

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

/// The settings of every selection that trains a network, each one optional: what is not given
/// follows the protocol.
struct TrainingOptions: ParsableArguments {
  @Option(
    name: .customLong("protocol"),
    help: """
      Where settings come from that are not given: this package; the authors' code of \
      EntryPrune; that of the sparse networks.
      """)
  var preset: ProtocolName?

  @Option(
    help: ArgumentHelp("The hidden units: 100, or 1000-100 for two layers.", valueName: "widths"))
  var hidden: LayerWidths?

  @OptionGroup var learning: LearningOptions

  /// The settings that are given.
  var given: [String] {
    (preset == nil ? [] : ["--protocol"]) + (hidden == nil ? [] : ["--hidden"]) + learning.given
  }

  var scale: InputScaling? { learning.scale }
  var classWeight: ClassWeight? { learning.classWeight }
  var batch: Int? { learning.batch }
  var learningRate: Float? { learning.learningRate }
  var weightDecay: Float? { learning.weightDecay }
  var patience: Int? { learning.patience }
  var validationFraction: Double? { learning.validationFraction }

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
