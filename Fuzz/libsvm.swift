@testable import Datasets

/// LIBSVM; the limit on columns is low so that the search is fast.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  check(array(data, size)) { try LIBSVMReader.read($0, columnLimit: 1 << 8) }
  return 0
}
