import Testing

@testable import Tensors

@Suite("Tensors")
struct TensorTests {
  @Test("a copy is independent of the original")
  func values() {
    let original = Tensor([2, 3], [1, 2, 3, 4, 5, 6])
    var copy = original
    #expect(copy == original)
    copy[1, 2] = 9
    #expect(original[1, 2] == 6 && copy[1, 2] == 9 && copy[5] == 9)
    copy.withMutableElements { $0[0] = -1 }
    #expect(original[0] == 1 && copy.elements == [-1, 2, 3, 4, 5, 9])
  }

  @Test("equality sees the shape, and NaN equals nothing")
  func equality() {
    #expect(Tensor([2, 3]) != Tensor([3, 2]))
    #expect(Tensor([2], [0, .nan]) != Tensor([2], [0, .nan]))
    #expect(Tensor([], [4]).count == 1)
    #expect(Tensor([0, 5]).elements.isEmpty)
  }

  @Test("elements start at a cache line")
  func alignment() {
    for count in 1..<50 {
      Tensor([count]).withElements { elements in
        #expect(Int(bitPattern: elements.baseAddress) % 64 == 0)
      }
    }
  }
}

@Suite("Random numbers")
struct RandomSourceTests {
  @Test("the published numbers of xoshiro256** after SplitMix64")
  func golden() {
    // Fixtures/random.py computes them from the papers' definitions.
    var source = RandomSource(seed: 1)
    let first = (0..<4).map { _ in source.next() }
    #expect(
      first == [
        0xb3f2_af6d_0fc7_10c5, 0x853b_5596_4736_4cea, 0x92f8_9756_082a_4514,
        0x642e_1c7b_c266_a3a7,
      ])
  }

  @Test("a substream depends on its name, not on what was drawn before")
  func substreams() {
    var used = RandomSource(seed: 7)
    for _ in 0..<10 { _ = used.next() }
    var (left, right) = (used.substream("a"), RandomSource(seed: 7).substream("a"))
    #expect(left.next() == right.next())
    var (other, numbered) = (used.substream("b"), used.substream("a", 1))
    let value = left.next()
    #expect(other.next() != value && numbered.next() != value)
  }

  @Test("means and ranges of the distributions")
  func distributions() {
    var source = RandomSource(seed: 3)
    let count = 20_000
    let normals = (0..<count).map { _ in source.normal() }
    let mean = normals.reduce(0, +) / Double(count)
    let variance = normals.reduce(0) { $0 + $1 * $1 } / Double(count)
    #expect(abs(mean) < 0.03 && abs(variance - 1) < 0.05)
    let uniforms = (0..<count).map { _ in source.uniform(-2, 3) }
    #expect(uniforms.allSatisfy { $0 >= -2 && $0 <= 3 })
    #expect(abs(uniforms.reduce(0, +) / Float(count) - 0.5) < 0.05)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<count { counts[source.index(below: 7)] += 1 }
    #expect(counts.allSatisfy { abs($0 - count / 7) < 250 })
  }

  @Test("a shuffle keeps every element, a sample is uniform")
  func shuffles() {
    var source = RandomSource(seed: 4)
    var order = Array(0..<50)
    source.shuffle(&order)
    #expect(order != Array(0..<50) && order.sorted() == Array(0..<50))
    var counts = [Int](repeating: 0, count: 5)
    for _ in 0..<5000 {
      var pool = Array(0..<5)
      source.shuffleFirst(2, of: &pool)
      counts[pool[0]] += 1
      counts[pool[1]] += 1
    }
    #expect(counts.allSatisfy { abs($0 - 2000) < 200 })
    var one = [1]
    source.shuffleFirst(1, of: &one)
    source.shuffleFirst(0, of: &one)
    #expect(one == [1])
  }
}
