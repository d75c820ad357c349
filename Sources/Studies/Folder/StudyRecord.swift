import Datasets
import Formats
import Foundation

/// What a run came to: what is counted, beside the files of the run itself.
///
/// A record is written last, under a temporary name that is then changed. It ends in a SHA-256 of
/// itself and holds that of `result.json`: whatever is changed by hand later is noticed.
package struct StudyRecord: Sendable, Codable, Equatable {
  /// A number that a run is judged by.
  package struct Measure: Sendable, Codable, Equatable {
    /// What it is, such as `accuracy`.
    package var name: String
    /// The number.
    package var value: Double
    /// Whether more is better; nil where it is neither.
    package var higherIsBetter: Bool?

    /// Describes a number.
    ///
    /// - Parameters:
    ///   - name: What it is.
    ///   - value: The number, finite.
    ///   - higherIsBetter: Whether more is better.
    package init(_ name: String, _ value: Double, higherIsBetter: Bool? = nil) {
      self.name = name
      self.value = value
      self.higherIsBetter = higherIsBetter
    }
  }

  /// What came of a run, before it is recorded.
  package struct Outcome: Sendable {
    /// The numbers, that by which methods are compared first.
    package var measures: [Measure]
    /// The columns that were chosen, and of how many.
    package var features: [Int]?
    package var featureCount: Int?
    /// What tells the data of the run from others; nil where nothing does.
    package var dataDigest: String?
    /// The time of the run by the clock.
    package var seconds: Double
    /// The time that processors worked for it, all cores together.
    package var processorSeconds: Double?
    /// The largest memory of the process during the run, in bytes.
    package var peakBytes: Int?
    /// The file whose content must stay as it is, in the folder of the run's output.
    package var resultFile: String

    /// Describes what came of a run.
    ///
    /// - Parameters:
    ///   - measures: The numbers, that by which methods are compared first.
    ///   - features: The columns that were chosen.
    ///   - featureCount: Of how many.
    ///   - seconds: The time of the run by the clock.
    ///   - processorSeconds: The time that processors worked for it, all cores together.
    ///   - peakBytes: The largest memory of the process during the run.
    ///   - resultFile: The file whose content must stay as it is.
    package init(
      measures: [Measure], features: [Int]? = nil, featureCount: Int? = nil, seconds: Double,
      processorSeconds: Double? = nil, peakBytes: Int? = nil, resultFile: String = "result.json"
    ) {
      self.measures = measures
      self.features = features
      self.featureCount = featureCount
      self.seconds = seconds
      self.processorSeconds = processorSeconds
      self.peakBytes = peakBytes
      self.resultFile = resultFile
    }
  }

  /// The name of the run.
  package var name: String
  /// Its options.
  package var arguments: [String]
  /// The numbers, that by which methods are compared first.
  package var measures: [Measure]
  /// The columns that were chosen, and of how many; nil where none were.
  package var features: [Int]?
  package var featureCount: Int?
  /// What tells the data of the run from others; nil where nothing does.
  package var dataDigest: String?
  /// The time of the run by the clock.
  package var seconds: Double
  /// The time that processors worked for it, all cores together; nil where it was not recorded.
  package var processorSeconds: Double?
  /// The largest memory of the process during the run, in bytes.
  package var peakBytes: Int?
  /// The file of the result, and its SHA-256.
  package var resultFile: String
  package var resultDigest: String

  static let fileName = "record.jsonl"
}

extension StudyRecord {
  /// Records what came of a run.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - outcome: What came of it.
  ///   - output: The folder of its output.
  /// - Throws: ``StudyError`` if there is no result.
  init(_ run: StudyRun, _ outcome: Outcome, output: String) throws(StudyError) {
    guard let digest = Self.digest(ofFile: "\(output)/\(outcome.resultFile)") else {
      throw .cannotWrite("\(output)/\(outcome.resultFile)")
    }
    self.init(
      name: run.name, arguments: run.arguments, measures: outcome.measures,
      features: outcome.features, featureCount: outcome.featureCount,
      dataDigest: outcome.dataDigest, seconds: outcome.seconds,
      processorSeconds: outcome.processorSeconds, peakBytes: outcome.peakBytes,
      resultFile: outcome.resultFile, resultDigest: digest)
  }

  /// Why what a folder holds does not count.
  enum Fault: Error {
    /// There is no record.
    case absent
    /// Something was changed.
    case damaged(String)
  }

  /// Reads the record of a run.
  ///
  /// - Parameters:
  ///   - folder: The folder of the run.
  ///   - output: The folder of its output.
  /// - Throws: ``Fault`` if there is none, or if record or result are not as they were written.
  init(folder: String, output: String) throws(Fault) {
    guard let content = FileManager.default.contents(atPath: "\(folder)/\(Self.fileName)") else {
      throw .absent
    }
    let lines = content.split(separator: UInt8(ascii: "\n"))
    guard lines.count == 2, String(decoding: lines[1], as: UTF8.self) == Self.seal(of: lines[0]),
      let record = try? JSONDecoder().decode(StudyRecord.self, from: lines[0])
    else { throw .damaged("\(Self.fileName) is not as it was written") }
    guard let digest = Self.digest(ofFile: "\(output)/\(record.resultFile)") else {
      throw .damaged("\(record.resultFile) is missing")
    }
    guard digest == record.resultDigest else {
      throw .damaged("\(record.resultFile) is not as it was written")
    }
    self = record
  }

  /// Writes the record.
  func write(to folder: String) throws(StudyError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let path = "\(folder)/\(Self.fileName)"
    guard let line = try? encoder.encode(self) else {
      throw .cannotWrite(path: path, reason: "a number is not finite")
    }
    try writeAtomically(
      String(decoding: line, as: UTF8.self) + "\n" + Self.seal(of: line) + "\n", to: path)
  }

  /// The last line of a record.
  private static func seal(of line: Data) -> String {
    "{\"sha256\":\"\(digest(of: line))\"}"
  }

  private static func digest(of data: Data) -> String {
    var hash = SHA256()
    data.withUnsafeBytes { hash.combine($0) }
    return hash.text
  }

  private static func digest(ofFile path: String) -> String? {
    FileManager.default.contents(atPath: path).map { digest(of: $0) }
  }
}

/// Why a run came to nothing.
package struct StudyFailure: Sendable, Codable, Equatable {
  /// What was wrong.
  package var reason: String
  /// The options of the run.
  package var arguments: [String]

  static let fileName = "failure.json"

  /// Reads the failure of a run; nil if there is none.
  init?(folder: String) {
    guard let content = FileManager.default.contents(atPath: "\(folder)/\(Self.fileName)"),
      let failure = try? JSONDecoder().decode(StudyFailure.self, from: content)
    else { return nil }
    self = failure
  }

  init(_ run: StudyRun, reason: String) {
    self.reason = reason
    arguments = run.arguments
  }

  /// Writes the failure.
  func write(to folder: String) throws(StudyError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    try writeAtomically(text + "\n", to: "\(folder)/\(Self.fileName)")
  }
}

/// Writes a file at once, under a temporary name first.
func writeAtomically(_ text: String, to path: String) throws(StudyError) {
  do {
    try AtomicFile.write(text, to: path)
  } catch DatasetError.cannotWrite(_, let reason) {
    throw .cannotWrite(path: path, reason: reason)
  } catch {
    throw .cannotWrite(path: path, reason: "\(error)")
  }
}
