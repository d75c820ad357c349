import Datasets
import Tensors

/// A safetensors file as a value: arrays with names, and texts about them.
///
///     var file = Safetensors()
///     file.append(SafetensorsArray("weight", tensor))
///     file.metadata["made by"] = "me"
///     try file.write(to: "model.safetensors")
///
/// A file is mapped into memory when it is opened: only its header is read.
///
/// - Source: The format as huggingface.co/docs/safetensors describes it. Its 4-, 6- and 8-bit
///   floating-point numbers and its complex numbers are not read.
public struct Safetensors: Sendable, Equatable {
  /// The arrays in the order of their bytes; no two have the same name.
  public private(set) var arrays: [SafetensorsArray] = []
  /// Texts about the file, by key.
  public var metadata: [String: String]
  /// The file that was opened, for errors; empty for what was made here.
  public private(set) var path = ""
  /// The bytes of the file that was opened; nil for what was made here.
  public private(set) var fileByteCount: Int?
  private var places: [String: Int] = [:]

  /// Creates a file without arrays.
  ///
  /// - Parameter metadata: Texts about it, by key.
  public init(metadata: [String: String] = [:]) {
    self.metadata = metadata
  }

  /// Opens a file.
  ///
  /// - Parameter path: The file; it must not change while its arrays are used.
  /// - Throws: ``SafetensorsError`` that says why it cannot be read.
  public init(path: String) throws(SafetensorsError) {
    let memory: StoreMemory
    do {
      memory = try ColumnStore.mapped(path: path)
    } catch {
      throw .file(error)
    }
    try self.init(memory, path: path)
  }

  /// Reads a file that lies in memory.
  ///
  /// - Parameters:
  ///   - bytes: All bytes of the file.
  ///   - path: What errors call it.
  /// - Throws: ``SafetensorsError`` for what the format does not allow.
  public init(bytes: [UInt8], path: String) throws(SafetensorsError) {
    try self.init(StoreMemory(bytes), path: path)
  }

  /// Whether a file begins like one of this format: a length that fits into the file, and a brace.
  ///
  /// - Parameter path: The file.
  /// - Returns: Whether it does; false for a file that cannot be read.
  public static func isLikely(path: String) -> Bool {
    guard let memory = try? ColumnStore.mapped(path: path), memory.bytes.count >= 10 else {
      return false
    }
    let length = UInt64(littleEndian: memory.bytes.loadUnaligned(as: UInt64.self))
    return length >= 2 && length <= UInt64(memory.bytes.count - 8)
      && memory.bytes[8] == UInt8(ascii: "{")
  }

  private init(_ memory: StoreMemory, path: String) throws(SafetensorsError) {
    let header = try SafetensorsHeader(memory.bytes, path: path)
    self.init(metadata: header.metadata)
    (self.path, fileByteCount) = (path, memory.bytes.count)
    arrays.reserveCapacity(header.entries.count)
    for entry in header.entries {
      let range =
        (header.dataStart + entry.range.lowerBound)..<(header.dataStart + entry.range.upperBound)
      append(SafetensorsArray(entry.name, entry.type, Shape(entry.extents), memory, range))
    }
  }

  /// Adds an array.
  ///
  /// - Parameter array: The array, whose name none has yet.
  public mutating func append(_ array: SafetensorsArray) {
    require(
      places[array.name] == nil && array.name != Self.metadataKey,
      "Safetensors: a second array '\(array.name)'")
    places[array.name] = arrays.count
    arrays.append(array)
  }

  /// The array of a name, or nil.
  ///
  /// - Parameter name: The name.
  public subscript(name: String) -> SafetensorsArray? {
    places[name].map { arrays[$0] }
  }

  /// The array of a name.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - shape: The shape that it must have; nil for any.
  /// - Returns: The array.
  /// - Throws: ``SafetensorsError`` if there is none, or it has another shape.
  public func array(
    _ name: String, shape: Shape? = nil
  ) throws(SafetensorsError) -> SafetensorsArray {
    guard let array = self[name] else {
      throw .missing(path: path, name: name, known: arrays.map(\.name))
    }
    if let shape, array.shape != shape {
      throw .unsuitable(
        path: path, name: name, found: "of shape \(array.shape)", expected: "of shape \(shape)")
    }
    return array
  }

  /// The elements of an array.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - type: The type of its elements.
  ///   - shape: The shape that it must have; nil for any.
  /// - Returns: The elements in row-major order.
  /// - Throws: ``SafetensorsError`` if there is none, or it has another type or shape.
  public func elements<Element: SafetensorsElement>(
    of name: String, as type: Element.Type, shape: Shape? = nil
  ) throws(SafetensorsError) -> [Element] {
    let array = try array(name, shape: shape)
    guard let elements = array.elements(as: type) else {
      throw .unsuitable(
        path: path, name: name, found: array.type.rawValue,
        expected: Element.safetensorsType.rawValue)
    }
    return elements
  }

  /// The key under which the header holds the metadata: no name of an array.
  static let metadataKey = "__metadata__"

  /// Whether two files hold equal arrays in the same order, and the same metadata.
  public static func == (left: Safetensors, right: Safetensors) -> Bool {
    left.arrays == right.arrays && left.metadata == right.metadata
  }
}
