import Datasets
import Foundation

extension ONNXTensor {
  /// The standard's numbers of the types of elements.
  enum ElementType: Int32 {
    case float = 1
    case uint8, int8, uint16, int16, int32, int64, text, bool, float16, double, uint32, uint64
    case bfloat16 = 16

    /// The bytes of an element; nil for texts.
    var byteCount: Int? {
      switch self {
      case .uint8, .int8, .bool: 1
      case .uint16, .int16, .float16, .bfloat16: 2
      case .float, .int32, .uint32: 4
      case .double, .int64, .uint64: 8
      case .text: nil
      }
    }

    /// Whether the elements become `Float` here.
    var isFloat: Bool {
      switch self {
      case .float, .float16, .double, .bfloat16: true
      default: false
      }
    }
  }

  /// The largest number of elements of a tensor.
  static let countLimit = 1 << 40

  /// Reads a tensor of a file.
  ///
  /// - Parameters:
  ///   - proto: The tensor.
  ///   - external: Finds the bytes that lie in another file; they must be as many as asked for.
  /// - Throws: ``Refusal`` if it contradicts itself.
  init(
    _ proto: ONNXTensorProto,
    external: (ONNXTensorProto, _ byteCount: Int) throws(Refusal) -> Data
  ) throws(Refusal) {
    guard let type = ElementType(rawValue: proto.dataType) else {
      throw Refusal("has elements of the unknown type \(proto.dataType)")
    }
    let extents = proto.dims.map { Int($0) }
    guard let count = elementCount(extents, limit: Self.countLimit) else {
      throw Refusal("has impossible extents \(extents)")
    }
    if proto.dataLocation == 1 {
      guard let width = type.byteCount else { throw Refusal("has texts in another file") }
      let data = try external(proto, count * width)
      self.init(extents, try Self.elements(data, type, count: count))
    } else if proto.hasRawData {
      self.init(extents, try Self.elements(proto.rawData, type, count: count))
    } else {
      self.init(extents, try Self.elements(proto, type, count: count))
    }
  }

  /// The elements of the typed fields.
  private static func elements(
    _ proto: ONNXTensorProto, _ type: ElementType, count: Int
  ) throws(Refusal) -> Elements {
    func checked<Source, Value>(
      _ source: [Source], _ value: (Source) -> Value
    ) throws(Refusal) -> [Value] {
      guard source.count == count else {
        throw Refusal("has \(source.count) elements instead of \(count)")
      }
      return source.map(value)
    }
    switch type {
    case .float: return .floats(try checked(proto.floatData) { $0 })
    case .double: return .floats(try checked(proto.doubleData) { Float($0) })
    case .float16:
      return .floats(
        try checked(proto.int32Data) { Float(HalfFloat.number(UInt16(truncatingIfNeeded: $0))) })
    case .bfloat16:
      return .floats(
        try checked(proto.int32Data) {
          Float(bitPattern: UInt32(UInt16(truncatingIfNeeded: $0)) << 16)
        })
    case .int64: return .integers(try checked(proto.int64Data) { Int($0) })
    case .uint32, .uint64:
      return .integers(try checked(proto.uint64Data) { Int(clamping: $0) })
    case .text:
      return .texts(try checked(proto.stringData) { String(decoding: $0, as: UTF8.self) })
    case .uint8, .int8, .uint16, .int16, .int32, .bool:
      return .integers(try checked(proto.int32Data) { Int($0) })
    }
  }

  /// The elements of little-endian bytes.
  private static func elements(
    _ data: Data, _ type: ElementType, count: Int
  ) throws(Refusal) -> Elements {
    guard let width = type.byteCount else { throw Refusal("has texts in raw form") }
    guard data.count == count * width else {
      throw Refusal("has \(data.count) bytes instead of \(count * width)")
    }
    return data.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) -> Elements in
      func values<Number: BitwiseCopyable, Value>(_ value: (Number) -> Value) -> [Value] {
        (0..<count).map {
          value(bytes.loadUnaligned(fromByteOffset: $0 * width, as: Number.self))
        }
      }
      switch type {
      case .float:
        return .floats(
          [Float](unsafeUninitializedCapacity: count) { target, filled in
            UnsafeMutableRawBufferPointer(target).copyMemory(from: bytes)
            filled = count
          })
      case .double: return .floats(values { (number: Double) in Float(number) })
      case .float16: return .floats(values { (bits: UInt16) in Float(HalfFloat.number(bits)) })
      case .bfloat16:
        return .floats(values { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) })
      case .int64: return .integers(values { (number: Int64) in Int(number) })
      case .uint64: return .integers(values { (number: UInt64) in Int(clamping: number) })
      case .int32: return .integers(values { (number: Int32) in Int(number) })
      case .uint32: return .integers(values { (number: UInt32) in Int(number) })
      case .int16: return .integers(values { (number: Int16) in Int(number) })
      case .uint16: return .integers(values { (number: UInt16) in Int(number) })
      case .int8: return .integers(values { (number: Int8) in Int(number) })
      case .uint8: return .integers(values { (number: UInt8) in Int(number) })
      case .bool: return .integers(values { (byte: UInt8) in byte == 0 ? 0 : 1 })
      case .text: return .texts([])
      }
    }
  }
}
