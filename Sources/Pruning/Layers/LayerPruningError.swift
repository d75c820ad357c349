import Networks
import Training

/// Why a network cannot be made shallower.
public enum LayerPruningError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A setting is outside its range.
  case badSetting(name: String, value: String, range: String)
  /// No activation has linear parts, or none has weights in front of it; of which kinds there are.
  case noRectifiers(found: [String])
  /// There are no rows to judge the network on.
  case noValidationRows
  /// The network is no better than one that ignores its inputs.
  case atChance(score: Double, chance: Double)
  /// A layer without a path around it would lose all its weights.
  case cut(layer: String, iteration: Int)
  /// The training failed, or the data will not do.
  case training(TrainingError)

  /// Whether the request is at fault, rather than the data.
  public var isUsage: Bool {
    switch self {
    case .badSetting, .cut: true
    case .training(let error): error.isUsage
    case .noRectifiers, .noValidationRows, .atChance: false
    }
  }

  /// One sentence with the remedy.
  public var description: String {
    switch self {
    case .badSetting(let name, let value, let range):
      "\(name) is \(value), but must be \(range)"
    case .noRectifiers(let found):
      "the network has no activation with linear parts behind weights"
        + (found.isEmpty ? "" : " (it has \(found.joined(separator: ", ")))")
        + "; layers can go that end in \(RectifierForm.names)"
    case .noValidationRows:
      "no rows are held out to judge the network on; give a larger validation fraction"
    case .atChance(let score, let chance):
      "the network is right on a share of \(rounded(score)) of the validation rows, no more than one"
        + " that ignores its inputs (\(rounded(chance))); train it first, or name the data that it"
        + " was trained on"
    case .cut(let layer, let iteration):
      "iteration \(iteration) would remove all weights of \(layer), and no path leads around it: the"
        + " output would no longer depend on the input; lower the share, or allow the cut"
    case .training(let error):
      error.description
    }
  }
}

/// The number to four decimals, as text.
private func rounded(_ value: Double) -> String {
  "\((value * 10_000).rounded() / 10_000)"
}
