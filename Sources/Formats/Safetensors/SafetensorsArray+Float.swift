import Datasets
import Tensors

extension SafetensorsArray {
  /// The elements as 32-bit numbers, rounded to the nearest where they are of another type.
  ///
  /// A truth value is 0 or 1; a 64-bit number beyond the range becomes infinite.
  public var tensor: Tensor {
    if case .float32 = type { return exact }
    var tensor = Tensor(shape)
    withBytes { bytes in
      tensor.withMutableElements { target in
        switch type {
        case .float64: convert(bytes, to: target) { (number: Double) in Float(number) }
        case .float32: break
        case .float16:
          convert(bytes, to: target) { (bits: UInt16) in Float(HalfFloat.number(bits)) }
        case .bfloat16:
          convert(bytes, to: target) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
        case .int64: convert(bytes, to: target) { (number: Int64) in Float(number) }
        case .int32: convert(bytes, to: target) { (number: Int32) in Float(number) }
        case .int16: convert(bytes, to: target) { (number: Int16) in Float(number) }
        case .int8: convert(bytes, to: target) { (number: Int8) in Float(number) }
        case .uint64: convert(bytes, to: target) { (number: UInt64) in Float(number) }
        case .uint32: convert(bytes, to: target) { (number: UInt32) in Float(number) }
        case .uint16: convert(bytes, to: target) { (number: UInt16) in Float(number) }
        case .uint8: convert(bytes, to: target) { (number: UInt8) in Float(number) }
        case .bool: convert(bytes, to: target) { (byte: UInt8) in byte == 0 ? 0 : 1 }
        }
      }
    }
    return tensor
  }

  private var exact: Tensor {
    var tensor = Tensor(shape)
    withBytes { bytes in
      tensor.withMutableElements { UnsafeMutableRawBufferPointer($0).copyMemory(from: bytes) }
    }
    return tensor
  }
}

/// Converts numbers that may lie at any address.
@inline(__always)
private func convert<Number: BitwiseCopyable>(
  _ bytes: UnsafeRawBufferPointer, to target: UnsafeMutableBufferPointer<Float>,
  _ value: (Number) -> Float
) {
  for index in target.indices {
    target[index] = value(
      bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Number>.stride, as: Number.self))
  }
}
