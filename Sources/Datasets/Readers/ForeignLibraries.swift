import Synchronization

/// Libraries that must not be called by two threads at once: HDF5, and libmatio that uses it.
enum ForeignLibraries {
  private static let lock = Mutex(())

  /// Runs a function while no other thread does.
  ///
  /// - Parameter body: The function.
  /// - Returns: What it returns.
  /// - Throws: What it throws.
  static func exclusively<Value: Sendable>(
    _ body: () throws(DatasetError) -> Value
  ) throws(DatasetError) -> Value {
    try lock.withLock { _ throws(DatasetError) -> Value in try body() }
  }
}
