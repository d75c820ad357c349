/// Formats that people bring and that are no tables, or none that is read: each with what it is and
/// what to do.
enum ForeignFormat {
  /// Recognises a file by its first bytes.
  ///
  /// - Parameters:
  ///   - head: The first bytes of the file, decompressed.
  ///   - path: The file, for the error.
  /// - Returns: What it is and what to do; nil for any other file.
  static func error(_ head: [UInt8], path: String) -> DatasetError? {
    if let known = magics.first(where: { head.starts(with: $0.magic) }) {
      return .foreignFormat(path: path, what: known.what, remedy: known.remedy)
    }
    if let (what, remedy) = archive(head) ?? markup(head) ?? mat4(head) {
      return .foreignFormat(path: path, what: what, remedy: remedy)
    }
    return nil
  }

  private static let magics: [(magic: [UInt8], what: String, remedy: String)] = [
    (
      [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], "an Excel or Office file of the old format",
      "save the sheet as CSV"
    ),
    ([0x89, 0x50, 0x4e, 0x47], "a single image", "name its folder, with a folder for each class"),
    ([0xff, 0xd8, 0xff], "a single image", "name its folder, with a folder for each class"),
    (Array("%PDF".utf8), "a PDF document", "write the table as CSV"),
    (Array("SQLite format 3".utf8), "an SQLite database", "export the table as CSV"),
    (Array("$FL2".utf8), "an SPSS file", "export it as CSV"),
    (Array("<stata_dta>".utf8), "a Stata file", "export it as CSV"),
    (Array("RDX".utf8), "an R workspace", "write the table with write.csv"),
    (Array("X\n\0\0\0".utf8), "an R object", "write the table with write.csv"),
    ([0x80, 0x02], "a Python pickle", "save its arrays with numpy.savez"),
    ([0x80, 0x03], "a Python pickle", "save its arrays with numpy.savez"),
    ([0x80, 0x04], "a Python pickle", "save its arrays with numpy.savez"),
    ([0x80, 0x05], "a Python pickle", "save its arrays with numpy.savez"),
  ]

  /// Archives in which programs keep documents.
  private static func archive(_ head: [UInt8]) -> (String, String)? {
    guard head.starts(with: "PK\u{3}\u{4}".utf8) else { return nil }
    let start = String(decoding: head.prefix(4096), as: UTF8.self)
    if start.contains("opendocument.spreadsheet") {
      return ("an OpenDocument spreadsheet", "save the sheet as CSV")
    }
    guard start.contains("[Content_Types].xml") || start.contains("xl/workbook") else { return nil }
    return ("an Excel workbook or another Office document", "save the sheet as CSV")
  }

  /// Texts that are no tables.
  private static func markup(_ head: [UInt8]) -> (String, String)? {
    let text = String(decoding: head.prefix(1024), as: UTF8.self).lowercased()
      .drop { $0.isWhitespace || $0 == "\u{feff}" }
    if text.hasPrefix("<!doctype html") || text.hasPrefix("<html") {
      return (
        "a web page (HTML), as servers send instead of a file", "fetch the file itself, or save CSV"
      )
    }
    if text.hasPrefix("<?xml") { return ("XML", "write the table as CSV") }
    guard let first = text.first, first == "{" || first == "[" else { return nil }
    let next = text.dropFirst().first { !$0.isWhitespace }
    let opens: [Character] = first == "{" ? ["\"", "}"] : ["{", "[", "\"", "]"]
    guard let next, opens.contains(next) else { return nil }
    return ("JSON", "write the table as CSV, a row a line")
  }

  /// MATLAB's format before version 5: five numbers and the name of the first matrix.
  private static func mat4(_ head: [UInt8]) -> (String, String)? {
    guard head.count > 21 else { return nil }
    func word(_ index: Int, _ isBig: Bool) -> Int {
      let bytes = head[(4 * index)..<(4 * index + 4)]
      return (isBig ? Array(bytes) : bytes.reversed()).reduce(0) { $0 << 8 | Int($1) }
    }
    for isBig in [false, true] {
      let type = word(0, isBig)
      let (rows, columns, length) = (word(1, isBig), word(2, isBig), word(4, isBig))
      guard type / 1000 == (isBig ? 1 : 0), type / 100 % 10 == 0, type / 10 % 10 <= 5,
        type % 10 <= 2, (1..<(1 << 31)).contains(rows), (1..<(1 << 31)).contains(columns),
        word(3, isBig) <= 1, (2...64).contains(length), head.count >= 20 + length
      else { continue }
      let name = head[20..<(20 + length)]
      let isName = name.dropLast().allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || byte == 0x5f
          || (0x61...0x7a).contains(byte)
      }
      if isName && name.last == 0 {
        return ("a MAT file of version 4", "save it anew in MATLAB with the option '-v7'")
      }
    }
    return nil
  }
}
