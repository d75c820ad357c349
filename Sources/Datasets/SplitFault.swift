/// Why rows cannot be divided.
public enum SplitFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// All rows are of one subject, which is never on both sides.
  case oneSubject(rowCount: Int)

  /// One sentence with the remedy.
  public var description: String {
    switch self {
    case .oneSubject(let count):
      "all \(count) rows are of one group (--group-column), and a group stands on one side of a"
        + " split; add rows of other groups, or leave the option out"
    }
  }
}
