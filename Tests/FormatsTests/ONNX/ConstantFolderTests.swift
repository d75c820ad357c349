import Testing

@testable import Formats

@Suite struct ConstantFolderTests {
  private func fold(
    _ kind: String, _ inputs: [ONNXTensor?], _ attributes: [String: ONNXAttribute] = [:]
  ) throws -> ONNXTensor? {
    var folder = ConstantFolder(elementCount: 0)
    let node = ONNXNode(
      name: "", kind: kind, inputs: inputs.map { $0 == nil ? "" : "i" }, outputs: ["o"],
      attributes: attributes)
    return try folder.fold(node, inputs)
  }

  private let matrix = ONNXTensor([2, 3], .integers([0, 1, 2, 3, 4, 5]))

  @Test func placesAreChosen() throws {
    let indices = ONNXTensor([2], .integers([-1, 0]))
    #expect(
      try fold("Gather", [matrix, indices], ["axis": .integer(1)])
        == ONNXTensor([2, 2], .integers([2, 0, 5, 3])))
    let scalar = ONNXTensor([], .integers([1]))
    #expect(try fold("Gather", [matrix, scalar]) == ONNXTensor([3], .integers([3, 4, 5])))
    let parts = [[1, -1], [Int.max, -Int.max], [0, 1], [1, -2]].map { ONNXTensor($0) }
    #expect(try fold("Slice", [matrix] + parts) == ONNXTensor([1, 2], .integers([5, 3])))
    #expect(throws: Formats.Refusal.self) { try fold("Gather", [matrix, ONNXTensor([9])]) }
  }

  @Test func shapesChange() throws {
    #expect(try fold("Transpose", [matrix]) == ONNXTensor([3, 2], .integers([0, 3, 1, 4, 2, 5])))
    #expect(try fold("Reshape", [matrix, ONNXTensor([0, -1, 1])])?.extents == [2, 3, 1])
    #expect(try fold("Unsqueeze", [matrix, ONNXTensor([-1, 0])])?.extents == [1, 2, 3, 1])
    #expect(try fold("Shape", [matrix], ["start": .integer(-1)]) == ONNXTensor([3]))
    #expect(
      try fold("Concat", [matrix, matrix], ["axis": .integer(-1)])
        == ONNXTensor([2, 6], .integers([0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5])))
    // Nothing, a thousand million times over.
    let nothing = ONNXTensor([1 << 15, 1 << 15, 0], .integers([]))
    #expect(try fold("Concat", [nothing, nothing], ["axis": .integer(2)]) == nothing)
    #expect(throws: Formats.Refusal.self) { try fold("Reshape", [matrix, ONNXTensor([4, -1])]) }
    #expect(throws: Formats.Refusal.self) { try fold("Unsqueeze", [matrix, ONNXTensor([7])]) }
  }

  @Test func valuesArePutAtPlaces() throws {
    let rows = ONNXTensor([2, 1], .integers([1, -2]))
    let values = ONNXTensor([2, 3], .integers([7, 8, 9, 10, 11, 12]))
    #expect(
      try fold("ScatterND", [matrix, rows, values])
        == ONNXTensor([2, 3], .integers([10, 11, 12, 7, 8, 9])))
    let places = ONNXTensor([1, 2], .integers([1, -1]))
    #expect(
      try fold("ScatterND", [matrix, places, ONNXTensor([1], .floats([0.5]))])
        == ONNXTensor([2, 3], .floats([0, 1, 2, 3, 4, 0.5])))
    #expect(throws: Formats.Refusal.self) {
      try fold("ScatterND", [matrix, ONNXTensor([1, 1], .integers([2])), ONNXTensor([1, 2, 3])])
    }
    #expect(throws: Formats.Refusal.self) {
      try fold("ScatterND", [matrix, places, ONNXTensor([1, 2])])
    }
    #expect(throws: Formats.Refusal.self) {
      try fold("ScatterND", [matrix, rows, values], ["reduction": .text("add")])
    }
  }

  @Test func whatADivisionLeaves() throws {
    let (left, right) = (ONNXTensor([7, -7, 7, -7, 6]), ONNXTensor([3, 3, -3, -3, 3]))
    #expect(try fold("Mod", [left, right]) == ONNXTensor([1, 2, -2, -1, 0]))
    #expect(
      try fold("Mod", [left, right], ["fmod": .integer(1)]) == ONNXTensor([1, -1, 1, -1, 0]))
    #expect(throws: Formats.Refusal.self) { try fold("Mod", [left, ONNXTensor([0])]) }
    #expect(throws: Formats.Refusal.self) {
      try fold("Mod", [ONNXTensor([Int.min]), ONNXTensor([-1])])
    }
    #expect(try fold("Not", [ONNXTensor([0, 1])]) == ONNXTensor([1, 0]))
  }

  @Test func numbersAreComputed() throws {
    let row = ONNXTensor([3], .integers([10, 20, 30]))
    #expect(
      try fold("Add", [matrix, row]) == ONNXTensor([2, 3], .integers([10, 21, 32, 13, 24, 35])))
    let column = ONNXTensor([2, 1], .floats([1, 2]))
    #expect(
      try fold("Mul", [matrix, column]) == ONNXTensor([2, 3], .floats([0, 1, 2, 6, 8, 10])))
    #expect(try fold("Div", [ONNXTensor([7]), ONNXTensor([2])]) == ONNXTensor([3]))
    for divisor in [0, -1] {
      #expect(throws: Formats.Refusal.self) {
        try fold("Div", [ONNXTensor([Int.min]), ONNXTensor([divisor])])
      }
    }
    #expect(throws: Formats.Refusal.self) {
      try fold("Mul", [ONNXTensor([.max]), ONNXTensor([2])])
    }
    #expect(throws: Formats.Refusal.self) { try fold("Add", [matrix, ONNXTensor([1, 2])]) }
  }
}
