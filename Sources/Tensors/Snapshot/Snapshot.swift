/// The state of a computation at one moment: named arrays, and named parts that are snapshots of
/// their own.
///
/// What saves itself into a snapshot goes on from it to the very same bits. Names have no slash:
/// that joins those of parts in a file.
public struct Snapshot: Sendable {
  /// The numbers of an array, in one of the types that a file keeps exactly.
  public enum Values: Sendable {
    /// Numbers of 32 bits.
    case float([Float])
    /// Numbers of 64 bits.
    case double([Double])
    /// Whole numbers of 32 bits with a sign.
    case int32([Int32])
    /// Whole numbers of 64 bits with a sign.
    case int64([Int64])
    /// Whole numbers of 64 bits.
    case uint64([UInt64])
    /// Whole numbers of 16 bits.
    case uint16([UInt16])
    /// Bytes.
    case uint8([UInt8])
  }

  /// The arrays by name.
  public internal(set) var arrays: [String: Values] = [:]
  /// The parts by name.
  public internal(set) var parts: [String: Snapshot] = [:]

  /// Creates a snapshot of nothing.
  public init() {}

  /// Creates a snapshot of texts in their order.
  ///
  /// - Parameter texts: The texts.
  public init(textList texts: [String]) {
    save("counts", texts.map(\.utf8.count))
    save("texts", .uint8(texts.flatMap { Array($0.utf8) }))
  }

  /// Whether there is nothing in it.
  public var isEmpty: Bool { arrays.isEmpty && parts.isEmpty }

  /// Whether there is an array or a part of a name.
  ///
  /// - Parameter name: The name.
  /// - Returns: Whether there is.
  public func has(_ name: String) -> Bool { arrays[name] != nil || parts[name] != nil }

  /// The bytes of all arrays together.
  public var byteCount: Int {
    arrays.reduce(0) { $0 + $1.value.byteCount } + parts.reduce(0) { $0 + $1.value.byteCount }
  }

  /// Takes a part out.
  ///
  /// - Parameter name: The name.
  /// - Returns: The part; nil if there is none.
  public mutating func take(part name: String) -> Snapshot? { parts.removeValue(forKey: name) }

  // MARK: Saving

  /// Takes in an array; one of the same name is replaced.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - values: The numbers.
  public mutating func save(_ name: String, _ values: Values) {
    require(!name.isEmpty && !name.contains("/"), "Snapshot: the name '\(name)'")
    arrays[name] = values
  }

  /// Takes in whole numbers.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - values: The numbers.
  public mutating func save(_ name: String, _ values: [Int]) {
    save(name, .int64(values.map { Int64($0) }))
  }

  /// Takes in a whole number.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - value: The number; nil leaves the name out.
  public mutating func save(_ name: String, _ value: Int?) {
    if let value { save(name, [value]) }
  }

  /// Takes in a number.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - value: The number; nil leaves the name out.
  public mutating func save(_ name: String, _ value: Double?) {
    if let value { save(name, .double([value])) }
  }

  /// Takes in a truth value.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - value: The value.
  public mutating func save(_ name: String, _ value: Bool) { save(name, [value]) }

  /// Takes in truth values.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - values: The values.
  public mutating func save(_ name: String, _ values: [Bool]) {
    save(name, .uint8(values.map { $0 ? 1 : 0 }))
  }

  /// Takes in a text.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - text: The text.
  public mutating func save(_ name: String, _ text: String) {
    save(name, .uint8(Array(text.utf8)))
  }

  /// Takes in the state of a part.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - part: The state; nil leaves the name out.
  public mutating func save(_ name: String, _ part: Snapshot?) {
    require(!name.isEmpty && !name.contains("/"), "Snapshot: the name '\(name)'")
    if let part { parts[name] = part }
  }
}

extension Snapshot.Values {
  /// How many numbers there are.
  public var count: Int {
    switch self {
    case .float(let values): values.count
    case .double(let values): values.count
    case .int32(let values): values.count
    case .int64(let values): values.count
    case .uint64(let values): values.count
    case .uint16(let values): values.count
    case .uint8(let values): values.count
    }
  }

  /// The bytes that they take.
  public var byteCount: Int { count * typeSize }

  /// The bytes of one number.
  var typeSize: Int {
    switch self {
    case .float, .int32: 4
    case .double, .int64, .uint64: 8
    case .uint16: 2
    case .uint8: 1
    }
  }
}
