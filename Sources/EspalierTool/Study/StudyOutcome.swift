import Espalier
import Foundation
import Studies

/// Reads what came of a run from the files that its verb wrote.
enum StudyOutcome {
  static let randomColumns = "random-columns"
  static let allColumns = "all-columns"

  /// What came of a run.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - output: The folder of its output.
  ///   - seconds: How long it took.
  /// - Returns: The numbers.
  /// - Throws: ``ToolError`` if the result has none to compare by.
  static func read(
    _ run: StudyRun, output: String, seconds: Double
  ) throws(ToolError) -> StudyRecord.Outcome {
    let result = try object("\(output)/result.json")
    let measured = (try? object("\(output)/measured.json")) ?? [:]
    let measures: [StudyRecord.Measure?] =
      switch run.verb {
      case "select": selection(result, run)
      case "train": training(result)
      case "prune units": units(result)
      case "prune layers": layers(result)
      default:
        [measure(result["metric"], result["value"], result["higherIsBetter"])]
      }
    let found = measures.compactMap(\.self)
    guard measures.first.flatMap(\.self) != nil else {
      throw ToolError(.badData, "the result holds nothing to compare by; hold rows out")
    }
    var outcome = StudyRecord.Outcome(
      measures: found, seconds: seconds, peakBytes: peak(measured["peakBytes"]))
    if run.verb == "select" {
      outcome.dataDigest = (result["data"] as? [String: Any])?["hash"] as? String
    }
    if run.verb == "select", run.role == .method {
      let features = (result["features"] as? [[String: Any]])?.compactMap { $0["index"] as? Int }
      outcome.features = features
      outcome.featureCount = (result["data"] as? [String: Any])?["features"] as? Int
    }
    return outcome
  }

  private static func selection(
    _ result: [String: Any], _ run: StudyRun
  ) -> [StudyRecord.Measure?] {
    if let judge = result["judge"] as? [String: Any] {
      let isOfAll = run.role == .baseline && run.method == allColumns
      return [
        measure(
          judge["metric"], judge[isOfAll ? "allFeatures" : "mean"], judge["higherIsBetter"])
      ]
    }
    let folds = result["folds"] as? [String: Any]
    let values = folds?["overFolds"] as? [String: Any]
    return [measure(folds?["metric"], values?["mean"], folds?["higherIsBetter"])]
  }

  private static func training(_ result: [String: Any]) -> [StudyRecord.Measure?] {
    let (test, cost) = (result["test"] as? [String: Any], result["cost"] as? [String: Any])
    return [
      measure(test?["metric"], test?["value"], test?["higherIsBetter"]),
      number("connections", cost?["connections"], higherIsBetter: false),
    ]
  }

  private static func units(_ result: [String: Any]) -> [StudyRecord.Measure?] {
    let test = result["test"] as? [String: Any] ?? result["validation"] as? [String: Any]
    let parameters = result["parameters"] as? [String: Any]
    return [
      measure(test?["metric"], test?["refined"], test?["higherIsBetter"]),
      number("before pruning", test?["original"]),
      number("parameters", parameters?["after"], higherIsBetter: false),
      number("parameters gone", result["compression"], higherIsBetter: true),
    ]
  }

  private static func layers(_ result: [String: Any]) -> [StudyRecord.Measure?] {
    let test = result["test"] as? [String: Any]
    let parameters = result["parameters"] as? [String: Any]
    let metric = test?["metric"] as? String
    return [
      measure(metric, test?["after"], metric.flatMap(Metric.init)?.higherIsBetter ?? true),
      number("before pruning", test?["original"]),
      number("parameters", parameters?["after"], higherIsBetter: false),
      number("linear layers", result["linearLayers"]),
      number("merged layers", result["mergedLayers"]),
    ]
  }

  private static func measure(
    _ name: Any?, _ value: Any?, _ higherIsBetter: Any?
  ) -> StudyRecord.Measure? {
    guard let name = name as? String else { return nil }
    return number(Wording.metric(name), value, higherIsBetter: higherIsBetter as? Bool)
  }

  private static func number(
    _ name: String, _ value: Any?, higherIsBetter: Bool? = nil
  ) -> StudyRecord.Measure? {
    guard let value = (value as? NSNumber)?.doubleValue, value.isFinite else { return nil }
    return StudyRecord.Measure(name, value, higherIsBetter: higherIsBetter)
  }

  /// The largest number of bytes, alone or of several phases.
  private static func peak(_ value: Any?) -> Int? {
    if let phases = value as? [String: Any] { return phases.values.compactMap { $0 as? Int }.max() }
    return value as? Int
  }

  private static func object(_ path: String) throws(ToolError) -> [String: Any] {
    guard let content = FileManager.default.contents(atPath: path),
      let object = (try? JSONSerialization.jsonObject(with: content)) as? [String: Any]
    else { throw ToolError(.badData, "\(path): is no result") }
    return object
  }
}
