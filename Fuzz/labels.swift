@testable import Datasets

/// Files of one label a line, and what the first bytes of a file are taken for.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = array(data, size)
  _ = try? FileFormat.recognise(ByteStream(bytes: bytes, path: "fuzz"))
  if let labels = try? LabelReader.readLines(ByteStream(bytes: bytes, path: "fuzz")) {
    precondition(labels.texts.allSatisfy { !$0.isEmpty })
  }
  return 0
}
