/// Keeps the state of a long computation, so that it can go on where it was.
///
/// A computation that is given a state goes on from it to the very same bits.
public protocol StateKeeper: Sendable {
  /// The state from which the computation is to go on; nil where it begins.
  var savedState: Snapshot? { get }

  /// What the computation came to an earlier time, so that it need not be done again.
  var savedResult: Snapshot? { get }

  /// Offers the state at a moment from which the computation can go on.
  ///
  /// - Parameter state: Called if it is time to keep a state.
  func keep(state: () -> Snapshot)

  /// Offers the result of a computation that has come to its end.
  ///
  /// - Parameter result: Called if results are kept.
  func finish(with result: () -> Snapshot)
}

extension StateKeeper {
  /// None.
  public var savedState: Snapshot? { nil }

  /// None.
  public var savedResult: Snapshot? { nil }

  /// Keeps nothing.
  ///
  /// - Parameter state: Not called.
  public func keep(state: () -> Snapshot) {}

  /// Keeps nothing.
  ///
  /// - Parameter result: Not called.
  public func finish(with result: () -> Snapshot) {}
}
