@testable import Datasets

/// CIFAR: each byte is the label of an image of one colour; the last may cut off the file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let labels = UnsafeBufferPointer(start: data, count: min(size, 2))
  let format: FileFormat = size % 2 == 0 ? .cifar100 : .cifar10
  var bytes: [UInt8] = []
  for label in labels {
    bytes += format == .cifar10 ? [label] : [label & 31, label & 127]
    bytes += repeatElement(label, count: 3072)
  }
  if size > 2, let last = data?[size - 1] { bytes.removeLast(Int(last) % (bytes.count + 1)) }
  _ = CIFARReader.format(bytes, fileSize: bytes.count)
  check(bytes) { try CIFARReader.read($0, format: format) }
  return 0
}
