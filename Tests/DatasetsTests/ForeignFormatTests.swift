import CTurboJPEG
import Foundation
import Testing

@testable import Datasets

/// Files that are no tables are called what they are, with what to do.
@Suite struct ForeignFormatTests {
  private static let workbook =
    "PK\u{3}\u{4}\u{14}\0\u{6}\0\u{8}\0\0\0!\0\0\0\0\0\0\0\0\0\0\0\0\0[Content_Types].xml"

  /// A matrix of MATLAB's version 4: type, rows, columns, whether complex, length of the name.
  private static func mat4(_ isBig: Bool) -> [UInt8] {
    let words: [UInt32] = [isBig ? 1000 : 0, 2, 1, 0, 2]
    return words.flatMap { word in
      (isBig ? [24, 16, 8, 0] : [0, 8, 16, 24]).map { UInt8(truncatingIfNeeded: word >> $0) }
    } + Array("X\0".utf8) + [UInt8](repeating: 0, count: 16)
  }

  @Test(arguments: [
    (Array(workbook.utf8), "an Excel workbook or another Office document; save the sheet as CSV"),
    (
      Array("\n<!DOCTYPE HTML>\n<html><body>404</body></html>".utf8),
      "a web page (HTML), as servers send instead of a file; fetch the file itself, or save CSV"
    ),
    (Array("{\n  \"a\": [1, 2]\n}\n".utf8), "JSON; write the table as CSV, a row a line"),
    (Array("[{\"a\": 1}]".utf8), "JSON; write the table as CSV, a row a line"),
    (mat4(false), "a MAT file of version 4; save it anew in MATLAB with the option '-v7'"),
    (mat4(true), "a MAT file of version 4; save it anew in MATLAB with the option '-v7'"),
    (
      [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0],
      "a single image; name its folder, with a folder for each class"
    ),
    (Array("%PDF-1.4\n".utf8), "a PDF document; write the table as CSV"),
    ([0x80, 0x04, 0x95, 0x00], "a Python pickle; save its arrays with numpy.savez"),
  ]) func whatItIsAndWhatToDo(_ bytes: [UInt8], _ line: String) throws {
    let scratch = try Scratch()
    let path = try scratch.write(bytes, "data.csv")
    #expect(
      failure { try TableSource(paths: [path]).readTable() }?.description == "\(path): is \(line)")
  }

  @Test(arguments: ["[a],b\n1,2\n3,4\n", "{1 2},y\n3,4\n", "a,<html>\n1,2\n"])
  func tablesThatBeginOddlyStayTables(_ text: String) throws {
    let scratch = try Scratch()
    let table = try TableSource(paths: [try scratch.write(text)]).readTable()
    #expect(table.columnCount == 2)
  }

  @Test func aFolderWithoutImagesSaysSo() throws {
    let scratch = try Scratch()
    _ = try scratch.write("a,b\n1,2\n")
    #expect(
      failure { try TableSource(paths: [scratch.directory]).readTable() }?.description
        == "\(scratch.directory): is a folder without PNG or JPEG images (1 other files); name the"
        + " file of the table, or a folder of images")
  }

  @Test func coloursOfPrintingAreNamed() throws {
    let scratch = try Scratch()
    let path = try scratch.write(jpeg(TJPF_CMYK, 8, 8, [UInt8](repeating: 90, count: 256)), "a.jpg")
    #expect(
      failure { try TableSource(paths: [scratch.directory]).readTable() }?.description
        == "\(path): is an image in the colours of printing (CMYK); convert it to RGB")
  }
}
