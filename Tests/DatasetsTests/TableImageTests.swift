import Foundation
import Testing

@testable import Datasets

@Suite struct TableImageTests {
  private func table() -> Table {
    var builder = TableBuilder(names: ["x0", "x1", "colour", "gap"])
    for (index, colour) in ["red", "blue", "red"].enumerated() {
      builder.row[0] = Double(index)
      builder.row[1] = Double(index) - 0.5
      builder.take(colour, column: 2)
      builder.row[3] = index == 1 ? .nan : 70_000
      builder.endRow()
    }
    var table = builder.finished()
    let sparse = CompressedMatrix(
      rowCount: 3, columnCount: 2, isByColumn: true, starts: [0, 1, 2], positions: [2, 0],
      values: [7, -300])
    if let more = try? sparse.features(names: ["s", "t"], path: "") {
      table.features = table.features.appending(more)
      table.kinds += [.numeric, .numeric]
    }
    table.labelColumns = ["colour"]
    table.notes = ["a note"]
    table.setAside = [("Z", "is no column")]
    table.features.imageShape = (1, 2)
    return table
  }

  private func bytes(_ table: Table) throws -> [UInt8] {
    let scratch = try Scratch()
    let file = open(scratch.path("t"), O_RDWR | O_CREAT, 0o600)
    defer { close(file) }
    try TableImage.write(table, to: file)
    return try Array(Data(contentsOf: URL(fileURLWithPath: scratch.path("t"))))
  }

  private func read(_ bytes: [UInt8]) throws -> Table? {
    let scratch = try Scratch()
    let file = open(try scratch.write(bytes, "t"), O_RDONLY)
    defer { close(file) }
    return TableImage.read(from: file)
  }

  @Test func aTableComesBackAsItWas() throws {
    let table = table()
    let copy = try #require(try read(bytes(table)))
    #expect(copy.columnNames == table.columnNames && copy.kinds == table.kinds)
    #expect(copy.labelColumns == ["colour"] && copy.notes == ["a note"])
    #expect(copy.setAside.map(\.name) == ["Z"] && copy.features.imageShape?.width == 2)
    #expect(copy.features.types == table.features.types)
    for column in 0..<table.columnCount {
      let (first, second) = (table.features.exact(column), copy.features.exact(column))
      #expect(first.elementsEqual(second) { $0 == $1 || ($0.isNaN && $1.isNaN) })
      #expect(table.features.isSparse(column) == copy.features.isSparse(column))
    }
  }

  @Test func whateverIsWrittenIsNoCrash() throws {
    let sound = try bytes(table())
    for length in stride(from: 0, to: sound.count - 1, by: 11) {
      #expect(try read(Array(sound[..<length])) == nil, "\(length) of \(sound.count) bytes")
    }
    for position in sound.indices {
      for mask in [0x01, 0x80, 0xff] as [UInt8] {
        var damaged = sound
        damaged[position] ^= mask
        if let table = try read(damaged) {
          for column in 0..<table.columnCount { _ = table.features.exact(column).count }
        }
      }
    }
  }
}
