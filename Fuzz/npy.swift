@testable import Datasets

/// Any bytes as an array of NumPy: the header alone, and the file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let header = Array(("\u{93}NUMPY\u{1}\0" as String).unicodeScalars.map { UInt8($0.value) })
  let length = [UInt8(count & 255), UInt8(count >> 8 & 255)]
  _ = try? NPYHeader(header + length + bytes)
  guard (try? NPYHeader(bytes)) != nil else { return 0 }
  bytes.withUnsafeBytes { MemoryFile.shared.hold($0) }
  _ = try? NPYReader.read(path: MemoryFile.shared.path, options: ReadingOptions())
  _ = try? NPYReader.readLabels(path: MemoryFile.shared.path)
  return 0
}
