import CAllocationCounter

/// Counts the allocations that the calling thread makes.
public enum AllocationCounter {
  /// Whether this system lets a program count its allocations.
  public static var isAvailable: Bool { espalier_can_count_allocations() }

  /// Counts the allocations during a closure.
  ///
  /// - Parameter body: The closure.
  /// - Returns: The number.
  public static func count(_ body: () -> Void) -> Int {
    let before = espalier_allocation_count()
    body()
    return Int(espalier_allocation_count() - before)
  }
}
