@testable import Datasets

/// An array of NumPy: a file as it is, or the text of a header, a line end and the elements.
///
/// The length of the text is put right, or few changes of it would ever be looked at.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  var bytes = array(data, size)
  if !bytes.starts(with: NPYHeader.magic) {
    let length = (bytes.firstIndex(of: 0x0a) ?? size - 1) + 1
    let start = [1, 0, UInt8(length & 255), UInt8(length >> 8 & 255)]
    bytes = NPYHeader.magic + start + bytes
  }
  var options = ReadingOptions()
  options.isTransposed = size % 2 == 1
  check(bytes) { try NPYReader.read($0, options: options) }
  _ = try? NPYReader.readLabels(ByteStream(bytes: bytes, path: "fuzz"))
  return 0
}
