/// What the report of a run shows, whatever the run did.
public enum RunReport: Sendable, Equatable, Codable {
  /// A selection.
  case selection(SelectionReport)
  /// The training of a network.
  case training(TrainingReport)
  /// A network that was made smaller.
  case pruning(PruningReport)

  /// Renders the report as one HTML page that needs nothing else: no file and no network.
  ///
  /// - Returns: The page, encoded as UTF-8 when written.
  public func html() -> String {
    switch self {
    case .selection(let report): report.html()
    case .training(let report): report.html()
    case .pruning(let report): report.html()
    }
  }
}
