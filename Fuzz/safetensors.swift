@testable import Formats

/// A safetensors file: one as it is behind a byte of 255, or else a header up to a line end and the
/// data, whose length is put right, or few changes of it would ever be looked at.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let input = array(data, size)
  var bytes = Array(input.dropFirst())
  if input.first != 255 {
    let end = input.lastIndex(of: 0x0a) ?? input.count
    let length = (0..<8).map { UInt8(truncatingIfNeeded: end >> (8 * $0)) }
    bytes = length + input[..<end] + input[min(end + 1, input.count)...]
  }
  guard let file = try? Safetensors(bytes: bytes, path: "fuzz") else { return 0 }
  for array in file.arrays where array.byteCount > 0 { _ = array.tensor }
  // What was read and is written again is the same.
  guard let again = try? Safetensors(bytes: file.bytes, path: "fuzz") else {
    fatalError("what was written is not read")
  }
  precondition(again.metadata == file.metadata && again.arrays.count == file.arrays.count)
  for array in file.arrays { precondition(again[array.name] == array) }
  return 0
}
