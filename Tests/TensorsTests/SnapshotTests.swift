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
    return snapshot
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
}
