import Tensors
import Testing

@testable import Formats

@Suite("Files of a checkpoint")
struct CheckpointFileTests {
  private static let snapshot: Snapshot = {
    var inner = Snapshot()
    inner.save("order", [2, 0, 1])
    inner.save("random", RandomSource(seed: 3))
    var part = Snapshot()
    part.save("inner", inner)
    part.save("texts", Snapshot(textList: ["a", "", "ü\n"]))
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
  }()

  private var bytes: [UInt8] {
    CheckpointFile(number: 7, snapshot: Self.snapshot).parts.flatMap { $0 }
  }

  @Test("Bytes give back every bit, and equal states equal bytes")
  func coding() throws {
    let file = try CheckpointFile(bytes: bytes)
    let copy = file.snapshot
    #expect(file.number == 7 && file.parts.flatMap { $0 } == bytes)
    let floats = try copy.floats("floats", count: 4)
    #expect(floats.map(\.bitPattern) == [1.5, -0, .nan, .infinity].map(\Float.bitPattern))
    #expect(try copy.doubles("doubles") == [0.1, -.leastNonzeroMagnitude])
    #expect(try copy.int32s("small") == [-1, .max])
    #expect(try copy.shortWords("ages") == [0, .max])
    #expect(try copy.flags("flags") == [true, false, true])
    #expect(try copy.text("text") == "\"ü\"\n")
    #expect(try copy.integers("empty", in: 0..<1).isEmpty)
    let part = try copy.part("part")
    #expect(try part.part("texts").textList() == ["a", "", "ü\n"])
    #expect(try part.part("inner").order("order", count: 3) == [2, 0, 1])
    #expect(try part.part("inner").random("random") == RandomSource(seed: 3))
  }

  @Test("A file that is cut off, lengthened or changed in any bit is refused")
  func damage() {
    let bytes = bytes
    for count in 0..<bytes.count { refuse(Array(bytes[..<count])) }
    refuse(bytes + [0])
    for position in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[position] ^= 1 << bit
        refuse(damaged)
      }
    }
  }

  @Test("A container that holds what no state has is refused, however it is sealed")
  func foreign() {
    for array in [
      SafetensorsArray("a", Tensor([2, 2])), SafetensorsArray("a", [Int8(1)]),
      SafetensorsArray("a//b", [1]), SafetensorsArray("", [1]),
      SafetensorsArray(Array(repeating: "a", count: 40).joined(separator: "/"), [1]),
    ] {
      var container = Safetensors()
      container.append(array)
      refuse(CheckpointFile.sealed(container: container.bytes, number: 1))
    }
    refuse(CheckpointFile.sealed(container: [1, 2, 3], number: 1))
  }

  private func refuse(_ bytes: [UInt8]) {
    #expect(throws: SnapshotError.self) { try CheckpointFile(bytes: bytes) }
  }
}
