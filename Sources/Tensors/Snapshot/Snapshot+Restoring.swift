/// What a computation takes back. Everything is checked: whatever a file says, restoring from it
/// ends in a state that can be or in an error.
extension Snapshot {
  /// The part of a name.
  ///
  /// - Parameter name: The name.
  /// - Returns: The part.
  /// - Throws: ``SnapshotError/missing(_:)``.
  public func part(_ name: String) throws(SnapshotError) -> Snapshot {
    guard let part = parts[name] else { throw .missing(name) }
    return part
  }

  /// An array of floats.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - count: How many there must be; nil for any number.
  /// - Returns: The numbers.
  /// - Throws: ``SnapshotError`` if there is no such array.
  public func floats(_ name: String, count: Int? = nil) throws(SnapshotError) -> [Float] {
    guard case .float(let values) = try values(name, count) else { throw .wrongType(name) }
    return values
  }

  /// An array of doubles.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - count: How many there must be; nil for any number.
  /// - Returns: The numbers.
  /// - Throws: ``SnapshotError`` if there is no such array.
  public func doubles(_ name: String, count: Int? = nil) throws(SnapshotError) -> [Double] {
    guard case .double(let values) = try values(name, count) else { throw .wrongType(name) }
    return values
  }

  /// An array of whole numbers.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - count: How many there must be; nil for any number.
  ///   - range: Where each of them must lie.
  /// - Returns: The numbers.
  /// - Throws: ``SnapshotError`` if there is no such array.
  public func integers(
    _ name: String, count: Int? = nil, in range: Range<Int>
  ) throws(SnapshotError) -> [Int] {
    guard case .int64(let values) = try values(name, count) else { throw .wrongType(name) }
    var integers: [Int] = []
    integers.reserveCapacity(values.count)
    for value in values {
      guard let integer = Int(exactly: value), range.contains(integer) else {
        throw .impossibleValue(name)
      }
      integers.append(integer)
    }
    return integers
  }

  /// An order of things that are numbered from 0: each number once.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - count: How many things there are.
  /// - Returns: The order.
  /// - Throws: ``SnapshotError`` if there is no such order.
  public func order(_ name: String, count: Int) throws(SnapshotError) -> [Int] {
    let order = try integers(name, count: count, in: 0..<max(count, 1))
    var isTaken = [Bool](repeating: false, count: count)
    for place in order {
      if isTaken[place] { throw .impossibleValue(name) }
      isTaken[place] = true
    }
    return order
  }

  /// An array of whole numbers of 32 bits.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - count: How many there must be; nil for any number.
  /// - Returns: The numbers.
  /// - Throws: ``SnapshotError`` if there is no such array.
  public func int32s(_ name: String, count: Int? = nil) throws(SnapshotError) -> [Int32] {
    guard case .int32(let values) = try values(name, count) else { throw .wrongType(name) }
    return values
  }

  /// An array of words of 64 bits.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - count: How many there must be; nil for any number.
  /// - Returns: The words.
  /// - Throws: ``SnapshotError`` if there is no such array.
  public func words(_ name: String, count: Int? = nil) throws(SnapshotError) -> [UInt64] {
    guard case .uint64(let values) = try values(name, count) else { throw .wrongType(name) }
    return values
  }

  /// An array of words of 16 bits.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - count: How many there must be; nil for any number.
  /// - Returns: The words.
  /// - Throws: ``SnapshotError`` if there is no such array.
  public func shortWords(_ name: String, count: Int? = nil) throws(SnapshotError) -> [UInt16] {
    guard case .uint16(let values) = try values(name, count) else { throw .wrongType(name) }
    return values
  }

  /// An array of bytes.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - count: How many there must be; nil for any number.
  /// - Returns: The bytes.
  /// - Throws: ``SnapshotError`` if there is no such array.
  public func bytes(_ name: String, count: Int? = nil) throws(SnapshotError) -> [UInt8] {
    guard case .uint8(let values) = try values(name, count) else { throw .wrongType(name) }
    return values
  }

  private func values(_ name: String, _ count: Int?) throws(SnapshotError) -> Values {
    guard let values = arrays[name] else { throw .missing(name) }
    if let count, count != values.count {
      throw .wrongCount(name, found: values.count, needed: count)
    }
    return values
  }

  // MARK: Single values

  /// A whole number.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - range: Where it must lie; by default from 0 to 2^53.
  /// - Returns: The number.
  /// - Throws: ``SnapshotError`` if there is no such number.
  public func integer(
    _ name: String, in range: ClosedRange<Int> = 0...1 << 53
  ) throws(SnapshotError) -> Int {
    try integers(name, count: 1, in: range.lowerBound..<range.upperBound + 1)[0]
  }

  /// A number; it may be infinite or none.
  ///
  /// - Parameter name: The name.
  /// - Returns: The number.
  /// - Throws: ``SnapshotError`` if there is no such number.
  public func double(_ name: String) throws(SnapshotError) -> Double {
    try doubles(name, count: 1)[0]
  }

  /// A truth value.
  ///
  /// - Parameter name: The name.
  /// - Returns: The value.
  /// - Throws: ``SnapshotError`` if there is no such value.
  public func flag(_ name: String) throws(SnapshotError) -> Bool {
    try flags(name, count: 1)[0]
  }

  /// Truth values.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - count: How many there must be; nil for any number.
  /// - Returns: The values.
  /// - Throws: ``SnapshotError`` if there are no such values.
  public func flags(_ name: String, count: Int? = nil) throws(SnapshotError) -> [Bool] {
    let bytes = try bytes(name, count: count)
    guard bytes.allSatisfy({ $0 <= 1 }) else { throw .impossibleValue(name) }
    return bytes.map { $0 == 1 }
  }

  /// A text.
  ///
  /// - Parameter name: The name.
  /// - Returns: The text.
  /// - Throws: ``SnapshotError`` if there is no such text.
  public func text(_ name: String) throws(SnapshotError) -> String {
    guard let text = String(validating: try bytes(name), as: UTF8.self) else {
      throw .impossibleValue(name)
    }
    return text
  }

  /// The texts of a part that was made of them.
  ///
  /// - Returns: The texts.
  /// - Throws: ``SnapshotError`` if there are no such texts.
  public func textList() throws(SnapshotError) -> [String] {
    var rest = try bytes("texts")[...]
    var texts: [String] = []
    for count in try integers("counts", in: 0..<rest.count + 1) {
      guard count <= rest.count,
        let text = String(validating: rest.prefix(count), as: UTF8.self)
      else { throw .impossibleValue("texts") }
      texts.append(text)
      rest = rest.dropFirst(count)
    }
    guard rest.isEmpty else { throw .impossibleValue("counts") }
    return texts
  }
}
