// Compiled together with the sources of Datasets: the reader of column stores on any bytes.

/// Reads one input and looks at every cell and every text of it.
///
/// The checksums are set right first, or nothing behind them would ever be looked at.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzStore(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = resealed(Array(UnsafeBufferPointer(start: start, count: count)))
  guard let table = try? ColumnStore.table(in: StoreMemory(bytes), path: "fuzz") else { return 0 }
  // Rows take 8 bytes each at least in a sparse block, or one where there are dense ones.
  guard table.rowCount <= 1 << 16, table.columnCount <= 1 << 12 else { return 0 }
  _ = table.features.computedHashes()
  _ = table.features.extents()
  for column in 0..<table.columnCount {
    _ = table.detail(of: column)
    _ = try? table.labels(column, path: "fuzz").texts
  }
  let columns = Array(0..<table.columnCount)
  _ = table.features.selecting(columns: Array(columns.reversed()))
  return 0
}

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
