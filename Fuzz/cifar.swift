@testable import Datasets

/// Any bytes as labels of CIFAR's records: each is followed by an image of one colour.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  let labels = UnsafeBufferPointer(start: start, count: min(count, 8))
  let format: FileFormat = count % 2 == 0 ? .cifar100 : .cifar10
  var bytes: [UInt8] = []
  for label in labels {
    bytes += format == .cifar10 ? [label] : [label & 31, label & 127]
    bytes += [UInt8](repeating: label, count: 3072)
  }
  bytes.removeLast(min(bytes.count, count > 8 ? Int(start[count - 1]) : 0))
  bytes.withUnsafeBytes { MemoryFile.shared.hold($0) }
  _ = CIFARReader.format(Array(bytes.prefix(1 << 16)), fileSize: bytes.count)
  _ = try? CIFARReader.read(path: MemoryFile.shared.path, format: format)
  return 0
}
