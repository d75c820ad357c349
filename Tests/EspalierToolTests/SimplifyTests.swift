import Foundation
import Testing

@Suite("Simplifying networks")
struct SimplifyTests {
  /// A folder with `run/model.safetensors`, trained on `data.csv`, whose third column is constant.
  private func trained() throws -> Workplace {
    let workplace = try Workplace()
    let rows = (0..<60).map { row in
      "\(Double(row * 7 % 30) / 4),\(row * 5 % 17),\(row * 7 % 30 < 15 ? "p" : "q")"
    }
    try workplace.write("size,weight,kind\n" + rows.joined(separator: "\n") + "\n", to: "data.csv")
    let outcome = try Tool.run(
      "train data.csv --target kind --network mlp:8-6 --epochs 20 --output run -q", in: workplace)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return workplace
  }

  @Test("A network goes from format to format, and predicts the same")
  func formats() throws {
    let workplace = try trained()
    for step in ["run data.csv --output a.onnx", "a.onnx --output b.safetensors"] {
      let outcome = try Tool.run("simplify \(step)", in: workplace)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("difference") && outcome.output.contains("after"))
    }
    func classes(_ model: String) throws -> [Substring?] {
      try Tool.run("predict \(model) data.csv", in: workplace).output.split(separator: "\n")
        .map { $0.split(separator: ",").first }
    }
    #expect(try classes("run").dropFirst() == classes("b.safetensors").dropFirst())
    let shown = try Tool.run("simplify run --output c.onnx --json", in: workplace).json()
    let difference = try #require(shown["difference"] as? [String: Any])
    #expect(difference["relative"] as? Double ?? 1 <= 1e-5)
    #expect(difference["onRows"] as? Bool == false)
  }

  @Test("What cannot be simplified is one line and an exit code")
  func refusals() throws {
    let workplace = try trained()
    try workplace.write("a,b\n1,2\n", to: "other.csv")
    let failures: [(String, Int32, String)] = [
      ("run --output a.safetensors --channels-first", 64, "is for a file .onnx"),
      ("run --output a.onnx --report a.onnx", 64, "are one file"),
      ("run --output a.onnx --report data.csv", 73, "exists"),
      ("run --output a.txt", 64, "neither .onnx nor .safetensors"),
      ("run --output run/model.safetensors", 64, "is one of the inputs"),
      ("run --output a.onnx --tolerance 2", 64, "--tolerance is 2.0"),
      ("absent.onnx --output a.onnx", 66, "absent.onnx"),
      ("data.csv --output a.onnx", 65, "data.csv"),
      ("run other.csv --output a.onnx", 65, "no column 'size'"),
    ]
    for (arguments, status, text) in failures {
      let outcome = try Tool.run("simplify \(arguments)", in: workplace)
      #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(text), "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: workplace.url.appending(path: "a.onnx").path))
  }
}
