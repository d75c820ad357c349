import Datasets
import Tensors

/// An array with a name, as it lies in a safetensors file.
///
/// Its elements are in row-major order; those of a file that was opened stay in the file until
/// somebody asks for them.
public struct SafetensorsArray: Sendable {
  /// A name that no other array of the file has.
  public let name: String
  /// The type of the elements.
  public let type: SafetensorsType
  /// The extents, outermost first; `[]` for a single number.
  public let shape: Shape
  private let content: Content

  private enum Content: Sendable {
    case tensor(Tensor)
    case memory(StoreMemory, Range<Int>)
  }

  /// Creates an array of 32-bit numbers.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - tensor: The elements.
  public init(_ name: String, _ tensor: Tensor) {
    (self.name, type, shape) = (name, .float32, tensor.shape)
    content = .tensor(tensor)
  }

  /// Creates an array of numbers.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - elements: The elements in row-major order.
  ///   - shape: The extents, whose product is the number of elements; nil for one dimension.
  public init<Element: SafetensorsElement>(
    _ name: String, _ elements: [Element], shape: Shape? = nil
  ) {
    let shape = shape ?? [elements.count]
    require(
      shape.elementCount == elements.count,
      "SafetensorsArray: \(elements.count) elements of '\(name)' for shape \(shape)")
    let memory = StoreMemory(elements)
    self.init(
      name, Element.safetensorsType, shape, memory,
      0..<elements.count * MemoryLayout<Element>.stride)
  }

  /// Creates an array of any type from its bytes.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - type: The type of the elements.
  ///   - shape: The extents.
  ///   - bytes: The elements in row-major order, each with its lowest byte first.
  public init(_ name: String, _ type: SafetensorsType, shape: Shape, bytes: [UInt8]) {
    require(
      type.byteCount(of: shape.extents) == bytes.count,
      "SafetensorsArray: \(bytes.count) bytes of '\(name)' for \(type.rawValue) \(shape)")
    self.init(name, type, shape, StoreMemory(bytes), 0..<bytes.count)
  }

  /// Refers to some of the bytes of a file, which are as many as type and shape say.
  init(
    _ name: String, _ type: SafetensorsType, _ shape: Shape, _ memory: StoreMemory,
    _ range: Range<Int>
  ) {
    (self.name, self.type, self.shape) = (name, type, shape)
    content = .memory(memory, range)
  }

  /// The bytes of all elements.
  public var byteCount: Int { shape.elementCount * type.byteCount }

  /// Type and shape as an error tells them.
  var summary: String { "\(type.rawValue) \(shape)" }

  /// Calls a closure with the bytes of the elements, which may lie at any address.
  ///
  /// - Parameter body: The closure; the buffer is valid only inside it.
  /// - Returns: What the closure returns.
  /// - Throws: What the closure throws.
  public func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch content {
    case .tensor(let tensor):
      return try tensor.withElements { elements throws(Failure) in
        try body(UnsafeRawBufferPointer(elements))
      }
    case .memory(let memory, let range):
      defer { withExtendedLifetime(memory) {} }
      return try body(UnsafeRawBufferPointer(rebasing: memory.bytes[range]))
    }
  }

  /// The elements.
  ///
  /// - Parameter type: Their type.
  /// - Returns: The elements in row-major order; nil if they are of another type.
  public func elements<Element: SafetensorsElement>(as type: Element.Type) -> [Element]? {
    guard Element.safetensorsType == self.type else { return nil }
    return withBytes { bytes in
      [Element](unsafeUninitializedCapacity: shape.elementCount) { buffer, count in
        count = shape.elementCount
        UnsafeMutableRawBufferPointer(buffer).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: bytes[..<(count * MemoryLayout<Element>.stride)]))
      }
    }
  }
}

extension SafetensorsArray: Equatable {
  /// Whether two arrays have equal names, types, shapes and bytes.
  public static func == (left: SafetensorsArray, right: SafetensorsArray) -> Bool {
    left.name == right.name && left.type == right.type && left.shape == right.shape
      && left.withBytes { first in right.withBytes { first.elementsEqual($0) } }
  }
}
