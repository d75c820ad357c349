import Testing

@testable import Datasets

@Suite struct CIFARReaderTests {
  private func records(_ labels: [[UInt8]]) -> [UInt8] {
    labels.enumerated().flatMap { row, labels in
      labels + (0..<3072).map { UInt8(truncatingIfNeeded: row * 100 + $0 / 1024) }
    }
  }

  private let names = ["ant", "bee", "cat", "dog", "elk", "fox", "gnu", "hen", "ibis", "jay"]

  @Test(arguments: [false, true])
  func labelsAndChannelsAreRead(compressed: Bool) throws {
    let scratch = try Scratch()
    let bytes = records([[9], [0], [9]])
    let path = try compressed ? scratch.compress(bytes, "a.gz") : scratch.write(bytes, "a.bin")
    let table = try TableSource(paths: [path]).readTable()
    #expect(table.rowCount == 3 && table.columnCount == 3073 && table.labelColumns == ["label"])
    #expect(table.kinds[3072] == .categorical(levels: ["0", "9"]))
    #expect(table.features.exact(3072) == [1, 0, 1])
    // However few the rows, a label is a class.
    let labelled = try TableSource(paths: [path]).readLabelled()
    #expect(labelled.target == .classes(indices: [1, 0, 1], names: ["0", "9"]))
    // Red, green and blue lie behind each other.
    #expect(
      table.features.viewing(columns: [0, 1023, 1024, 3071]).cells == [
        0, 0, 1, 2, 100, 100, 101, 102, 200, 200, 201, 202,
      ])
    _ = try scratch.write(names.joined(separator: "\n") + "\n\n", "batches.meta.txt")
    let data = try TableSource(paths: [path]).readDataset()
    #expect(data.target == .classes(indices: [1, 0, 1], names: ["ant", "jay"]))
  }

  @Test func coarseAndFineLabelsAreRead() throws {
    let scratch = try Scratch()
    let path = try scratch.write(records([[19, 99], [1, 7]]), "t.bin")
    let table = try TableSource(paths: [path]).readTable()
    #expect(table.labelColumns == ["fine", "coarse"])
    #expect(
      table.kinds.suffix(2) == [
        .categorical(levels: ["1", "19"]), .categorical(levels: ["7", "99"]),
      ])
    #expect(table.features.exact(3072) == [1, 0] && table.features.exact(3073) == [1, 0])
    #expect(try TableSource(paths: [path]).readDataset().target.names == ["7", "99"])
  }

  @Test func whatIsNoRecordIsRefused() throws {
    let scratch = try Scratch()
    func error(_ bytes: [UInt8], compressed: Bool = false) throws -> String? {
      let path = try compressed ? scratch.compress(bytes, "a") : scratch.write(bytes, "a")
      return failure { try TableSource(paths: [path]).readTable() }?.description
        .replacing(path, with: "C")
    }
    let sound = records((1...40).map { [UInt8($0 % 10)] })
    #expect(try error(sound) == nil)
    #expect(try error(Array(sound.dropLast()))?.contains("binary file of unknown format") == true)
    #expect(
      try error(Array(sound.dropLast()), compressed: true)
        == "C: damaged file: the last record has 3072 of 3073 bytes; fetch it again")
    var wrong = sound
    wrong[3073 * 30] = 10
    #expect(
      try error(wrong)
        == "C: damaged file: record 30 has the label 10, there are 10; fetch it again")
  }
}
