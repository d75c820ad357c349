@testable import Datasets

/// Any bytes as a tar archive; the checksum of the first headers is put right.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  var bytes = Array(UnsafeBufferPointer(start: start, count: count))
  for block in stride(from: 0, to: min(bytes.count - 511, 8 * 512), by: 512)
  where bytes[block + 148] & 1 == 0 {
    for position in (block + 148)..<(block + 156) { bytes[position] = 0x20 }
    let sum = String(bytes[block..<(block + 512)].reduce(0) { $0 + Int($1) }, radix: 8)
    for (offset, digit) in sum.utf8.enumerated() { bytes[block + 148 + offset] = digit }
  }
  bytes.withUnsafeBytes { MemoryFile.shared.hold($0) }
  guard var reader = try? TarReader(path: MemoryFile.shared.path) else { return 0 }
  while let entry = try? reader.next() {
    if entry.byteCount % 2 == 0 { _ = try? reader.content(limit: 1 << 20) }
  }
  return 0
}
