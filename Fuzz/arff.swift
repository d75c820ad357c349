@testable import Datasets

/// ARFF.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  check(array(data, size)) { try ARFFReader.read($0) }
  return 0
}
