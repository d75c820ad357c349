import Foundation
import Tensors
import Testing

@testable import Networks

/// What does not fit is refused, also where the numbers come from a file and were never checked.
@Suite("Operations that do not fit")
struct OperationRefusalTests {
  private struct Case: CustomTestStringConvertible {
    var operation: any NetworkOperation
    var shapes: [Shape]
    var testDescription: String { "\(operation) on \(shapes)" }
  }

  /// An operation as a file may say it.
  private static func decoded<Operation: NetworkOperation>(
    _: Operation.Type, _ json: String
  ) -> Operation {
    do {
      return try JSONDecoder().decode(Operation.self, from: Data(json.utf8))
    } catch {
      fatalError("\(error)")
    }
  }

  private static let cases = [
    Case(operation: Multiply(), shapes: [[3, 4], [3]]),
    Case(operation: Multiply(), shapes: [[], [1]]),
    Case(operation: MatrixProduct(), shapes: [[2, 3], [2, 3]]),
    Case(operation: MatrixProduct(), shapes: [[2, 3, 4], [3, 4, 2]]),
    Case(operation: MatrixProduct(), shapes: [[3], [3]]),
    Case(operation: MatrixProduct(), shapes: [[3, 0], [0, 3]]),
    Case(operation: MatrixProduct(transposesSecond: true), shapes: [[3, 4], [4, 3]]),
    Case(operation: Concatenate(inputCount: 2), shapes: [[2, 3], [3, 3]]),
    Case(operation: Concatenate(inputCount: 2), shapes: [[], []]),
    Case(operation: Concatenate(inputCount: 2), shapes: [[1 << 39], [1 << 40]]),
    Case(operation: decoded(Concatenate.self, #"{"inputCount":0}"#), shapes: []),
    Case(operation: Reshape(to: [5]), shapes: [[2, 3]]),
    Case(
      operation: decoded(Reshape.self, #"{"shape":{"extents":[0,6]}}"#), shapes: [[2, 3]]),
    Case(
      operation: Reshape(to: [Int.max, Int.max]), shapes: [[2, 3]]),
    Case(operation: Permute(axes: [0, 0]), shapes: [[2, 3]]),
    Case(operation: Permute(axes: [1, 0]), shapes: [[2, 3, 4]]),
    Case(operation: Permute(axes: [-1, 0]), shapes: [[2, 3]]),
    Case(operation: GatherColumns(indices: []), shapes: [[3]]),
    Case(operation: GatherColumns(indices: [0, -1]), shapes: [[3]]),
    Case(operation: GatherColumns(indices: [3]), shapes: [[3]]),
    Case(operation: GatherColumns(indices: [0]), shapes: [[]]),
    Case(operation: ScaleAndShift(), shapes: [[]]),
    Case(operation: decoded(Dropout.self, #"{"rate":1}"#), shapes: [[3]]),
    Case(operation: decoded(Dropout.self, #"{"rate":-0.5}"#), shapes: [[3]]),
    Case(operation: decoded(StochasticDepth.self, #"{"rate":2}"#), shapes: [[3]]),
    Case(operation: AppendZeroToken(), shapes: [[4, 4]]),
    Case(operation: PatchMerging(), shapes: [[4, 4]]),
    Case(operation: PatchMerging(), shapes: [[0, 4, 1]]),
    Case(operation: WindowPartition(size: 0), shapes: [[4, 4, 2]]),
    Case(operation: WindowPartition(size: 65), shapes: [[4, 4, 2]]),
    Case(operation: WindowPartition(size: 2, shift: 2), shapes: [[4, 4, 2]]),
    Case(operation: WindowPartition(size: 2, shift: -1), shapes: [[4, 4, 2]]),
    Case(operation: WindowPartition(size: 2), shapes: [[4, 4]]),
    Case(operation: WindowPartition(size: 2, image: Extent(4, 4)), shapes: [[16, 2]]),
    Case(operation: WindowPartition(size: 2, image: Extent(.max, 2)), shapes: [[16, 2]]),
    Case(operation: WindowReverse(size: 2, height: 4, width: 4), shapes: [[3, 4, 2]]),
    Case(operation: WindowReverse(size: 2, height: -4, width: 4), shapes: [[4, 4, 2]]),
    Case(operation: WindowReverse(size: 2, height: .max, width: .max), shapes: [[4, 4, 2]]),
    Case(
      operation: WindowAttention(headCount: 2, size: 2, height: 4, width: 4),
      shapes: [[4, 4, 9]]),
    Case(
      operation: WindowAttention(headCount: 0, size: 2, height: 4, width: 4),
      shapes: [[4, 4, 6]]),
    Case(
      operation: WindowAttention(headCount: 1, size: 2, height: 4, width: 4), shapes: [[4, 4]]),
  ]

  @Test("each is refused with a reason", arguments: cases)
  private func refusal(_ test: Case) {
    #expect {
      _ = try test.operation.outputShape(of: test.shapes)
    } throws: { error in
      (error as? ShapeMismatch)?.needed.isEmpty == false
    }
  }
}
