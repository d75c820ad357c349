import Training

/// Why a network cannot be made narrower as asked.
public enum UnitPruningError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A setting is outside its range.
  case badSetting(name: String, value: String, range: String)
  /// No unit of the network can be removed, and why, the first reason of each layer.
  case nothingToRemove([String])
  /// No unit of a layer is above the threshold.
  case emptiesLayer(name: String, threshold: Double)
  /// All units of a layer put out the same for all rows.
  case constantLayer(name: String, rowCount: Int)
  /// A layer without units cannot be left out.
  case cannotSkip(name: String, reason: String)
  /// There are other numbers of widths and of layers.
  case wrongWidths(given: Int, layers: [String])
  /// A layer was asked to have more units than it has, or none.
  case badWidth(layer: String, asked: Int, width: Int)
  /// No threshold leaves so little.
  case tooMuchStays(of: UnitPruningBudget.Cost, fewest: Int, wanted: Int)
  /// A score needs normalised channels, and a layer has none.
  case noNormalization(layer: String)
  /// There are no rows to judge by.
  case noValidationRows
  /// One row more or less is a larger drop than is allowed.
  case tooFewValidationRows(Int, needed: Int, maximumDrop: Double)
  /// Units cannot be taken out.
  case removal(UnitRemovalError)
  /// The training failed.
  case training(TrainingError)

  /// Whether the request is at fault, rather than the data or the network.
  public var isUsage: Bool {
    switch self {
    case .badSetting, .wrongWidths, .badWidth, .emptiesLayer, .tooFewValidationRows, .cannotSkip,
      .noNormalization, .tooMuchStays:
      true
    case .training(let error): error.isUsage
    case .nothingToRemove, .constantLayer, .noValidationRows, .removal: false
    }
  }

  /// One sentence with the remedy.
  public var description: String {
    switch self {
    case .badSetting(let name, let value, let range):
      "\(name) is \(value), but must be \(range)"
    case .nothingToRemove(let reasons):
      "no unit of the network can be removed"
        + (reasons.isEmpty ? "; it has no hidden layer" : ": " + reasons.joined(separator: "; "))
    case .emptiesLayer(let name, let threshold):
      "a threshold of \(threshold) leaves no unit of \(name); lower it, or let the layer keep its"
        + " best unit"
    case .constantLayer(let name, let rowCount):
      "every unit of \(name) puts out the same for all \(rowCount) rows, so the network does not"
        + " look at its inputs; train it anew"
    case .cannotSkip(let name, let reason):
      "\(name) cannot be left out: \(reason); let it keep its best unit"
    case .wrongWidths(let given, let layers):
      "\(given) width(s) for \(layers.count) layer(s) that can be narrower"
        + " (\(layers.joined(separator: ", ")))"
        + (given > layers.count ? "; the output layer keeps its units" : "; give one for each")
    case .badWidth(let layer, let asked, let width):
      "\(layer) is to keep \(asked) of its \(width) units; give a width in 1...\(width)"
    case .tooMuchStays(let cost, let fewest, let wanted):
      "no threshold leaves \(wanted) \(cost.rawValue): with a unit of each layer there are \(fewest); remove"
        + " a smaller share"
    case .noNormalization(let layer):
      "\(layer) has no batch normalisation whose scale could be its score; take another score"
    case .noValidationRows:
      "no rows are held out to judge by; hold out a share of the training rows"
    case .tooFewValidationRows(let count, let needed, let drop):
      "one of \(count) validation rows is more than the allowed drop of \(drop); it takes"
        + " \(needed) rows to see one: hold out more, or allow a drop of 0 or at least"
        + " \((10_000 / Double(max(count, 1))).rounded(.up) / 10_000)"
    case .removal(let error):
      error.description
    case .training(let error):
      error.description
    }
  }
}
