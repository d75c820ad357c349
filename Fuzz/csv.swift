@testable import Datasets

/// Delimited text; the size chooses whether there is a header.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  var options = ReadingOptions()
  options.header = HeaderLine.allCases[size % 3]
  options.textColumns = ["t"]
  check(array(data, size)) { stream in
    try CSVReader.read(stream, options: options) { TableBuilder(names: $0, textColumns: $1) }
      .finished()
  }
  return 0
}
