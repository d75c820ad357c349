@testable import Datasets

/// A column store; its checksums are set right, or nothing behind them would ever be looked at.
///
/// The first byte of the input says how many runs of 128 bytes begin a block each. What follows
/// them is the schema. With 255 for the first byte the rest is a file as it is.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let input = array(data, size)
  guard let first = input.first else { return 0 }
  let bytes = first == 255 ? resealed(Array(input[1...])) : expanded(input)
  guard let table = try? ColumnStore.table(in: StoreMemory(bytes), path: "fuzz") else { return 0 }
  // Blocks may lie upon each other: few bytes can be many cells, which only take time.
  guard table.rowCount * table.columnCount <= 1 << 12 else { return 0 }
  _ = table.features.computedHashes()
  _ = table.features.extents()
  for column in 0..<table.columnCount {
    _ = table.detail(of: column)
    _ = try? table.labels(column, path: "fuzz").texts
  }
  _ = table.features.selecting(columns: Array((0..<table.columnCount).reversed()))
  return 0
}

/// The bytes of a block that an input has; zeros follow.
private let runSize = 128

/// Makes a file of the beginnings of its blocks and its schema.
private func expanded(_ input: [UInt8]) -> [UInt8] {
  let blockCount = Int(input[0]) % 8
  var rest = input[1...]
  var bytes = [UInt8](repeating: 0, count: StoreLayout.alignment)
  for _ in 0..<blockCount {
    let block = rest.prefix(runSize)
    bytes += block
    bytes += repeatElement(0, count: StoreLayout.alignment - block.count)
    rest = rest.dropFirst(block.count)
  }
  let end = UInt64(bytes.count)
  for index in 0..<8 { bytes[24 + index] = UInt8(truncatingIfNeeded: end >> (8 * index)) }
  return resealed(bytes + rest)
}

/// Sets right the magic, the version, the lengths and the checksums.
private func resealed(_ bytes: [UInt8]) -> [UInt8] {
  guard bytes.count >= StoreLayout.preambleByteCount else { return bytes }
  var bytes = bytes
  func word(_ offset: Int) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
  }
  func put(_ word: UInt64, _ offset: Int) {
    for index in 0..<8 { bytes[offset + index] = UInt8(truncatingIfNeeded: word >> (8 * index)) }
  }
  for (index, byte) in StoreLayout.magic.enumerated() { bytes[index] = byte }
  put(UInt64(StoreLayout.version), 8)
  put(UInt64(bytes.count), 16)
  let start = word(24)
  if start >= 64, start <= UInt64(bytes.count) {
    put(UInt64(bytes.count) - start, 32)
    put(bytes[Int(start)...].withUnsafeBytes { ColumnStore.checksum($0[...]) }, 40)
  }
  put(bytes[..<56].withUnsafeBytes { ColumnStore.checksum($0[...]) }, 56)
  return bytes
}
