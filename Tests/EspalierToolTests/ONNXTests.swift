import Foundation
import Testing

@Suite("Networks in ONNX files")
struct ONNXTests {
  /// A folder with `run/model.safetensors`, trained on `data.csv`, whose columns are numbers.
  private func trained() throws -> Workplace {
    let workplace = try Workplace()
    let rows = (0..<60).map { row in
      "\(Double(row * 7 % 30) / 4),\(row * 5 % 17),\(row * 7 % 30 < 15 ? "p" : "q")"
    }
    try workplace.write("size,weight,kind\n" + rows.joined(separator: "\n") + "\n", to: "data.csv")
    let outcome = try Tool.run(
      "train data.csv --target kind --network mlp:8 --epochs 20 --output run -q", in: workplace)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return workplace
  }

  @Test("A trained network goes to ONNX and back, and predicts the same")
  func roundTrip() throws {
    let workplace = try trained()
    for step in ["run a.onnx", "a.onnx b.safetensors", "b.safetensors c.onnx"] {
      let outcome = try Tool.run("convert \(step)", in: workplace)
      #expect(outcome.status == 0 && outcome.output.contains("parameters"), "\(outcome.errors)")
    }
    let expected = try Tool.run("predict run data.csv", in: workplace).output
    for model in ["a.onnx", "b.safetensors", "c.onnx"] {
      let outcome = try Tool.run("predict \(model) data.csv", in: workplace)
      let lines = zip(expected.split(separator: "\n"), outcome.output.split(separator: "\n"))
      #expect(outcome.status == 0, "\(outcome.errors)")
      for (left, right) in lines.dropFirst() {
        let (a, b) = (left.split(separator: ","), right.split(separator: ","))
        #expect(a[0] == b[0])
        #expect(abs((Double(a[1]) ?? 0) - (Double(b[1]) ?? 1)) < 1e-5)
      }
      #expect(outcome.output.split(separator: "\n").count == 61)
    }
    let shown = try Tool.run("inspect a.onnx --json", in: workplace).json()
    #expect(shown["columns"] as? [String] == ["size", "weight"])
    #expect(shown["classes"] as? [String] == ["p", "q"])
    let measured = try Tool.run("measure a.onnx --seconds 0.01 --json", in: workplace).json()
    #expect(measured["multiplyAdds"] as? Int ?? 0 >= 2 * 8 + 8 * 2)
  }

  @Test("What cannot be converted is one line and an exit code")
  func refusals() throws {
    let workplace = try trained()
    let onnx = try Tool.run("convert run a.onnx", in: workplace)
    #expect(onnx.status == 0)
    var bytes = try Data(contentsOf: workplace.url.appending(path: "a.onnx"))
    let place = try #require(bytes.range(of: Data("Relu".utf8)))
    bytes.replaceSubrange(place, with: Data("Sinh".utf8))
    try workplace.write(bytes, to: "sinh.onnx")
    try workplace.write(bytes.prefix(100), to: "cut.onnx")
    let failures: [(String, Int32, String)] = [
      ("inspect sinh.onnx", 65, "operator Sinh is not supported (node 'relu1')"),
      ("convert sinh.onnx b.safetensors", 65, "operator Sinh"),
      ("predict cut.onnx data.csv", 65, "damaged ONNX file"),
      ("convert absent.onnx b.safetensors", 66, "absent.onnx"),
      ("convert run a.onnx", 73, "a.onnx"),
      ("convert a.onnx b.csv", 64, "a network becomes a file .onnx or .safetensors"),
      ("convert run data.csv b.onnx", 64, "one network at a time"),
      ("convert a.onnx a.onnx --force", 64, "is the input"),
      ("convert run b.onnx --channels-first", 64, "reads rows of columns (2), not images"),
      ("convert data.csv b.npz --target kind --channels-first", 64, "--channels-first"),
      ("inspect a.onnx --network mlp:8 --inputs 2 --classes 2", 64, "leave --network out"),
    ]
    for (line, status, text) in failures {
      let outcome = try Tool.run(line, in: workplace)
      #expect(outcome.status == status, "\(line): \(outcome.errors)")
      #expect(outcome.errors.contains(text), "\(line): \(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
  }
}
