import Espalier
import Foundation
import Testing

@Suite("Models: train, predict, inspect, measure")
struct ModelTests {
  /// A table of two classes that a small network tells apart, with a category and gaps.
  private static func table(_ rows: Range<Int> = 0..<90, columns: [String] = names) -> String {
    var lines = [columns.joined(separator: ",")]
    for row in rows {
      let cells = [
        "size": "\(Double(row * 7 % 30) / 4)", "colour": ["red", "green", "blue"][row % 3],
        "weight": row % 10 == 3 ? "" : "\(row * 5 % 17)", "kind": row * 7 % 30 < 15 ? "p" : "q",
        "more": "\(row % 4)",
      ]
      lines.append(columns.map { cells[$0] ?? "" }.joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static let names = ["size", "colour", "weight", "kind"]

  /// A folder with `run/model.safetensors`, trained on `data.csv`.
  private func trained(_ options: String = "--target kind") throws -> Workplace {
    let workplace = try Workplace()
    try workplace.write(Self.table(), to: "data.csv")
    let outcome = try Tool.run(
      "train data.csv \(options) --network mlp:16-8 --sparsity 0.4 --epochs 60 --output run -q",
      in: workplace)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return workplace
  }

  @Test("New rows are predicted by name, in any order, with and without the target")
  func predict() throws {
    let workplace = try trained()
    let known = try Tool.run("predict run data.csv", in: workplace)
    #expect(known.status == 0 && known.errors.hasPrefix("accuracy "), "\(known.errors)")
    let lines = known.output.split(separator: "\n")
    #expect(lines.count == 91 && lines[0] == "kind,p(p),p(q)")
    let right = zip(lines.dropFirst(), 0...).count { line, row in
      line.hasPrefix(row * 7 % 30 < 15 ? "p," : "q,")
    }
    #expect(known.errors == "accuracy \(String(format: "%.4f", Double(right) / 90)) on 90 rows\n")
    #expect(right > 60)
    let cells = lines[1].split(separator: ",").compactMap { Double($0) }
    #expect(cells.count == 2 && abs(cells[0] + cells[1] - 1) < 1e-6)

    try workplace.write(
      Self.table(columns: ["more", "weight", "colour", "size"]), to: "new.csv")
    let new = try Tool.run("predict run/model.safetensors new.csv --output p.csv", in: workplace)
    #expect(new.status == 0 && new.output.isEmpty)
    #expect(new.errors == "note: column 'more' is not read by the network\n")
    #expect(try workplace.text("p.csv") == known.output)
    let again = try Tool.run("predict run new.csv --output p.csv", in: workplace)
    #expect(again.status == 73)
  }

  @Test("Numbers come in the units of the target")
  func values() throws {
    let workplace = try trained("--target size --task regression")
    let outcome = try Tool.run("predict run data.csv", in: workplace)
    #expect(outcome.status == 0 && outcome.errors.hasPrefix("r squared "), "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 91 && lines[0] == "size")
    #expect(lines.dropFirst().allSatisfy { Double($0) != nil })
  }

  @Test("Equal seeds give equal files")
  func deterministic() throws {
    let (first, second) = (try trained(), try trained())
    #expect(
      try Data(contentsOf: first.url.appending(path: "run/model.safetensors"))
        == Data(contentsOf: second.url.appending(path: "run/model.safetensors")))
  }

  @Test("A network is inspected, from a folder, a file and by name")
  func inspect() throws {
    let workplace = try trained()
    let table = try Tool.run("inspect run", in: workplace)
    #expect(table.status == 0 && table.output.contains("multiply-adds"), "\(table.errors)")
    #expect(table.output.contains("'kind': one of 2 classes"))
    let own = try Tool.run("inspect run/model.safetensors --json", in: workplace).json()
    #expect((own["nodes"] as? [Any])?.count == 6 && own["classes"] as? [String] == ["p", "q"])
    #expect(own["columns"] as? [String] == ["size", "colour", "weight"])
    let named = try Tool.run(
      "inspect --network mlp:1000-100 --inputs 784 --classes 10 --json", in: workplace
    ).json()
    #expect(named["parameters"] as? Int == 886_110)
    #expect(named["multiplyAdds"] as? Int == 784 * 1000 + 1000 * 100 + 100 * 10)
    #expect(named["bytes"] as? Int == 886_110 * 4)
  }

  @Test("Two networks are measured in turns")
  func comparison() throws {
    let workplace = try trained()
    let line = "measure run --against run --batch 4 --seconds 0.05"
    let shown = try Tool.run("\(line) --json", in: workplace).json()
    let batch = try #require((shown["batches"] as? [[String: Any]])?.first)
    let other = try #require(batch["against"] as? [String: Any])
    #expect(other["multiplyAdds"] as? Int == shown["multiplyAdds"] as? Int)
    for (key, value) in [("medianSeconds", batch), ("processorSeconds", other)] {
      #expect((value[key] as? Double ?? 0) > 0, "\(key)")
    }
    let text = try Tool.run(line, in: workplace)
    #expect(text.output.contains("multiply-adds 1.000"), "\(text.output)")
    let refused = try Tool.run("\(line) --training", in: workplace)
    #expect(refused.status == 64 && refused.errors.contains("--against has no --training"))
  }

  @Test("A network is measured")
  func measure() throws {
    let workplace = try trained()
    let outcome = try Tool.run("measure run --batch 4,1 --seconds 0.01 --json", in: workplace)
    let result = try outcome.json()
    let batches = try #require(result["batches"] as? [[String: Any]])
    #expect(batches.map { $0["batch"] as? Int } == [1, 4])
    for batch in batches {
      let (median, high) = (batch["medianSeconds"] as? Double, batch["p95Seconds"] as? Double)
      #expect(try #require(median) > 0 && median ?? 0 <= high ?? 0)
      let fraction = try #require(batch["fractionOfPeak"] as? Double)
      #expect(fraction > 0)
    }
    let text = try Tool.run(
      "measure --network mlp:10 --inputs 4 --classes 2 --seconds 0.01", in: workplace)
    #expect(text.status == 0 && text.output.contains("samples/s"), "\(text.errors)")
  }

  @Test("What cannot be predicted is one line and an exit code")
  func refusals() throws {
    let workplace = try trained()
    let model = workplace.url.appending(path: "run/model.safetensors")
    let bytes = try Data(contentsOf: model)
    try workplace.write(Self.table(columns: ["size", "kind"]), to: "few.csv")
    try workplace.write(Self.table(columns: ["size", "color", "weight"]), to: "typo.csv")
    try workplace.write(
      Self.table().replacingOccurrences(of: ",p\n", with: ",x\n"), to: "other.csv")
    try workplace.write(
      Self.table().replacingOccurrences(of: "0.0,red", with: ",red"), to: "hole.csv")
    try workplace.write(bytes.prefix(100), to: "cut.safetensors")
    var changed = bytes
    changed[bytes.count - 1] ^= 1
    try workplace.write(changed, to: "bit.safetensors")
    var poisoned = try Model(path: model.path)
    poisoned.trained.network[parameter: "linear1.bias"]?[0] = .nan
    poisoned.trained.network[parameter: "sparselinear1.bias"]?[0] = .nan
    try poisoned.write(to: workplace.url.appending(path: "nan.safetensors").path)
    var large = try Model(path: model.path)
    for name in ["sparselinear1.bias", "linear1.weight"] {
      let shape = try #require(large.trained.network[parameter: name]).shape
      large.trained.network[parameter: name] = Tensor(shape, repeating: 3e38)
    }
    try large.write(to: workplace.url.appending(path: "large.safetensors").path)
    var foreign = Safetensors()
    foreign.append(SafetensorsArray("linear1.weight", Tensor([2, 2])))
    try foreign.write(to: workplace.url.appending(path: "foreign.safetensors").path)
    let failures = [
      Failure("predict no data.csv", 66, "no: no such file; check the path"),
      Failure(
        "predict data.csv data.csv", 65, "data.csv: damaged file: byte 0: expected a header*"),
      Failure("predict . data.csv", 66, ".: holds no model.safetensors; name the folder*"),
      Failure("predict run", 64, "missing expected argument '<data> ...'"),
      Failure(
        "predict run few.csv", 65,
        "few.csv: its columns are not those of the training data: no column 'colour', 'weight'"),
      Failure(
        "predict run typo.csv", 65,
        "typo.csv: its columns are not those of the training data: no column 'colour'; did you mean"
          + " 'color'?"),
      Failure(
        "predict run other.csv --target kind", 65,
        "other.csv: label 'x' does not occur in the training data, which has 'p', 'q'"),
      Failure("predict run hole.csv", 65, "hole.csv: row 0 (from 0), column 'size': the cell is*"),
      Failure("predict large.safetensors data.csv", 65, "data.csv: row 0 (from 0) has numbers so*"),
      Failure("predict cut.safetensors data.csv", 65, "cut.safetensors: damaged file: byte 0:*"),
      Failure(
        "predict bit.safetensors data.csv", 65, "bit.safetensors: damaged file: its SHA-256*"),
      Failure("predict nan.safetensors data.csv", 65, "nan.safetensors: '* has no finite number*"),
      Failure(
        "predict foreign.safetensors data.csv", 65,
        "foreign.safetensors: holds parameters, but not the network they belong to; name it with"
          + " --network, or name a model of espalier train"),
      Failure(
        "measure foreign.safetensors", 65,
        "foreign.safetensors: holds parameters, but not the network they belong to; name it with"
          + " --network"),
      Failure(
        "inspect foreign.safetensors --network mlp:2 --inputs 3 --classes 2", 65,
        "foreign.safetensors: its parameters are not those of the network; missing: linear1.bias,"
          + " linear2.weight, linear2.bias; of another shape: linear1.weight (2x2 for 2x3)"),
      Failure("inspect run --network mlp:2 --inputs 3 --classes 2", 64, "run/model.safetensors: *"),
      Failure("inspect", 64, "no data; name a file, or give --network"),
      Failure("inspect --network mlp:2", 64, "--network mlp:2 needs --inputs and --classes;*"),
      Failure("measure", 64, "no network; name a model file or --network"),
      Failure("measure run --batch 0", 64, "the value '0' is invalid for '--batch <k,k,...>';*"),
    ]
    for failure in failures {
      let outcome = try Tool.run(failure.arguments, in: workplace)
      #expect(outcome.status == failure.status, "\(failure.arguments): \(outcome.errors)")
      #expect(outcome.output.isEmpty)
      let expected = "espalier: " + failure.line
      let parts = expected.split(separator: "*", omittingEmptySubsequences: true)
      var rest = outcome.errors[...]
      for part in parts {
        guard let range = rest.range(of: part) else {
          Issue.record("\(failure.arguments): \(outcome.errors)")
          break
        }
        rest = rest[range.upperBound...]
      }
      #expect(outcome.errors.count { $0 == "\n" } == 1)
    }
    let note = try Tool.run("predict run other.csv", in: workplace)
    #expect(note.status == 0 && note.errors.contains("how good the predictions are is not known"))
  }
}
