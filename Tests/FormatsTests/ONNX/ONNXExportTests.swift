import Foundation
import Testing

@testable import Formats

/// Networks of torchvision as PyTorch's exporters write them: the folder that
/// Fixtures/export_torchvision.py fills, in ESPALIER_ONNX_EXPORTS.
@Suite struct ONNXExportTests {
  private struct Sample: Decodable {
    var shape: [Int]
    var input, output: [Float]
  }

  private static let folder = ProcessInfo.processInfo.environment["ESPALIER_ONNX_EXPORTS"]

  private static var names: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder ?? "")) ?? []
    return files.filter { $0.hasSuffix(".onnx") }.map { String($0.dropLast(5)) }.sorted()
  }

  @Test(
    .enabled(if: folder != nil, "ESPALIER_ONNX_EXPORTS names no folder"),
    arguments: folder == nil ? [""] : names)
  func outputsAreThoseOfOnnxruntime(_ name: String) throws {
    let path = "\(Self.folder ?? "")/\(name)"
    let data = try Data(contentsOf: URL(filePath: "\(path).json"))
    let sample = try JSONDecoder().decode(Sample.self, from: data)
    let images = ONNXTensor(sample.shape, .floats(sample.input)).transposed([0, 2, 3, 1])
    let network = try ONNXModel(path: "\(path).onnx").network
    let start = ContinuousClock.now
    let found = outputs(of: network, for: images.floats ?? [])
    let difference = distance(found, sample.output)
    print("\(name): \(difference), \(network.nodes.count) nodes, \(ContinuousClock.now - start)")
    #expect(difference < 1e-4)
  }
}
