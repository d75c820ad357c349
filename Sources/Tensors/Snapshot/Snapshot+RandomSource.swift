extension Snapshot {
  /// Takes in the state of a generator.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - random: The generator.
  public mutating func save(_ name: String, _ random: RandomSource) {
    save(name, .uint64(random.state))
  }

  /// A generator that goes on where the saved one was.
  ///
  /// - Parameter name: The name.
  /// - Returns: The generator.
  /// - Throws: ``SnapshotError`` if there is no such state.
  public func random(_ name: String) throws(SnapshotError) -> RandomSource {
    guard let random = RandomSource(state: try words(name, count: 5)) else {
      throw .impossibleValue(name)
    }
    return random
  }
}
