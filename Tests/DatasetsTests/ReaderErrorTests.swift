import Foundation
import Testing

@testable import Datasets

@Suite struct ReaderErrorTests {
  @Test(arguments: [
    ("", "the file is empty"),
    ("\n\n", "the file is empty"),
    ("a,y\n", "there is a header, but no row below it"),
    ("a,y", "there is a header, but no row below it"),
    ("a,b,y\n1,2,0\n1,2\n", "line 3: 3 cells expected as in the lines above, 2 found"),
    ("a,b,y\n\n1,2,0,4,5\n", "line 3: 3 cells expected as in the lines above, 5 found"),
    ("a,b,y\n\"2\",1,\"p\nq\"\n1,x\n", "line 4: 3 cells expected as in the lines above, 2 found"),
    ("1 2 0\n3 4 1\n5 1\n", "line 3: 3 cells expected as in the lines above, 2 found"),
    (
      "a,b,y\n1,2,0\n1,3,1\n1,x7,0\n",
      "line 4, column 'b': 'x7' is not a number; make it one or drop the column"
    ),
    (
      "a,b,y\n1,2,0\n1,3,1\n1,2 3,0\n",
      "line 4, column 'b': '2 3' is not a number; make it one or drop the column"
    ),
    (
      "a,b,y\n1,2,\n",
      "row 0 (from 0), column 'y': the cell is empty, so that nothing is known of its target;"
        + " fill it or remove the row"
    ),
    (
      "a,b,y\n1,2,0\n1,3,1\n1e39,2,0\n",
      "line 4, column 'a': '1e39' is too large for a 32-bit number; rescale the column or drop it"
    ),
    ("a,b,y\n1,2,0\n1,\"2,0\n", "line 3: a quotation mark is opened and never closed"),
    ("a,a,y\n1,2,0\n", "two columns are named 'a'; rename one"),
    (
      "1,1,y\n1,2,0\n",
      "two columns are named '1'; rename one, or add the header line if"
        + " there is none"
    ),
    ("a,b,z\n1,2,0\n", "no column 'y'; there are 'a', 'b', 'z'"),
    ("a,Y\n1,2\n", "no column 'y'; did you mean 'Y'?"),
    ("y\n1\n", "no column is left to predict the target from"),
    ("a,y\n1,7\n2,7.0\n", "every row has the target '7'; there is nothing to tell apart"),
    (
      "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
      "is a Git LFS pointer, not the data; run `git lfs pull` where it came from"
    ),
    ("% a comment\n@RELATION iris\n", "there is a header, but no row below it"),
    ("PK\u{3}\u{4}....", "damaged file: not a zip archive; fetch it again"),
    (
      "ab\0cd",
      "a binary file of unknown format is not read; save the table as CSV in UTF-8"
    ),
    ("\0\0\u{8}", "damaged file: not an IDX header; fetch it again"),
    ("MATLAB 5.0 MAT-file", "damaged file: the MAT header ends at byte 19 of 128; fetch it again"),
    ("MATLAB 7.3 MAT-file", "damaged file: the MAT header ends at byte 19 of 128; fetch it again"),
  ])
  func badFilesGetOneLine(text: String, message: String) throws {
    let scratch = try Scratch()
    let path = try scratch.write(text)
    let error = failure { try TableSource(paths: [path], target: .column("y")).readDataset() }
    #expect(error?.description == "\(path): \(message)")
    #expect(error?.isMissingInput == false)
  }

  @Test func whatIsNoFileIsSaid() throws {
    let scratch = try Scratch()
    let missing = failure { try TableSource(paths: ["no/such.csv"]).readSplit() }
    #expect(missing?.description == "no/such.csv: no such file; check the path")
    #expect(missing?.isMissingInput == true)
    let directory = failure { try TableSource(paths: [scratch.directory]).readSplit() }
    #expect(
      directory?.description
        == "\(scratch.directory): is an empty folder; name the file of the table, or a folder of images"
    )
    let device = failure { try TableSource(paths: ["/dev/null"]).readSplit() }
    #expect(device?.description == "/dev/null: cannot be read: not a regular file")
  }

  @Test func aTableWithoutTargetIsNoDataset() throws {
    let scratch = try Scratch()
    let path = try scratch.write("a,b\n1,2\n")
    #expect(
      failure { try TableSource(paths: [path]).readDataset() }?.description
        == "\(path): nothing says what is to be predicted; name the target column or a label file")
  }

  @Test func labelFilesAreChecked() throws {
    let scratch = try Scratch()
    let data = try scratch.write("a\n1\n2\n")
    func error(_ text: String) throws -> String? {
      let labels = try scratch.write(text, "l.txt")
      return failure { try TableSource(paths: [data], target: .labelFile(labels)).readDataset() }?
        .description.replacingOccurrences(of: labels, with: "L")
    }
    #expect(try error("p\nq\n") == nil)
    #expect(try error("p\n") == "L: 1 labels for 2 rows")
    #expect(try error("y\np\nq\n") == "L: 3 labels for 2 rows; a label file has no header line")
    #expect(
      try error("p\n\nq\n")
        == "L: line 2, column 'label': the cell is empty; fill it or remove the row")
    #expect(
      try error("1\nnan\n")
        == "L: line 2, column 'label': 'nan' is not a finite number; replace it or remove the row")
    #expect(
      try error("p\np\n") == "L: every row has the target 'p'; there is nothing to tell apart")
  }

  @Test func gzipIsReadAndItsDamageSeen() throws {
    let scratch = try Scratch()
    let text = "a,y\n" + (0..<5000).map { "\($0 * 7919 % 1000),\($0 % 2)\n" }.joined()
    let path = try scratch.compress(Array(text.utf8), "data.csv.gz")
    let source = TableSource(paths: [path], target: .column("y"))
    #expect(try source.readDataset().rowCount == 5000)
    let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
    for length in [3, 12, bytes.count / 2, bytes.count - 1] {
      _ = try scratch.write(Array(bytes[..<length]), "data.csv.gz")
      #expect(
        failure { try source.readDataset() }?.description
          == "\(path): damaged file: the gzip stream ends too early, at byte \(length); fetch it again"
      )
    }
    var damaged = bytes
    damaged[bytes.count / 2] ^= 0xff
    _ = try scratch.write(damaged, "data.csv.gz")
    #expect(failure { try source.readDataset() } != nil)
  }

  @Test func tablesOfZerosMayExpandFurther() throws {
    let scratch = try Scratch()
    let line = [UInt8](repeatElement([0x30, 0x2c], count: 999).joined()) + [0x30, 10]
    let bytes = [UInt8](repeatElement(line, count: 40_000).joined())
    let path = try scratch.compress(bytes, "zeros.csv.gz")
    #expect(try 200 * ByteStream(path: path).fileSize < bytes.count)
    let table = try TableSource(paths: [path]).readTable()
    #expect(table.rowCount == 40_000 && table.columnCount == 1000)
  }

  @Test func absurdExpansionIsRefused() throws {
    let scratch = try Scratch()
    // gzip members follow each other: twenty of 64 MiB of zeros.
    let member = try scratch.compress([UInt8](repeating: 0, count: 64 << 20), "member.gz")
    let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: member)))
    let path = try scratch.write(Array(repeatElement(bytes, count: 20).joined()), "bomb.gz")
    let error = failure {
      var stream = try ByteStream(path: path)
      while try !stream.read(1 << 24).isEmpty {}
    }
    #expect(
      error?.description
        == "\(path): decompresses to more than 1 GiB and more than 200 times its size; if that is"
        + " meant, decompress it or save it without compression")
  }
}
