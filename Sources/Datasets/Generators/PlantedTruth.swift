#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a generated data set was made of: which columns matter, and how the others come about.
public struct PlantedTruth: Sendable, Equatable, Codable {
  /// A column computed from others.
  public struct DerivedColumn: Sendable, Equatable, Codable {
    /// Where the column stands.
    public var column: Int
    /// The columns it was computed from.
    public var parents: [Int]
    /// The weight of each parent in the sum that the column is, up to noise.
    public var weights: [Float]
  }

  /// The name of the generator.
  public var name: String
  /// The seed that makes the same data again.
  public var seed: UInt64
  /// The number of rows.
  public var rowCount: Int
  /// The number of feature columns.
  public var columnCount: Int
  /// The settings of the generator by name.
  public var settings: [String: Double]
  /// The columns that the target was made of.
  public var informative: [Int]
  /// Columns that are combinations or noisy copies of informative ones.
  public var redundant: [DerivedColumn]
  /// Columns that are exact copies of informative or redundant ones.
  public var repeated: [DerivedColumn]
  /// How the data were made.
  public var recipe: String

  /// The truth as JSON, keys sorted, so that equal truths are equal files.
  ///
  /// - Returns: The text.
  public func json() -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Every property is finite and encodable, so this cannot fail.
    let data = (try? encoder.encode(self)) ?? .init()
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}

/// A dataset and what it was made of.
public struct GeneratedDataset: Sendable {
  /// The data.
  public var dataset: Dataset
  /// What is true about them.
  public var truth: PlantedTruth

  /// Where the truth about data is written.
  ///
  /// - Parameter path: The file of the data.
  /// - Returns: The same name with `.truth.json` for `.csv` or `.espalier`.
  public static func truthPath(for path: String) -> String {
    let suffix = [".csv", "." + ColumnStore.fileExtension].first(where: path.hasSuffix)
    return String(path.dropLast(suffix?.count ?? 0)) + ".truth.json"
  }

  /// Writes the data as CSV and the truth as JSON beside it.
  ///
  /// - Parameters:
  ///   - path: The CSV file; the JSON file is at its `truthPath(for:)`.
  ///   - targetName: The name of the target column.
  /// - Returns: The JSON file.
  /// - Throws: `DatasetError.cannotWrite`.
  @discardableResult
  public func write(
    to path: String, targetName: String = "target"
  ) throws(DatasetError) -> String {
    try CSVWriter.write(dataset, targetName: targetName, to: path)
    let truthPath = Self.truthPath(for: path)
    try AtomicFile.write(truth.json(), to: truthPath)
    return truthPath
  }
}
