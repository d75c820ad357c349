@testable import Datasets

/// Any bytes as a file in the format of MNIST.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  MemoryFile.shared.hold(UnsafeRawBufferPointer(start: start, count: count))
  _ = try? IDXReader.readFeatures(path: MemoryFile.shared.path)
  _ = try? IDXReader.readLabels(path: MemoryFile.shared.path)
  return 0
}
