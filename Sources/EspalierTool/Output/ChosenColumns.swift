import Espalier
import Foundation

/// The columns of the features of an earlier result, and where they are in other data.
struct ChosenColumns {
  /// The part of a result that says which columns were chosen.
  private struct Stored: Decodable {
    struct Feature: Decodable {
      var index: Int
      var name: String
      /// The columns of the file that a feature of several is made of; nil for a column.
      var columns: [String]?
    }
    struct Data: Decodable {
      var leftOut: [String]?
    }
    var schema: Int
    var features: [Feature]
    var data: Data?
  }

  private let stored: Stored

  /// The names of the columns, those of the best feature first.
  var names: [String] { stored.features.flatMap { $0.columns ?? [$0.name] } }

  /// The columns that the run left out, by name.
  var leftOut: [String] { stored.data?.leftOut ?? [] }

  /// The number of features.
  var count: Int { stored.features.count }

  /// Reads a result.
  ///
  /// - Parameter path: The file result.json, or the folder that holds it.
  /// - Throws: ``ToolError`` or `DatasetError` if there is no such result.
  init(path: String) throws {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw DatasetError.missingFile(path: path)
    }
    let file = isDirectory.boolValue ? "\(path)/result.json" : path
    guard FileManager.default.fileExists(atPath: file) else {
      throw ToolError(.missingInput, "\(path): holds no result.json; name the folder of a run")
    }
    guard let content = FileManager.default.contents(atPath: file) else {
      throw DatasetError.unreadable(path: file, reason: "permission denied")
    }
    guard let stored = try? JSONDecoder().decode(Stored.self, from: content),
      stored.features.allSatisfy({ $0.index >= 0 })
    else { throw ToolError(.badData, "\(file): is no result of espalier select") }
    guard stored.schema == 1 else {
      throw ToolError(.badData, "\(file): has schema \(stored.schema), this program reads schema 1")
    }
    guard !stored.features.isEmpty else {
      throw ToolError(.badData, "\(file): that run ended before any column was chosen")
    }
    self.stored = stored
  }

  /// Finds the columns in data, by name: files without names are given the same ones every time.
  ///
  /// - Parameters:
  ///   - available: The names of the columns of the data.
  ///   - path: The file of the data, for errors.
  /// - Returns: Where the columns stand, in the order of ``names``.
  /// - Throws: `DatasetError.columnNotFound` with what may be meant.
  func positions(among available: [String], path: String) throws -> [Int] {
    var places: [String: Int] = [:]
    for (position, name) in available.enumerated() { places[name] = position }
    return try names.map { name in
      guard let place = places[name] else {
        throw DatasetError.columnNotFound(path: path, name: name, known: available)
      }
      return place
    }
  }

  /// Refuses a target that is one of the columns.
  func check(targets: [String]) throws {
    guard let target = targets.first(where: names.contains) else { return }
    throw ToolError.usage("'\(target)' is one of the chosen columns; name another target")
  }
}
