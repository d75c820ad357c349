/// The columns of a table by name, or else by 0-based index.
public struct ColumnPositions: Sendable {
  private var positions: [String: Int] = [:]
  private let count: Int
  /// The first name that stands twice, or nil.
  public private(set) var repeated: String?

  /// Numbers names.
  ///
  /// - Parameter names: The name of each column.
  public init(_ names: [String]) {
    count = names.count
    positions.reserveCapacity(count)
    for (position, name) in names.enumerated() {
      if positions.updateValue(position, forKey: name) != nil { repeated = repeated ?? name }
    }
  }

  /// Finds a column by its name.
  ///
  /// - Parameter name: The name.
  /// - Returns: The column, or nil.
  public func named(_ name: String) -> Int? { positions[name] }

  /// Finds a column by its name, or else by its index.
  ///
  /// - Parameter name: The name, or the 0-based index as text.
  /// - Returns: The column, or nil.
  public func find(_ name: String) -> Int? {
    positions[name] ?? Int(name).flatMap { (0..<count).contains($0) ? $0 : nil }
  }
}
