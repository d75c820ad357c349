/// An n-dimensional array of `Float` in row-major order.
///
/// A tensor is a value: a copy shares its storage until one of the two is changed. The elements
/// start at a 64-byte boundary, the width of a cache line and of the widest vector register.
public struct Tensor: Sendable {
  /// The extents, outermost first.
  public let shape: Shape
  private var storage: Storage

  /// Creates a tensor with every element equal.
  ///
  /// - Parameters:
  ///   - shape: The extents.
  ///   - value: The value of every element.
  public init(_ shape: Shape, repeating value: Float = 0) {
    self.shape = shape
    storage = Storage(count: shape.elementCount)
    storage.elements.initialize(repeating: value)
  }

  /// Creates a tensor from its elements.
  ///
  /// - Parameters:
  ///   - shape: The extents.
  ///   - elements: The elements in row-major order, `shape.elementCount` of them.
  public init(_ shape: Shape, _ elements: [Float]) {
    require(
      elements.count == shape.elementCount,
      "Tensor: \(elements.count) elements for shape \(shape)")
    self.shape = shape
    storage = Storage(count: elements.count)
    _ = storage.elements.initialize(from: elements)
  }

  /// The number of elements.
  public var count: Int { shape.elementCount }

  /// The elements in row-major order.
  public var elements: [Float] { Array(storage.elements) }

  /// The element at a position in row-major order.
  ///
  /// - Parameter position: The position, in `0..<count`.
  public subscript(position: Int) -> Float {
    get {
      require(position >= 0 && position < count, "Tensor: element \(position) of \(count)")
      return storage.elements[position]
    }
    set {
      require(position >= 0 && position < count, "Tensor: element \(position) of \(count)")
      makeUnique()
      storage.elements[position] = newValue
    }
  }

  /// The element in a row and column of a matrix.
  ///
  /// - Parameters:
  ///   - row: The row, in `0..<shape[0]`.
  ///   - column: The column, in `0..<shape[1]`.
  public subscript(row: Int, column: Int) -> Float {
    get {
      self[offset(row, column)]
    }
    set {
      self[offset(row, column)] = newValue
    }
  }

  private func offset(_ row: Int, _ column: Int) -> Int {
    require(shape.rank == 2, "Tensor: row and column of a tensor of shape \(shape)")
    require(
      row >= 0 && row < shape[0] && column >= 0 && column < shape[1],
      "Tensor: element (\(row), \(column)) of shape \(shape)")
    return row * shape[1] + column
  }

  /// Calls a closure with the elements, in row-major order.
  ///
  /// - Parameter body: The closure; the buffer is valid only inside it.
  /// - Returns: What the closure returns.
  /// - Throws: What the closure throws.
  public func withElements<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeBufferPointer(storage.elements))
  }

  /// Calls a closure with the elements, in row-major order, to be changed.
  ///
  /// - Parameter body: The closure; the buffer is valid only inside it.
  /// - Returns: What the closure returns.
  /// - Throws: What the closure throws.
  public mutating func withMutableElements<Result, Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    makeUnique()
    return try body(storage.elements)
  }

  private mutating func makeUnique() {
    guard !isKnownUniquelyReferenced(&storage) else { return }
    storage = Storage(copying: storage)
  }
}

extension Tensor: Equatable {
  /// Whether two tensors have the same shape and equal elements (a NaN equals nothing).
  public static func == (left: Tensor, right: Tensor) -> Bool {
    left.shape == right.shape
      && (left.storage.elements.elementsEqual(right.storage.elements))
  }
}

/// Owns the memory of one or more equal tensors.
///
/// `@unchecked Sendable`: the elements change only through a uniquely referenced tensor.
private final class Storage: @unchecked Sendable {
  let elements: UnsafeMutableBufferPointer<Float>

  init(count: Int) {
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
    elements = UnsafeMutableBufferPointer(
      start: raw.bindMemory(to: Float.self, capacity: max(count, 1)), count: count)
  }

  convenience init(copying other: Storage) {
    self.init(count: other.elements.count)
    _ = elements.initialize(from: other.elements)
  }

  deinit {
    UnsafeMutableRawPointer(elements.baseAddress)?.deallocate()
  }
}
