#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The type in which the cells of a column lie in memory and in a file.
public enum ElementType: UInt8, Sendable, Hashable, CaseIterable {
  /// Integers in 0...255.
  case uint8 = 1
  /// Integers in -32,768...32,767.
  case int16 = 2
  /// Integers in -2,147,483,648...2,147,483,647.
  case int32 = 3
  /// Any numbers, to 24 bits.
  case float = 4

  /// The bytes of a cell.
  public var byteCount: Int {
    switch self {
    case .uint8: 1
    case .int16: 2
    case .int32, .float: 4
    }
  }
}

/// A type that cells lie in.
///
/// Where a column has missing cells, one value of its type stands for them.
protocol StoredElement: BitwiseCopyable {
  static var elementType: ElementType { get }
  /// What stands for a missing cell.
  static var missing: Self { get }
  /// Whether this stands for a missing cell, in a column that has any.
  var isMissing: Bool { get }
  /// The value as a number for computing.
  var number: Float { get }
  /// The value to its last bit.
  var exact: Double { get }
  /// log(1 + x).
  var logarithm: Float { get }
  /// The nearest element to a number that is in the type's range.
  init(narrowing number: Double)
}

extension StoredElement {
  @inline(__always) var logarithm: Float {
    let x = number
    return x == 0 ? 0 : log1pf(x)
  }
}

/// log(1 + x) of every byte.
private let byteLogarithms: [Float] = (0...255).map { log1pf(Float($0)) }

extension UInt8: StoredElement {
  @inline(__always) var logarithm: Float { byteLogarithms[Int(self)] }
  static let elementType = ElementType.uint8
  @inline(__always) var exact: Double { Double(self) }
  static let missing = UInt8.max
  @inline(__always) var isMissing: Bool { self == .max }
  @inline(__always) var number: Float { Float(self) }
  @inline(__always) init(narrowing number: Double) { self = UInt8(number) }
}

extension Int16: StoredElement {
  static let elementType = ElementType.int16
  @inline(__always) var exact: Double { Double(self) }
  static let missing = Int16.min
  @inline(__always) var isMissing: Bool { self == .min }
  @inline(__always) var number: Float { Float(self) }
  @inline(__always) init(narrowing number: Double) { self = Int16(number) }
}

extension Int32: StoredElement {
  static let elementType = ElementType.int32
  @inline(__always) var exact: Double { Double(self) }
  static let missing = Int32.min
  @inline(__always) var isMissing: Bool { self == .min }
  @inline(__always) var number: Float { Float(self) }
  @inline(__always) init(narrowing number: Double) { self = Int32(number) }
}

extension Float: StoredElement {
  static let elementType = ElementType.float
  @inline(__always) var exact: Double { Double(self) }
  static let missing = Float.nan
  @inline(__always) var isMissing: Bool { isNaN }
  @inline(__always) var number: Float { self }
  @inline(__always) init(narrowing number: Double) { self = Float(number) }
}

extension ElementType {
  /// Calls a generic function with the type that this names.
  @inline(__always)
  func visit<Visitor: ElementVisitor>(_ visitor: Visitor) -> Visitor.Result {
    switch self {
    case .uint8: visitor.visit(UInt8.self)
    case .int16: visitor.visit(Int16.self)
    case .int32: visitor.visit(Int32.self)
    case .float: visitor.visit(Float.self)
    }
  }
}

/// A function over all element types.
protocol ElementVisitor {
  associatedtype Result
  func visit<Element: StoredElement>(_ type: Element.Type) -> Result
}
