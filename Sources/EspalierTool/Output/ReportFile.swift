import Espalier
import Foundation

/// What the page of a run shows, as a file beside it, from which the page can be made anew.
struct ReportFile: Codable {
  static let name = "report.json"
  static let pageName = "report.html"

  var schema = 1
  var report: RunReport

  /// - Parameter report: What the page shows.
  init(_ report: RunReport) {
    self.report = report
  }

  /// Reads the file of a run's folder.
  ///
  /// - Parameter folder: The folder.
  /// - Throws: ``ToolError`` if there is none, or it is none of ours.
  init(in folder: String) throws(ToolError) {
    let path = "\(folder)/\(Self.name)"
    guard let content = FileManager.default.contents(atPath: path) else {
      throw ToolError(
        .missingInput,
        "\(path): is not there; name the folder of a run (--output of select, train or prune) or of"
          + " a study")
    }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      self = try decoder.decode(Self.self, from: content)
    } catch {
      throw ToolError(
        .badData, "\(path): is damaged, or of another version\(Self.place(error)); do the run again"
      )
    }
  }

  /// The file.
  var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
      return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
  }

  /// Where a file is wrong, as far as that is known.
  private static func place(_ error: any Error) -> String {
    let path: [any CodingKey] =
      switch error {
      case DecodingError.keyNotFound(let key, let context): context.codingPath + [key]
      case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
        DecodingError.dataCorrupted(let context):
        context.codingPath
      default: []
      }
    return path.isEmpty ? "" : " (at \(path.map(\.stringValue).joined(separator: ".")))"
  }
}
