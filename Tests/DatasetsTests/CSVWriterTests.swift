import Foundation
import Tensors
import Testing

@testable import Datasets

@Suite struct CSVWriterTests {
  @Test func whatIsWrittenIsReadBackToTheSameBits() throws {
    let scratch = try Scratch()
    var source = RandomSource(seed: 21)
    var values = (0..<3000).map { _ in
      Float(bitPattern: UInt32(truncatingIfNeeded: source.next()))
    }
    for position in values.indices where !values[position].isFinite { values[position] = 0.1 }
    let names = ["plain", "with, comma", "with \"quotes\" and\nline", " blank ", "é"]
    let labels = (0..<600).map { ["a,b", "\"", "c"][$0 % 3] }
    let data = Dataset(
      features: FeatureStore(values: values, rowCount: 600, columnNames: names),
      target: try Target(LabelColumn(name: "y", texts: labels), path: ""))
    let path = scratch.path("d.csv")
    try CSVWriter.write(data, targetName: "y", to: path)
    let read = try TableSource(paths: [path], target: .column("y")).readDataset()
    #expect(read.features.columnNames == names)
    #expect(read.contentHash() == data.contentHash())
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.directory) == ["d.csv"])
  }

  @Test func chosenColumnsAreWrittenWithTheirLabels() throws {
    let scratch = try Scratch()
    let kinds: [ColumnKind] = [.categorical(levels: ["x", "p", "q,"]), .numeric, .numeric]
    let features = FeatureStore(
      values: [1, 0.5, 3, 2, .nan, 123_456_792], rowCount: 2, columnNames: ["a", "b", "c"])
    let table = Table(features: features, kinds: kinds)
    let path = scratch.path("r.csv")
    try CSVWriter.write(table, columns: [2, 1, 0], to: path)
    #expect(
      try String(contentsOfFile: path, encoding: .utf8)
        == "c,b,a\n3,0.5,p\n123456792,,\"q,\"\n")
  }

  @Test func aPlaceThatCannotBeWrittenIsSaid() throws {
    let features = FeatureStore(values: [1], rowCount: 1, columnNames: ["a"])
    let error = failure {
      try CSVWriter.write(
        Table(features: features), columns: [0], to: "/no/such/f.csv")
    }
    #expect(error?.description == "/no/such/f.csv: cannot be written: No such file or directory")
    #expect(error?.isUnwritable == true && error?.isMissingInput == false)
  }

  @Test func anAbandonedFileLeavesNothing() throws {
    let scratch = try Scratch()
    do {
      var file = try AtomicFile(path: scratch.path("f"))
      try file.write("half")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.directory).isEmpty)
  }
}
