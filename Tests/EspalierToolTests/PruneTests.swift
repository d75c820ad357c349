import Espalier
import Foundation
import Testing

@Suite("prune units")
struct PruneTests {
  private static let train =
    "train data.csv --target target --test-fraction 0.25 --network mlp:16-12 --topology dense"
    + " --epochs 20 --batch 16 --learning-rate 0.01 --output model"
  private static let prune = "prune units model data.csv --target target --test-fraction 0.25"

  private func workplace() throws -> Workplace {
    let workplace = try Workplace()
    try workplace.generate()
    let outcome = try Tool.run(Self.train, in: workplace)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return workplace
  }

  @Test("A search writes a smaller model with its path, and the model predicts")
  func search() throws {
    let workplace = try workplace()
    let outcome = try Tool.run(
      "\(Self.prune) --max-drop 0.1 --output small --json", in: workplace)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      try workplace.files(in: "small")
        == [
          "config.json", "events.jsonl", "measured.json", "model.safetensors", "report.html",
          "report.json", "result.json",
        ])
    #expect(try workplace.hasResult(outcome.output, in: "small"))
    let result = try outcome.json()
    let parameters = try #require(result["parameters"] as? [String: Int])
    let (before, after) = (try #require(parameters["before"]), try #require(parameters["after"]))
    #expect(after < before)
    let layers = try #require(result["layers"] as? [[String: Any]])
    #expect(
      layers.compactMap { ($0["parameters"] as? [String: Int])?["after"] }.reduce(0, +) == after)
    let path = try #require(result["path"] as? [[String: Any]])
    let accepted = path.filter { $0["isAccepted"] as? Bool == true }
    #expect(accepted.last?["parameters"] as? Int == after)
    #expect(accepted.last?["epsilon"] as? Double == result["epsilon"] as? Double)
    let validation = try #require(result["validation"] as? [String: Any])
    let scores = ["original", "refined"].compactMap { validation[$0] as? Double }
    #expect(scores[1] >= scores[0] - 0.1 - 1e-9)
    // The accuracy that the search started from is that of the training.
    let trained = try workplace.json("model/result.json")["best"] as? [String: Any]
    #expect(trained?["validationAccuracy"] as? Double == scores[0])
    // Rows of weights that went, of the last round that was accepted.
    let rounds = try #require(result["rounds"] as? [[[String: Any]]])
    for layer in try #require(rounds.last) {
      let units = try #require(layer["removedUnits"] as? [Int])
      #expect(units.count == (layer["removedGroups"] as? [Int])?.count && units == units.sorted())
      #expect(units.allSatisfy { (0..<(layer["width"] as? Int ?? 0)).contains($0) })
    }
    for layer in layers {
      let times = try #require(layer["secondsAlone"] as? [String: Double])
      #expect((times["before"] ?? 0) > 0 && (times["after"] ?? 0) > 0)
    }
    #expect(path.allSatisfy { ($0["seconds"] as? Double ?? 0) > 0 })
    let latency = try #require(result["latency"] as? [String: Double])
    for key in ["before", "promised", "predicted", "after", "processorBefore", "processorAfter"] {
      #expect((latency[key] ?? 0) > 0, "\(key)")
    }
    let page = try workplace.text("small/report.html")
    #expect(page.contains("Before and after") && page.contains("of the validation rows over"))
    let events = try workplace.text("small/events.jsonl").split(separator: "\n")
    #expect(events.count { $0.contains("\"candidate\"") } == path.count)
    let measured = try Tool.run("measure small --seconds 0.01 --json", in: workplace).json()
    #expect(measured["parameters"] as? Int == after)
    #expect(try Tool.run("predict small data.csv --output p.csv", in: workplace).status == 0)
    #expect(
      try Tool.run("convert small small.onnx", in: workplace).status == 0
    )
  }

  @Test("A plan tells what hangs together and what would go, which is what then goes")
  func plan() throws {
    let workplace = try workplace()
    let before = try workplace.files(in: "model")
    let text = try Tool.run("\(Self.prune) --epsilon 0.9 --plan", in: workplace)
    #expect(text.status == 0, "\(text.errors)")
    #expect(text.output.contains("16  linear1: read by linear2"), "\(text.output)")
    #expect(text.output.contains("2  linear3: stay: linear3 is the network's output"))
    #expect(text.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let plan = try Tool.run("\(Self.prune) --epsilon 0.9 --plan --json", in: workplace).json()
    let groups = try #require(plan["groups"] as? [[String: Any]])
    #expect(groups.compactMap { $0["units"] as? Int } == [16, 12, 2])
    #expect(groups[1]["readBy"] as? [String] == ["linear3"])
    let done = try Tool.run("\(Self.prune) --epsilon 0.9 --epochs 0 --json", in: workplace).json()
    for key in ["parameters", "multiplyAdds"] {
      #expect(plan[key] as? [String: Int] == done[key] as? [String: Int])
    }
    // The threshold of a search is not known yet.
    let search = try Tool.run("\(Self.prune) --plan --json", in: workplace).json()
    #expect((search["layers"] as? [Any])?.isEmpty == true)
    #expect((search["notes"] as? [String])?.contains { $0.contains("found by training") } == true)
    #expect(try workplace.files(in: "model") == before)
  }

  @Test("The same seed gives the same bytes, another one others")
  func reproduction() throws {
    let workplace = try workplace()
    for (folder, seed) in [("a", 0), ("b", 0), ("c", 7)] {
      let outcome = try Tool.run(
        "\(Self.prune) --max-drop 0.1 --output \(folder) --seed \(seed)", in: workplace)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    func model(_ folder: String) throws -> Data {
      try Data(contentsOf: workplace.url.appending(path: "\(folder)/model.safetensors"))
    }
    #expect(try model("a") == model("b"))
    #expect(try model("a") != model("c"))
    #expect(try workplace.text("a/result.json") == workplace.text("b/result.json"))
  }

  @Test("Given widths and thresholds cut what they say, with every score")
  func settings() throws {
    let workplace = try workplace()
    for score in [
      "deviation", "preactivation", "outgoing", "variation", "weight-norm", "taylor", "random",
    ] {
      let result = try Tool.run(
        "\(Self.prune) --keep 5-3 --score \(score) --epochs 1 --json", in: workplace
      ).json()
      let layers = try #require(result["layers"] as? [[String: Any]])
      #expect(layers.compactMap { ($0["units"] as? [String: Int])?["after"] } == [5, 3, 2])
    }
    let paper = try Tool.run(
      "\(Self.prune) --epsilon 0.5 --mode absolute --bias published-sum --retrain 0.3",
      in: workplace)
    #expect(paper.status == 0, "\(paper.errors)")
    #expect(paper.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    for part in ["threshold  0.5, absolute, of the deviation", "% fewer", "held out   accuracy"] {
      #expect(paper.output.contains(part), "\(part)")
    }
    let untrained = try Tool.run("\(Self.prune) --keep 16-12 --epochs 0 --json", in: workplace)
    let test = try #require(try untrained.json()["test"] as? [String: Any])
    #expect(test["original"] as? Double == test["refined"] as? Double)
    let cut = try #require(try untrained.json()["cut"] as? [String: Any])
    #expect(cut["largestDifference"] as? Double == 0 && cut["rows"] as? Int == 90)
  }

  @Test("A share of the multiply-adds goes, with training behind it or without")
  func fewerOperations() throws {
    let workplace = try workplace()
    for epochs in [0, 1] {
      let result = try Tool.run(
        "\(Self.prune) --fewer-operations 0.6 --epochs \(epochs) --json", in: workplace
      ).json()
      let counts = try #require(result["multiplyAdds"] as? [String: Int])
      let (before, after) = (try #require(counts["before"]), try #require(counts["after"]))
      #expect(before == 12 * 16 + 16 * 12 + 12 * 2)
      #expect(Double(after) <= 0.4 * Double(before) && Double(after) > 0.3 * Double(before))
      #expect((result["path"] as? [Any])?.count == epochs)
    }
  }

  @Test("Channels of a network for images go, and what it came to simplifies and predicts")
  func images() throws {
    let workplace = try Workplace()
    try workplace.write(Pictures.cifar((0..<60).map { UInt8($0 % 10) }), to: "images.bin")
    let training = try Tool.run(
      "train images.bin --task classification --network resnet18-cifar --width 0.05 --epochs 1"
        + " --batch 8 --quiet --output model", in: workplace)
    #expect(training.status == 0, "\(training.errors)")
    let outcome = try Tool.run(
      "prune units model images.bin --task classification --fewer-operations 0.3 --epochs 1"
        + " --output small --json --quiet", in: workplace)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let result = try outcome.json()
    let layers = try #require(result["layers"] as? [[String: Any]])
    let first = try #require(layers.first { $0["name"] as? String == "layer1.0.conv1" })
    let counts = try #require(first["units"] as? [String: Int])
    let rounds = try #require((result["rounds"] as? [[[String: Any]]])?.first)
    let cut = try #require(rounds.first { $0["name"] as? String == "layer1.0.conv1" })
    let gone = (counts["before"] ?? 0) - (counts["after"] ?? 0)
    #expect((cut["removedUnits"] as? [Int])?.count == gone)
    let simplified = try Tool.run(
      "simplify small images.bin --output s.onnx --report s.html --json", in: workplace)
    #expect(simplified.status == 0, "\(simplified.errors)")
    let difference = try #require(try simplified.json()["difference"] as? [String: Any])
    #expect(difference["onRows"] as? Bool == true && difference["samples"] as? Int == 60)
    #expect((difference["relative"] as? Double ?? 1) <= 1e-5)
    #expect(try workplace.text("s.html").contains("normalisation folded"))
    let predicted = try Tool.run("predict s.onnx images.bin", in: workplace)
    #expect(predicted.status == 0, "\(predicted.errors)")
    #expect(predicted.output.split(separator: "\n").count == 61)
  }

  @Test("An ONNX file without a course of training is pruned, too")
  func onnx() throws {
    let workplace = try workplace()
    let converted = try Tool.run("convert model net.onnx", in: workplace)
    #expect(converted.status == 0, "\(converted.errors)")
    let outcome = try Tool.run(
      "prune units net.onnx data.csv --target target --test-fraction 0.25 --keep 6-4 --json",
      in: workplace)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let notes = try #require(try outcome.json()["notes"] as? [String])
    #expect(notes.contains { $0.contains("refined for 10") })
  }

  /// Twelve columns of other names than a file without names has.
  private func renamedColumns(of workplace: Workplace) throws {
    try workplace.generate()
    let lines = try workplace.text("data.csv").split(separator: "\n", maxSplits: 1)
    let header = lines[0].split(separator: ",").map { $0 == "target" ? "target" : "column \($0)" }
    try workplace.write(header.joined(separator: ",") + "\n" + lines[1], to: "named.csv")
  }

  @Test("An ONNX file that names no columns takes those of the table; what is held is named")
  func unnamed() throws {
    let workplace = try Workplace()
    try renamedColumns(of: workplace)
    var network = Network(input: [12], random: RandomSource(seed: 1))
    try network.append(Linear(10), named: "first")
    try network.append(LayerNorm(), named: "norm")
    try network.append(Linear(8), named: "second")
    try network.append(ReLU())
    try network.append(Linear(2))
    try ONNXModel(network).write(to: workplace.url.appending(path: "net.onnx").path)
    let line = "prune units net.onnx named.csv --target target"
    let outcome = try Tool.run("\(line) --keep 4 --epochs 1 --output small --json", in: workplace)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let notes = try #require(try outcome.json()["notes"] as? [String])
    for part in ["read in their order", "first keeps its units: norm"] {
      #expect(notes.contains { $0.contains(part) }, "\(part) in \(notes)")
    }
    #expect(try Tool.run("predict small named.csv", in: workplace).output.hasPrefix("target,"))
    for verb in ["predict net.onnx", "simplify net.onnx --output s.onnx"] {
      let read = try Tool.run("\(verb) named.csv --target target", in: workplace)
      #expect(read.status == 0, "\(read.errors)")
    }
    let many = try Tool.run("predict net.onnx named.csv", in: workplace)
    #expect(many.status == 65 && many.errors.contains("13 columns for a network of 12 inputs"))
  }

  @Test("Where no unit can be traced, the reason of each layer is named")
  func untraceable() throws {
    let workplace = try Workplace()
    try renamedColumns(of: workplace)
    var network = Network(input: [12], random: RandomSource(seed: 1))
    try network.append(Linear(10), named: "first")
    try network.append(LayerNorm(), named: "norm")
    try network.append(Linear(2))
    try ONNXModel(network).write(to: workplace.url.appending(path: "net.onnx").path)
    let outcome = try Tool.run(
      "prune units net.onnx named.csv --target target --epsilon 0.1", in: workplace)
    #expect(outcome.status == 65, "\(outcome.errors)")
    #expect(outcome.errors.contains("no unit of the network can be removed: first keeps its units"))
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  @Test("The general model has as many parameters as rows")
  func general() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let outcome = try Tool.run(
      "train data.csv --target target --network auto:2 --epochs 2 --json", in: workplace)
    #expect(outcome.status == 0, "\(outcome.errors)")
    // 120 rows, 12 columns, 2 classes: P(5) = 13*5 + 6*5 + 6*2 = 107, P(6) = 78 + 42 + 14 = 134.
    let cost = try #require(try outcome.json()["cost"] as? [String: Any])
    #expect(cost["parameters"] as? Int == 107)
  }

  @Test(
    "What cannot be done is refused on one line with the right code",
    arguments: [
      ("--max-drop 0.01", 64, "it takes 100 rows"),
      ("--epsilon 5 --mode absolute --empty-layer refuse", 64, "leaves no unit of linear1"),
      ("--epsilon 1", 64, "epsilon is 1.0"),
      ("--keep 5-3-1", 64, "the output layer keeps its units"),
      ("--keep 5-13", 64, "linear2 is to keep 13 of its 12 units"),
      ("--score norm-scale --epsilon 0.1", 64, "no batch normalisation"),
      ("--max-drop 0.1 --keep 5-3", 64, "exclude each other"),
      ("--max-drop 1", 64, "below 1"),
      ("--fewer 0.999", 64, "with a unit of each layer there are"),
      ("--fewer 1", 64, "above 0 and below 1"),
      ("--fewer-operations 0.999 --epochs 0", 64, "multiply-adds: with a unit of each layer"),
      ("--fewer 0.5 --fewer-operations 0.5", 64, "exclude each other"),
      ("--keep 5-3 --rounds 2", 64, "needs --max-drop or --fewer"),
      ("--max-drop 0.1 --validation-fraction 0", 65, "no rows are held out"),
      ("--max-drop 0.1 --retrain 0", 64, "above 0"),
      ("--retrain 0.3 --epochs 2", 64, "exclude each other"),
      ("--plan --output folder", 64, "--plan writes nothing"),
    ])
  func refusals(options: String, status: Int, part: String) throws {
    let workplace = try workplace()
    let outcome = try Tool.run("\(Self.prune) \(options)", in: workplace)
    #expect(Int(outcome.status) == status, "\(outcome.errors)")
    #expect(outcome.errors.contains(part), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  @Test("What no verb of a group is, is refused with the nearest one")
  func verbs() throws {
    let workplace = try Workplace()
    for (verb, text) in [
      ("unit", "no verb 'prune unit'; did you mean 'units'?"),
      ("model.onnx", "no verb 'prune model.onnx'; there are 'prune units' and 'prune layers'"),
    ] {
      let outcome = try Tool.run("prune \(verb) m.onnx data.csv", in: workplace)
      #expect(outcome.status == 64 && outcome.errors.contains(text), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
    #expect(try Tool.run("prune --help", in: workplace).status == 0)
  }

  @Test("Data of other columns or another target are refused with the name")
  func otherData() throws {
    let workplace = try workplace()
    let text = try workplace.text("data.csv")
    let header = text.prefix { $0 != "\n" }.split(separator: ",").map(String.init)
    let first = try #require(header.first { $0 != "target" })
    try workplace.write(
      text.replacing("\(first),", with: "other,", maxReplacements: 1), to: "renamed.csv")
    let renamed = try Tool.run(
      "prune units model renamed.csv --target target --keep 5-3", in: workplace)
    #expect(renamed.status == 65 && renamed.errors.contains("'\(first)'"), "\(renamed.errors)")
    let regression = try Tool.run(
      "prune units model data.csv --target \(first) --keep 5-3", in: workplace)
    #expect(regression.status == 65, "\(regression.errors)")
  }

  @Test("Killed and gone on with, it comes to the same bytes; a polite end says how to go on")
  func resumption() throws {
    let workplace = try workplace()
    let line = "\(Self.prune) --max-drop 0.1 --checkpoint-every 0 --retrain 10"
    let start = ContinuousClock.now
    #expect(try Tool.run("\(line) --output small", in: workplace).status == 0)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    try workplace.move("small", to: "whole")
    for (part, again) in [(0.5, ""), (0.6, " --resume"), (0.8, " --resume")] {
      let process = try Tool.start(
        "\(line) --output small\(again)".split(separator: " ").map(String.init), in: workplace)
      Thread.sleep(forTimeInterval: part * seconds)
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      process.waitUntilExit()
    }
    let outcome = try Tool.run("\(line) --output small --resume", in: workplace)
    #expect(outcome.status == 0, "\(outcome.errors)")
    for name in ["result.json", "events.jsonl", "config.json"] {
      #expect(try workplace.text("small/\(name)") == workplace.text("whole/\(name)"), "\(name)")
    }
    // The page has what a clock told in one part.
    func pages(_ folder: String) throws -> [Substring] {
      let parts = try workplace.text("\(folder)/report.html")
        .split(separator: "<div id=\"measured\">")
      return [parts[0], try #require(parts[1].split(separator: "<!-- measured -->").last)]
    }
    #expect(try pages("small") == pages("whole"))
  }
}

extension Workplace {
  fileprivate func move(_ name: String, to other: String) throws {
    try FileManager.default.moveItem(
      at: url.appending(path: name), to: url.appending(path: other))
  }
}
