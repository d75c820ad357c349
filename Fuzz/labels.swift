@testable import Datasets

/// Files of one label a line.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  _ = FileFormatGuess(bytes)
  if let labels = try? LabelReader.readLines(ByteStream(bytes: bytes, path: "fuzz")) {
    precondition(labels.texts.allSatisfy { !$0.isEmpty })
  }
  return 0
}

/// What the first bytes of a file are taken for.
private struct FileFormatGuess {
  let isARFF: Bool
  let isLIBSVM: Bool

  init(_ head: [UInt8]) {
    isARFF = ARFFHeader.isLikely(head)
    isLIBSVM = LIBSVMReader.isLikely(head)
  }
}
