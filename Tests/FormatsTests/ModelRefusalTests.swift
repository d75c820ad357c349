import Datasets
import Foundation
import Networks
import Tensors
import Testing
import Training

@testable import Formats

/// A model whose description was changed, with the checksum set right again.
private func changed(
  _ sample: ModelSample = .sparseClasses, _ old: String, _ new: String
) throws -> Safetensors {
  var file = try sample.model().model.safetensors
  let text = try #require(file.metadata["espalier"])
  #expect(text.contains(old), "\(old) in \(text)")
  let place = try #require(text.range(of: old))
  return resealed(&file, text.replacingCharacters(in: place, with: new))
}

private func resealed(_ file: inout Safetensors, _ text: String) -> Safetensors {
  file.metadata["espalier"] = text
  file.metadata["espalier.sha256"] = file.digest(after: text)
  return file
}

/// Replaces an array.
private func replaced(_ file: Safetensors, _ name: String, by array: SafetensorsArray?) throws
  -> Safetensors
{
  var other = Safetensors(metadata: file.metadata)
  for old in file.arrays {
    if old.name != name { other.append(old) } else if let array { other.append(array) }
  }
  return resealed(&other, try #require(file.metadata["espalier"]))
}

@Suite("Model files that are refused")
struct ModelRefusalTests {
  static let changes: [(old: String, new: String, line: String)] = [
    ("\"schema\":1", "\"schema\":2", "m: has schema 2, this program reads schema 1"),
    ("\"schema\":1", "\"skema\":1", "m: damaged file: its description has no schema"),
    (
      "\"schema\":1", "\"schema\":1,\"x\":0",
      "m: damaged file: its description: 'x' is not what can be there"
    ),
    (
      "{\"inputs\":[],", "{\"inputs\":[],\"inputs\":[],",
      "m: damaged file: byte *: expected each name once, not 'inputs' again"
    ),
    (
      "\"kind\":\"relu\"", "\"kind\":\"rely\"",
      "m: damaged file: its description: node 'relu1' is of the unknown kind 'rely'"
    ),
    (
      "\"extents\":[6]", "\"extents\":[-5]", "m: damaged file: its description: no shape: [-5]"
    ),
    (
      "\"extents\":[6]", "\"extents\":[0]",
      "m: damaged file: node 'input' has an output of 0, where 1...67108864 elements can be"
    ),
    (
      "\"extents\":[6]", "\"extents\":[200000000]",
      "m: damaged file: node 'input' has an output of 200000000, where 1...67108864 elements can be"
    ),
    ("\"extents\":[6]", "\"extents\":[7]", "m: damaged file: *"),
    (
      "\"inputs\":[\"input\"]", "\"inputs\":[\"nothing\"]",
      "m: damaged file: node 'sparselinear1' has the input 'nothing', which is no node before it"
    ),
    (
      "\"inputs\":[\"input\"]", "\"inputs\":[]",
      "m: damaged file: sparselinear1 takes 1 earlier node(s) as inputs, but got positions []"
    ),
    (
      "\"name\":\"relu1\"", "\"name\":\"sparselinear1\"",
      "m: damaged file: the network has two nodes named sparselinear1; give one of them another name"
    ),
    (
      "\"inputCount\":6,\"storage\":\"automatic\",\"unitCount\":8",
      "\"inputCount\":5,\"storage\":\"automatic\",\"unitCount\":8",
      "m: damaged file: node 'sparselinear1' has column 5 in row * of 5 columns"
    ),
    (
      "\"unitCount\":8", "\"unitCount\":9223372036854775807",
      "m: damaged file: node 'sparselinear1' has 9 row starts for 9223372036854775807 rows, *"
    ),
    ("\"unitCount\":8", "\"unitCount\":-1", "m: damaged file: node 'sparselinear1' has 9 row *"),
    (
      "\"names\":[\"a\",", "\"names\":[",
      "m: damaged file: the network does not have the outputs that are described"
    ),
    ("\"bestEpoch\":", "\"bestEpoch\":7", "m: damaged file: epoch 7* of 3"),
    (
      "\"columnNames\":[\"size\"", "\"columnNames\":[\"sise\"",
      "m: damaged file: its encoding gives other columns than the network reads"
    ),
    (
      "\"offsets\":[", "\"offsets\":[1,",
      "m: damaged file: its scaler is one of other columns"
    ),
    (
      "\"scales\":[", "\"scales\":[\"inf\",",
      "m: damaged file: its scaler is one of other columns"
    ),
    (
      "\"fill\":", "\"fill\":1e99,\"missing\":",
      "m: damaged file: its description: *"
    ),
    ("\"schema\":1", "\"schema\":1,", "m: damaged file: byte *"),
    ("\"schema\":1", "\"y\":" + String(repeating: "[", count: 99), "m: damaged file: byte * 32 *"),
  ]

  @Test("A description that cannot be is refused", arguments: changes.indices)
  func description(_ index: Int) throws {
    let change = Self.changes[index]
    let bytes = try changed(.sparseClasses, change.old, change.new).bytes
    let error = #expect(throws: ModelError.self) {
      try Model(Safetensors(bytes: bytes, path: "m"))
    }
    let line = error?.description ?? ""
    let pattern = change.line.replacing("byte *", with: "byte * of its description")
    #expect(matches(line, pattern) || matches(line, change.line), "\(line)")
  }

  private func matches(_ line: String, _ pattern: String) -> Bool {
    let parts = pattern.components(separatedBy: "*")
    var rest = line[...]
    guard rest.hasPrefix(parts[0]) else { return false }
    for part in parts {
      guard
        let range = rest.range(of: part) ?? (part.isEmpty ? rest.startIndex..<rest.startIndex : nil)
      else { return false }
      rest = rest[range.upperBound...]
    }
    return rest.isEmpty || pattern.hasSuffix("*")
  }

  @Test(
    "Settings that no layer can have are refused",
    arguments: [
      "0", "-3", "9223372036854775807", "1000000000",
    ])
  func settings(_ count: String) throws {
    let bytes = try changed(.classes, "\"outputCount\":8", "\"outputCount\":\(count)").bytes
    #expect(
      throws: ModelError.damaged(
        path: "m",
        reason: "linear1 needs 1...268435456 units instead of \(count), but gets input (6)")
    ) { try Model(Safetensors(bytes: bytes, path: "m")) }
  }

  @Test("Parameters that do not go with the description are refused")
  func parameters() throws {
    let file = try ModelSample.sparseClasses.model().model.safetensors
    let name = "sparselinear1.bias"
    #expect(throws: ModelError.notFinite(path: "", parameter: name, position: 1)) {
      try Model(replaced(file, name, by: .init(name, Tensor([8], [0, .nan, 0, 0, 0, 0, 0, 0]))))
    }
    #expect(
      throws: ModelError.container(
        .unsuitable(path: "", name: name, found: "of shape 9", expected: "of shape 8"))
    ) { try Model(replaced(file, name, by: .init(name, Tensor([9])))) }
    #expect(
      throws: ModelError.container(
        .unsuitable(path: "", name: name, found: "F64", expected: "F32"))
    ) { try Model(replaced(file, name, by: .init(name, [Double](repeating: 0, count: 8)))) }
    #expect(throws: ModelError.self) { try Model(replaced(file, name, by: nil)) }
    var more = file
    more.append(.init("x", Tensor([1])))
    #expect(throws: ModelError.misfits(path: "", .init(unexpected: ["x"]))) {
      try Model(resealed(&more, try #require(file.metadata["espalier"])))
    }
  }

  @Test("A changed bit is found")
  func bits() throws {
    let model = try ModelSample.sparseClasses.model().model
    let bytes = model.safetensors.bytes
    for position in stride(from: 0, to: bytes.count, by: 7) {
      var broken = bytes
      broken[position] ^= 1 << UInt8(position % 8)
      // Blanks behind the header and what other programs look at may change.
      guard let read = try? Model(Safetensors(bytes: broken, path: "m")) else { continue }
      #expect(read == model, "byte \(position)")
    }
  }

  @Test("A file cut short at any byte is refused")
  func truncated() throws {
    let scratch = try Scratch()
    let bytes = try ModelSample.classes.model().model.safetensors.bytes
    for count in stride(from: 1, to: bytes.count, by: 1) {
      #expect(throws: ModelError.self) {
        try Model(path: try scratch.write(Array(bytes[..<count]), "m"))
      }
    }
  }
}
