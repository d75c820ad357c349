import Tensors
import Testing

@testable import Formats

@Suite struct AxisViewTests {
  /// The elements of a view, in the order of the file, as positions in memory.
  private func places(_ view: AxisView) -> [Int] {
    let factors = view.axes.flatMap { $0 }.filter { $0.place != nil }
    let inMemory = factors.sorted { ($0.place ?? 0) < ($1.place ?? 0) }
    let count = factors.reduce(1) { $0 * $1.extent }
    let memory = ONNXTensor(inMemory.map(\.extent), .integers(Array(0..<count)))
    let order = factors.map { factor in inMemory.firstIndex(of: factor) ?? -1 }
    return memory.transposed(order).integers ?? []
  }

  @Test func reshapingAndTransposingIsThatOfMemory() {
    var random = RandomSource(seed: 5)
    var cutCount = 0
    for _ in 0..<500 {
      let extents = [[2, 3, 4], [4, 6], [2, 2, 2, 3]][Int(random.next() % 3)]
      let start = Arrangement(
        extents: [1] + extents, order: Array(1...extents.count), lead: 1, batch: 1)
      var view = start.view
      var tensor = ONNXTensor(extents, .integers(Array(0..<24)))
      for _ in 0..<4 {
        if random.next() % 2 == 0 {
          let order = (0..<tensor.extents.count).shuffled(using: &random)
          tensor = tensor.transposed(order)
          view = view.transposed([0] + order.map { $0 + 1 })
        } else {
          let options = [[24], [2, 12], [12, 2], [4, 6], [3, 8], [2, 3, 4], [1, 24, 1]]
          let wanted = options[Int(random.next() % UInt64(options.count))]
          guard let reshaped = view.reshaped([1] + wanted) else {
            cutCount += 1
            continue
          }
          tensor = tensor.reshaped(wanted)
          view = reshaped
        }
        #expect(view.extents == [1] + tensor.extents)
        #expect(places(view) == tensor.integers)
      }
    }
    #expect(cutCount > 0 && cutCount < 500)
  }

  @Test func theBatchIsNeverCut() {
    let batch = NetworkAssembly.openBatch
    let view = Arrangement(extents: [batch, 6], order: [1], lead: 1, batch: batch).view
    #expect(view.reshaped([batch * 2, 3])?.lead == 2)
    #expect(view.reshaped([2, batch * 3]) == nil)
    #expect(view.reshaped([batch * 6])?.batchIsFirst == true)
  }
}
