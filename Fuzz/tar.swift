@testable import Datasets

/// A tar archive; the checksums of the first headers are put right.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  var bytes = array(data, size)
  for block in stride(from: 0, to: min(bytes.count - 511, 8 * 512), by: 512)
  where bytes[block + 148] & 1 == 0 {
    for position in (block + 148)..<(block + 156) { bytes[position] = 0x20 }
    let sum = String(bytes[block..<(block + 512)].reduce(0) { $0 + Int($1) }, radix: 8)
    for (offset, digit) in sum.utf8.enumerated() { bytes[block + 148 + offset] = digit }
  }
  var reader = TarReader(ByteStream(bytes: bytes, path: "fuzz"))
  while let entry = try? reader.next() {
    guard entry.byteCount % 2 == 0 else { continue }
    if let content = try? reader.content(limit: 1 << 20) {
      precondition(content.count == entry.byteCount)
    }
  }
  return 0
}
