/// What an ARFF file declares above its rows.
struct ARFFHeader {
  /// What the values of an attribute are.
  enum Kind: Equatable {
    case numeric
    /// One of these texts, numbers in their shortest form.
    case nominal([String])
    case text
  }

  private(set) var names: [String] = []
  private(set) var kinds: [Kind] = []
  /// What a reader of the table should know, a sentence each.
  private(set) var notes: [String] = []

  /// The attribute named class in any case, or else the last.
  var customaryTarget: String? { names.first { $0.lowercased() == "class" } ?? names.last }

  /// Reads the declarations.
  ///
  /// - Parameter records: The file, read up to its rows.
  /// - Throws: What is wrong with the file, and where.
  init(_ records: inout RecordReader) throws(DatasetError) {
    while let record = try records.next() {
      if record.isComment || record.isBlank { continue }
      var words = ARFFScanner(record.bytes, isCommaSeparated: false)
      let keyword = (try? words.next())?.text.lowercased() ?? ""
      switch keyword {
      case "": continue
      case "@relation": continue
      case "@data":
        guard !names.isEmpty else { throw .noFeatures(path: records.path) }
        return
      case "@attribute":
        do throws(ARFFScanner.Failure) {
          try declare(&words, path: records.path)
        } catch {
          throw error.at(records.path, record.line)
        }
      default:
        let shown = String(decoding: record.bytes.prefix(40), as: UTF8.self)
        throw .unexpectedLine(
          path: records.path, line: record.line,
          reason: "'\(shown)' found where @attribute or @data was expected")
      }
    }
    throw .noRows(path: records.path)
  }

  private mutating func declare(
    _ words: inout ARFFScanner, path: String
  ) throws(ARFFScanner.Failure) {
    guard let name = try words.nextName(), !name.isEmpty else {
      throw .unexpected("an attribute's name is missing")
    }
    if words.skip(UInt8(ascii: "{")) {
      var levels: [String] = []
      while let level = try words.nextLevel() { levels.append(ARFFHeader.oneForm(level)) }
      kinds.append(.nominal(levels))
    } else {
      let type = try words.next()?.text ?? ""
      switch type.lowercased() {
      case "numeric", "real", "integer": kinds.append(.numeric)
      case "string": kinds.append(.text)
      case "date":
        kinds.append(.text)
        notes.append("column '\(name)' holds dates, which are taken as texts")
      default:
        throw .unexpected(
          "attribute '\(name)': '\(type)' found where numeric, real, integer, string, date or"
            + " {...} was expected")
      }
    }
    names.append(name)
  }

  /// A text, or the shortest text of the same number.
  static func oneForm(_ text: String) -> String {
    NumberScanner.number(text).map(LabelReader.label) ?? text
  }

  /// Whether the beginning of a file is a declaration, after comments that begin with a per cent
  /// sign.
  ///
  /// - Parameter head: The first bytes of the file.
  /// - Returns: Whether it looks like ARFF.
  static func isLikely(_ head: [UInt8]) -> Bool {
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    let lines = (head.starts(with: mark) ? head.dropFirst(3) : head[...]).split { $0 == 0x0a }
    for line in lines.lazy.map({ $0.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d } }) {
      guard let first = line.first, first != UInt8(ascii: "%") else { continue }
      let word = String(decoding: line.prefix(10), as: UTF8.self).lowercased()
      return word.hasPrefix("@relation") || word.hasPrefix("@attribute")
    }
    return false
  }
}
