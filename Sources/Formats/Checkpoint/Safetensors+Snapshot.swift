import Tensors

/// A snapshot as a container of arrays. The name of an array is that of its parts and its own, joined
/// by slashes; each array has one dimension.
extension Safetensors {
  /// Holds a snapshot.
  ///
  /// - Parameter snapshot: The state; equal ones give equal bytes.
  package init(_ snapshot: Snapshot) {
    self.init()
    append(snapshot, prefix: "")
  }

  private mutating func append(_ snapshot: Snapshot, prefix: String) {
    for (name, values) in snapshot.arrays.sorted(by: { $0.key < $1.key }) {
      let name = prefix + name
      switch values {
      case .float(let values): append(SafetensorsArray(name, values))
      case .double(let values): append(SafetensorsArray(name, values))
      case .int32(let values): append(SafetensorsArray(name, values))
      case .int64(let values): append(SafetensorsArray(name, values))
      case .uint64(let values): append(SafetensorsArray(name, values))
      case .uint16(let values): append(SafetensorsArray(name, values))
      case .uint8(let values): append(SafetensorsArray(name, values))
      }
    }
    for (name, part) in snapshot.parts.sorted(by: { $0.key < $1.key }) {
      append(part, prefix: "\(prefix)\(name)/")
    }
  }

  /// The snapshot that the file holds.
  ///
  /// - Returns: The snapshot.
  /// - Throws: `SnapshotError.damaged` if an array is of a type, a shape or a name that no snapshot
  ///   has.
  package func snapshot() throws(SnapshotError) -> Snapshot {
    var snapshot = Snapshot()
    for array in arrays {
      let path = array.name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard array.shape.rank == 1, path.count <= 32, !path.contains(""),
        let values = Snapshot.Values(array)
      else { throw .damaged("no state has an array such as '\(array.name)'") }
      try snapshot.insert(values, at: path[...])
    }
    return snapshot
  }
}

extension Snapshot {
  fileprivate mutating func insert(
    _ values: Values, at path: ArraySlice<String>
  ) throws(SnapshotError) {
    let name = path[path.startIndex]
    if path.count == 1 {
      save(name, values)
      return
    }
    var part = take(part: name) ?? Snapshot()
    try part.insert(values, at: path.dropFirst())
    save(name, part)
  }
}

extension Snapshot.Values {
  fileprivate init?(_ array: SafetensorsArray) {
    switch array.type {
    case .float32: self.init(array, Float.self) { .float($0) }
    case .float64: self.init(array, Double.self) { .double($0) }
    case .int32: self.init(array, Int32.self) { .int32($0) }
    case .int64: self.init(array, Int64.self) { .int64($0) }
    case .uint64: self.init(array, UInt64.self) { .uint64($0) }
    case .uint16: self.init(array, UInt16.self) { .uint16($0) }
    case .uint8: self.init(array, UInt8.self) { .uint8($0) }
    default: return nil
    }
  }

  private init?<Element: SafetensorsElement>(
    _ array: SafetensorsArray, _ type: Element.Type, _ convert: ([Element]) -> Snapshot.Values
  ) {
    guard let elements = array.elements(as: type) else { return nil }
    self = convert(elements)
  }
}
