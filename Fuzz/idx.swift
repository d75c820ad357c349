@testable import Datasets

/// The format of MNIST, as features and as labels.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = array(data, size)
  check(bytes) { Table(features: try IDXReader.readFeatures($0)) }
  _ = try? IDXReader.readLabels(ByteStream(bytes: bytes, path: "fuzz"))
  return 0
}
