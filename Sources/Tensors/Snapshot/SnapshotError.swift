/// Why a computation cannot go on from a snapshot.
public enum SnapshotError: Error, Hashable, Sendable, CustomStringConvertible {
  /// An array or a part is missing.
  case missing(String)
  /// An array is of another type.
  case wrongType(String)
  /// An array has another length.
  case wrongCount(String, found: Int, needed: Int)
  /// A value cannot be.
  case impossibleValue(String)
  /// The bytes are none of a snapshot.
  case damaged(String)

  /// One sentence.
  public var description: String {
    switch self {
    case .missing(let name): "the saved state has no '\(name)'"
    case .wrongType(let name): "'\(name)' of the saved state is of another type"
    case .wrongCount(let name, let found, let needed):
      "'\(name)' of the saved state has \(found) numbers, not \(needed)"
    case .impossibleValue(let name): "'\(name)' of the saved state has a value that cannot be"
    case .damaged(let reason): "the saved state is damaged: \(reason)"
    }
  }
}
