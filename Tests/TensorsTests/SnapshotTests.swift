import Testing

@testable import Tensors

@Suite("Snapshots")
struct SnapshotTests {
  private var snapshot: Snapshot {
    var part = Snapshot()
    part.save("order", [2, 0, 1])
    part.save("random", RandomSource(seed: 3))
    var snapshot = Snapshot()
    snapshot.save("part", part)
    snapshot.save("floats", .float([1.5, -0, .nan, .infinity]))
    snapshot.save("doubles", .double([0.1, -.leastNonzeroMagnitude]))
    snapshot.save("small", .int32([-1, .max]))
    snapshot.save("ages", .uint16([0, .max]))
    snapshot.save("flags", [true, false, true])
    snapshot.save("text", "\"ü\"\n")
    snapshot.save("empty", [Int]())
    return snapshot
  }

  private func read(_ bytes: [UInt8]) throws -> Snapshot {
    try bytes.withUnsafeBytes { try Snapshot(encoded: $0) }
  }

  @Test("Bytes give back every bit, and equal states equal bytes")
  func coding() throws {
    let bytes = snapshot.encoded
    let copy = try read(bytes)
    #expect(copy.encoded == bytes && bytes.count % 8 == 0)
    let floats = try copy.floats("floats", count: 4)
    #expect(floats.map(\.bitPattern) == [1.5, -0, .nan, .infinity].map(\Float.bitPattern))
    #expect(try copy.doubles("doubles") == [0.1, -.leastNonzeroMagnitude])
    #expect(try copy.int32s("small") == [-1, .max])
    #expect(try copy.shortWords("ages") == [0, .max])
    #expect(try copy.flags("flags") == [true, false, true])
    #expect(try copy.text("text") == "\"ü\"\n")
    #expect(try copy.integers("empty", in: 0..<1).isEmpty)
    #expect(try copy.part("part").order("order", count: 3) == [2, 0, 1])
    #expect(try copy.part("part").random("random") == RandomSource(seed: 3))
  }

  @Test("What is missing, of another type or length, or cannot be, is refused")
  func refusals() {
    let snapshot = snapshot
    #expect(throws: SnapshotError.missing("none")) { try snapshot.floats("none") }
    #expect(throws: SnapshotError.missing("none")) { try snapshot.part("none") }
    #expect(throws: SnapshotError.wrongType("doubles")) { try snapshot.floats("doubles") }
    #expect(throws: SnapshotError.wrongCount("floats", found: 4, needed: 3)) {
      try snapshot.floats("floats", count: 3)
    }
    #expect(throws: SnapshotError.wrongCount("doubles", found: 2, needed: 1)) {
      try snapshot.double("doubles")
    }
    #expect(throws: SnapshotError.impossibleValue("order")) {
      try snapshot.part("part").integers("order", in: 0..<2)
    }
    var wrong = Snapshot()
    wrong.save("order", [1, 1])
    wrong.save("random", .uint64([9, 0, 0, 0, 0]))
    wrong.save("text", .uint8([0xff]))
    wrong.save("flag", .uint8([2]))
    #expect(throws: SnapshotError.impossibleValue("order")) { try wrong.order("order", count: 2) }
    #expect(throws: SnapshotError.impossibleValue("random")) { try wrong.random("random") }
    #expect(throws: SnapshotError.impossibleValue("text")) { try wrong.text("text") }
    #expect(throws: SnapshotError.impossibleValue("flag")) { try wrong.flag("flag") }
  }

  @Test("A generator goes on from its state")
  func random() throws {
    var source = RandomSource(seed: 5)
    for _ in 0..<7 { _ = source.next() }
    var again = try #require(RandomSource(state: source.state))
    #expect((0..<5).map { _ in source.next() } == (0..<5).map { _ in again.next() })
    #expect(source.substream("a") == again.substream("a"))
    #expect(RandomSource(state: [1, 2, 3]) == nil && RandomSource(state: [1, 0, 0, 0, 0]) == nil)
  }

  @Test("Bytes that are cut off or changed in their structure are refused")
  func damage() {
    let bytes = snapshot.encoded
    for count in 1..<bytes.count {
      // A whole number of arrays is a smaller snapshot; who reads a file knows its length.
      if let cut = try? read(Array(bytes[..<count])) {
        #expect(cut.encoded == Array(bytes[..<count]))
      }
    }
    for position in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[position] ^= 1 << bit
        if let other = try? read(damaged) { #expect(other.encoded == damaged) }
      }
    }
  }
}
