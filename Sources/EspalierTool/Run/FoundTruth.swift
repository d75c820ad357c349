import Espalier
import Foundation

/// How much of a planted truth a choice of features holds.
///
/// A feature of several columns is what one of them is.
struct FoundTruth: Sendable {
  /// The number of informative features.
  var planted: Int
  /// The informative features that were chosen.
  var themselves: Int
  /// The informative features of which only a copy was chosen.
  var byCopy: Int
  /// The chosen features that are informative or made of informative ones.
  var relevant: Int
  /// The number of chosen features.
  var chosen: Int
  /// What a feature is called.
  var noun = "column"

  /// Informative features found, themselves or by a copy.
  var found: Int { themselves + byCopy }

  /// Compares a choice with the truth.
  ///
  /// - Parameters:
  ///   - truth: The truth about columns.
  ///   - features: The columns of each chosen feature.
  ///   - featureOf: The feature of any column of the truth.
  init(_ truth: PlantedTruth, chosen features: [[Int]], featureOf: (Int) -> Int = { $0 }) {
    let derived = truth.redundant + truth.repeated
    var parents: [Int: [Int]] = [:]
    for column in derived { parents[column.column] = column.parents }
    // A copy has one parent; a repeated column may be the copy of a copy.
    func origin(_ column: Int) -> Int {
      var column = column
      while let above = parents[column], above.count == 1 { column = above[0] }
      return column
    }
    let informativeColumns = Set(truth.informative)
    let informative = Set(truth.informative.map(featureOf))
    let chosen = Set(features.flatMap { $0 }.map(featureOf))
    let copied = Set(features.flatMap { $0 }.map(origin).map(featureOf))
    planted = informative.count
    themselves = informative.count { chosen.contains($0) }
    byCopy = informative.count { !chosen.contains($0) && copied.contains($0) }
    relevant = features.count { columns in
      columns.contains { informativeColumns.contains($0) || parents[$0] != nil }
    }
    self.chosen = features.count
  }

  /// Reads the truth that `generate` wrote beside the data.
  static func read(_ path: String) throws -> PlantedTruth {
    guard FileManager.default.fileExists(atPath: path) else {
      throw DatasetError.missingFile(path: path)
    }
    guard let content = FileManager.default.contents(atPath: path),
      let truth = try? JSONDecoder().decode(PlantedTruth.self, from: content)
    else {
      throw ToolError(.badData, "\(path): is not the truth.json that generate writes")
    }
    return truth
  }

  /// Refuses a truth of other data.
  static func check(_ truth: PlantedTruth, against data: LoadedData) throws {
    let columnCount = data.training.features.columnCount
    guard truth.columnCount != columnCount + data.leftOut.count else { return }
    throw ToolError(
      .badData,
      "the truth is that of \(truth.columnCount) columns, but the data have \(columnCount); give"
        + " the truth.json written beside them")
  }

  /// One sentence.
  var sentence: String {
    let own = "\(themselves) \(themselves == 1 ? "itself" : "themselves")"
    let parts = byCopy == 0 ? "" : " (\(own), \(byCopy) by a copy)"
    return "found \(found) of \(planted) planted \(noun)s\(parts); "
      + "\(relevant) of \(chosen) chosen ones carry signal"
  }

  var json: JSON {
    .object([
      ("planted", .integer(planted)), ("found", .integer(found)),
      ("themselves", .integer(themselves)), ("byCopy", .integer(byCopy)),
      ("relevantChosen", .integer(relevant)),
    ])
  }
}
