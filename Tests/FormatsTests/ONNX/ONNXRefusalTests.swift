import Datasets
import Foundation
import Testing

@testable import Formats

@Suite struct ONNXRefusalTests {
  @Test func allUnsupportedOperatorsAreNamed() throws {
    var model = HandMadeModel(input: [0, 3])
    model.node("Sin", ["x"], "a", named: "first")
    model.node("Cos", ["a"], "b", named: "second")
    model.node("Sin", ["b"], "c", named: "third")
    model.node("Relu", ["c"], "y")
    #expect(
      model.refusal
        == "m.onnx: cannot be read: operator Sin is not supported (nodes 'first', 'third'); "
        + "operator Cos is not supported (node 'second')")
  }

  @Test func anUnusualAttributeIsNamedWithItsNode() throws {
    var model = HandMadeModel(input: [0, 3])
    model.floats("w", [3, 2], [1, 2, 3, 4, 5, 6])
    model.node("Gemm", ["x", "w"], "y", named: "dense", ["transA": [1]])
    #expect(
      model.refusal
        == "m.onnx: cannot be read: operator Gemm transposes its input (node 'dense')")
  }

  @Test func shapesThatDoNotMeetAreToldWithTheirNodes() throws {
    func layer(_ model: inout HandMadeModel, _ name: String, _ extents: [Int64]) {
      let count = Int(extents.reduce(1, *))
      model.floats("\(name).weight", extents, [Float](repeating: 1, count: count))
      model.node("Gemm", ["x", "\(name).weight"], name, named: name)
    }
    for (kind, needed) in [
      ("Add", "two inputs of one shape"), ("Mul", "two inputs of one shape, or a number"),
      ("MatMul", "matrices that meet"),
    ] {
      var model = HandMadeModel(input: [0, 5])
      layer(&model, "left", [5, 3])
      layer(&model, "right", [5, 4])
      model.node(kind, ["left", "right"], "y", named: "both")
      let refusal = model.refusal ?? ""
      #expect(
        refusal.contains("operator \(kind) needs \(needed)")
          && refusal.hasSuffix("but gets left (3) and right (4) (node 'both')"), "\(refusal)")
    }
    var model = HandMadeModel(input: [0, 5], output: "dense")
    layer(&model, "dense", [4, 3])
    #expect(
      model.refusal
        == "m.onnx: cannot be read: operator Gemm needs a weight of shape 3x5 for input (5),"
        + " but its own is of 3x4 (node 'dense')")
  }

  @Test func anOperatorThatWasJoinedToAnotherHasItsOwnName() throws {
    var model = HandMadeModel(input: [0, 2, 3])
    model.floats("w", [3, 3], [Float](repeating: 1, count: 9))
    model.floats("b", [3], [1, 2, 3])
    model.node("Transpose", ["x"], "a", ["perm": [1, 0, 2]])
    model.node("MatMul", ["a", "w"], "product", named: "product")
    model.node("Add", ["b", "product"], "y", named: "sum")
    #expect(
      model.refusal?.contains("operator MatMul mixes the batch with another axis (node 'product')")
        == true, "\(model.refusal ?? "")")
  }

  @Test func whatWouldMixSamplesIsRefused() throws {
    func reason(_ build: (inout HandMadeModel) -> Void) -> String {
      var model = HandMadeModel(input: [0, 4, 6])
      build(&model)
      return model.refusal ?? "it is read"
    }
    #expect(
      reason {
        $0.integers("pads", [1, 0, 0, 0, 0, 0])
        $0.node("Pad", ["x", "pads"], "y")
      }.contains("Pad adds samples to a batch"))
    #expect(
      reason {
        $0.integers("pads", [0, -1, 0, 0, 0, 0])
        $0.node("Pad", ["x", "pads"], "y")
      }.contains("Pad has no pads of at least 0"))
    #expect(
      reason {
        $0.integers("pads", [0, 1, 0, 0, 0, 0])
        $0.floats("value", [], [2])
        $0.node("Pad", ["x", "pads", "value"], "y")
      }.contains("Pad pads by something but zeros"))
    #expect(
      reason { $0.node("MatMul", ["x", "x"], "y") }
        .contains("needs matrices that meet, but gets input (4x6) and input (4x6)"))
    #expect(
      reason {
        $0.integers("first", [0])
        $0.node("Gather", ["x", "first"], "y", ["axis": [0]])
      }.contains("Gather chooses among the samples of a batch"))
    #expect(
      reason {
        $0.integers("bounds", [0])
        $0.integers("axis", [1])
        $0.node("Slice", ["x", "bounds", "bounds", "axis"], "y")
      }.contains("does not depend on the input"))
  }

  @Test func whatContradictsItselfIsRefused() throws {
    func reason(_ change: (inout HandMadeModel) -> Void) -> String {
      var model = HandMadeModel(input: [0, 2])
      model.floats("w", [2, 1], [1, 2])
      model.node("MatMul", ["x", "w"], "y")
      #expect(model.refusal == nil)
      change(&model)
      return model.refusal ?? "it is read"
    }
    #expect(
      reason { $0.proto.graph.initializer[0].dims = [2, 2] }.contains("2 elements instead of 4"))
    #expect(
      reason { $0.proto.graph.initializer[0].dims = [-2, -1] }.contains("impossible extents"))
    #expect(
      reason { $0.proto.graph.initializer[0].dims = [1 << 40, 1 << 40] }
        .contains("impossible extents"))
    #expect(reason { $0.proto.graph.initializer[0].dataType = 77 }.contains("unknown type 77"))
    #expect(
      reason { $0.proto.graph.initializer[0].rawData = Data([1, 2, 3]) }
        .contains("3 bytes instead of 8"))
    #expect(
      reason { $0.proto.graph.initializer[0].floatData = [.nan, 1] }.contains("NaN or infinite"))
    #expect(reason { $0.floats("w", [1], [1]) }.contains("two tensors are named 'w'"))
    #expect(reason { $0.node("Relu", ["x"], "y") }.contains("two nodes make 'y'"))
    #expect(reason { $0.proto.graph.node[0].input[0] = "z" }.contains("reads 'z'"))
    #expect(reason { $0.proto.graph.output[0].name = "z" }.contains("nothing makes the output 'z'"))
    #expect(reason { $0.proto.opsetImport = [] }.contains("which version"))
    for (version, isRead) in [(6, false), (7, true), (28, true), (29, false)] as [(Int64, Bool)] {
      let told = reason { $0.proto.opsetImport[0].version = version }
      #expect(
        told
          == (isRead
            ? "it is read"
            : "m.onnx: cannot be read: it has version \(version) of the operators; versions 7 to 28"
              + " are read: export it with one of these"))
    }
    for (version, isRead) in [(2, false), (3, true), (14, true), (15, false)] as [(Int64, Bool)] {
      let told = reason { $0.proto.irVersion = version }
      #expect(
        told
          == (isRead
            ? "it is read"
            : "m.onnx: cannot be read: it has version \(version) of the format; versions 3 to 14"
              + " are read: export it with one of these"))
    }
    #expect(reason { $0.proto.graph.input = [HandMadeModel.port("x", [0, 0])] }.contains("fixed"))
    #expect(
      reason { $0.proto.graph.input.append(HandMadeModel.port("z", [0, 2])) }
        .contains("2 inputs ('x', 'z')"))
    #expect(reason { $0.proto.graph.input = [HandMadeModel.port("x", [0, 5])] }.contains("needs"))
  }

  @Test func aCutFileIsRefusedAtEveryLength() throws {
    let bytes = GoldenModel.bytes("lenet-fixed")
    #expect(!bytes.isEmpty)
    for length in stride(from: 0, to: bytes.count, by: 7) {
      #expect(throws: ONNXError.self) {
        try ONNXModel(bytes: Array(bytes[..<length]), path: "cut")
      }
    }
  }

  @Test func aSmallFileCannotAskForALargeConstant() throws {
    var model = HandMadeModel(input: [0, 2])
    model.integers("shape", [1 << 20, 1 << 10])
    model.node("ConstantOfShape", ["shape"], "large")
    model.node("Add", ["x", "large"], "y")
    #expect(model.refusal?.contains("makes a constant of 1073741824 elements") == true)
  }

  @Test func aMissingFileIsNamed() {
    #expect(throws: ONNXError.file(.missingFile(path: "none.onnx"))) {
      try ONNXModel(path: "none.onnx")
    }
  }
}

@Suite struct ONNXExternalDataTests {
  /// A model whose matrix lies in another file.
  private func withModel(
    at location: String, prepare: (URL) throws -> Void = { _ in },
    _ body: (Result<ONNXModel, ONNXError>) -> Void
  ) throws {
    let scratch = try Scratch()
    let folder = scratch.url.appending(path: "inner")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let numbers: [Float] = [9, 1, 2]
    try numbers.withUnsafeBytes { try Data($0).write(to: folder.appendingPathComponent("w.bin")) }
    try numbers.withUnsafeBytes {
      try Data($0).write(to: folder.deletingLastPathComponent().appendingPathComponent("w.bin"))
    }
    try prepare(folder)
    var model = HandMadeModel(input: [0, 2])
    model.proto.graph.initializer.append(
      .with {
        ($0.name, $0.dims, $0.dataType, $0.dataLocation) = ("w", [2, 1], 1, 1)
        $0.externalData = [("location", location), ("offset", "4"), ("length", "8")].map { entry in
          .with { ($0.key, $0.value) = entry }
        }
      })
    model.node("MatMul", ["x", "w"], "y")
    let path = folder.appendingPathComponent("m.onnx")
    try Data(model.bytes).write(to: path)
    withExtendedLifetime(scratch) {
      body(Result { () throws(ONNXError) in try ONNXModel(path: path.path) })
    }
  }

  @Test func dataBesideTheModelAreRead() throws {
    try withModel(at: "w.bin") { result in
      guard case .success(let model) = result else {
        Issue.record("\(result)")
        return
      }
      #expect(outputs(of: model.network, for: [10, 100]) == [210])
    }
  }

  @Test(arguments: ["../w.bin", "a/../../w.bin", "/etc/hostname", "", "absent.bin", ".."])
  func dataElsewhereAreNot(_ location: String) throws {
    try withModel(at: location) { result in
      guard case .failure(.externalData(_, "w", _)) = result else {
        Issue.record("\(result)")
        return
      }
    }
  }

  @Test func aLinkOutOfTheFolderIsNotFollowed() throws {
    let prepare = { (folder: URL) in
      try FileManager.default.createSymbolicLink(
        atPath: folder.appendingPathComponent("link.bin").path, withDestinationPath: "../w.bin")
    }
    try withModel(at: "link.bin", prepare: prepare) { result in
      guard case .failure(.externalData(_, "w", let reason)) = result else {
        Issue.record("\(result)")
        return
      }
      #expect(reason.contains("link out of the folder"))
    }
  }

  @Test func aShortFileIsRefused() throws {
    let prepare = { (folder: URL) in
      try Data(count: 11).write(to: folder.appendingPathComponent("w.bin"))
    }
    try withModel(at: "w.bin", prepare: prepare) { result in
      guard case .failure(.externalData(_, "w", let reason)) = result else {
        Issue.record("\(result)")
        return
      }
      #expect(reason.contains("ends before"))
    }
  }
}
