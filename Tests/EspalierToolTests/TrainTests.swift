import Foundation
import Testing

@Suite("train")
struct TrainTests {
  private let quick =
    "train data.csv --target target --network mlp:12-6 --sparsity 0.5 --epochs 4 --batch 16"

  @Test(
    "Each topology trains, writes its folder and tells the connections it has",
    arguments: [
      ("set", 0.5), ("set-original", 0.5), ("rigl", 0.5), ("rigl-original", 0.5), ("static", 0.5),
      ("dense", 1), ("magnitude", 0.5), ("iterative-magnitude", 0.5),
    ])
  func topologies(name: String, density: Double) throws {
    let workplace = try Workplace()
    try workplace.generate()
    let call = name == "dense" ? quick.replacing("--sparsity 0.5 ", with: "") : quick
    let rounds = name == "iterative-magnitude" ? " --rounds 3 --round-epochs 2" : ""
    let outcome = try Tool.run(
      "\(call) --topology \(name)\(rounds) --test-fraction 0.25 --output run --json",
      in: workplace)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      try workplace.files(in: "run")
        == [
          "config.json", "events.jsonl", "measured.json", "model.safetensors", "report.html",
          "report.json", "result.json",
        ])
    #expect(try workplace.hasResult(outcome.output, in: "run"))
    let result = try outcome.json()
    #expect(result["schema"] as? Int == 1)
    #expect(result["topology"] as? String == name)
    let cells = 12 * 12 + 12 * 6 + 6 * 2
    let cost = try #require(result["cost"] as? [String: Any])
    #expect(cost["denseConnections"] as? Int == cells)
    #expect(cost["connections"] as? Int == Int(density * Double(cells)))
    #expect(cost["parameters"] as? Int == Int(density * Double(cells)) + 12 + 6 + 2)
    let layers = try #require(result["layers"] as? [[String: Any]])
    #expect(
      layers.compactMap { $0["connections"] as? Int }.reduce(0, +) == cost["connections"] as? Int)
    for layer in layers {
      let (inputs, units) = (layer["inputs"] as? Int ?? 0, layer["units"] as? Int ?? 0)
      let density = try #require(layer["density"] as? Double)
      #expect(
        abs(density * Double(inputs * units) - Double(layer["connections"] as? Int ?? 0)) < 1e-6)
    }
    let history = try #require(result["history"] as? [[String: Any]])
    let epochs = name == "magnitude" ? 4 + 20 : name == "iterative-magnitude" ? 4 + 3 * 2 : 4
    #expect(history.count == epochs && result["epochs"] as? Int == epochs)
    let best = try #require(result["bestEpoch"] as? Int)
    let bestEpoch = try #require(result["best"] as? NSDictionary)
    #expect(bestEpoch == NSDictionary(dictionary: history[best]))
    #expect(bestEpoch["trainingAccuracy"] is Double && bestEpoch["trainingTopFive"] is NSNull)
    #expect((result["test"] as? [String: Any])?["metric"] as? String == "accuracy")
    let operations = try #require(cost["multiplyAdds"] as? [String: Int])
    #expect(Set(operations.keys) == ["publishedRule", "training", "growth", "importance"])
    #expect(operations["importance"] == 0)
    #expect((operations["growth"] ?? 0 > 0) == (name == "rigl"))
    let events = try workplace.text("run/events.jsonl").split(separator: "\n")
    #expect(events.count { $0.contains("\"epoch\"") && $0.contains("trainingLoss") } == epochs)
    let page = try workplace.text("run/report.html")
    let heading = name == "dense" ? "A dense network" : "A network of \(name)"
    #expect(page.contains("\(heading) on data.csv"))
  }

  @Test("The table shows layers, losses, held-out accuracy and the cost side by side")
  func table() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let outcome = try Tool.run("\(quick) --topology rigl --test-fraction 0.25", in: workplace)
    #expect(outcome.status == 0)
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    for part in [
      "A network of rigl on data.csv\nData: 90 training rows, 30 held out, 2 classes\n",
      "  layer          inputs  units  connections  density\n  sparselinear1      12     12",
      "  all                                   114   0.5000\n", "\nvalidation loss ",
      "\nheld out   accuracy ", "\nparameters 134; 114 of 228 connections\n", "\noperations ",
      "by the paper's rule, ", "for growth", "\nmemory     ", " ms for each of 16 steps\n",
      "\nreport     none; --output DIR writes one\n",
    ] {
      #expect(outcome.output.contains(part), "\(part) in \(outcome.output)")
    }
  }

  @Test("A number is predicted in its units, and the same seed trains the same network")
  func regression() throws {
    let workplace = try Workplace()
    try Tool.run("generate regression --rows 300 --columns 12 -o data.csv", in: workplace)
    let call =
      "train data.csv --target target --network mlp:16 --sparsity 0.2 --epochs 60"
      + " --learning-rate 0.01 --test-fraction 0.2 --json"
    var results = try (0..<2).map { _ in try Tool.run(call, in: workplace).json() }
    let test = try #require(results[0]["test"] as? [String: Any])
    #expect(test["metric"] as? String == "rSquared")
    #expect(try #require(test["value"] as? Double) > 0.5)
    for key in ["seconds", "peakBytes", "cost"] {
      for place in results.indices { results[place][key] = nil }
    }
    #expect(NSDictionary(dictionary: results[0]) == NSDictionary(dictionary: results[1]))
    let other = try Tool.run("\(call) --seed 1", in: workplace).json()
    #expect((other["test"] as? [String: Any])?["value"] as? Double != test["value"] as? Double)
  }

  @Test(
    "Requests that cannot be met end with code 64 and one line",
    arguments: [
      ("--network mlp:0", "widths are whole numbers from 1"),
      ("--network mlp:", "names no layers"), ("--network mlp", "names no layers"),
      ("--network mlp:10--5", "widths are whole numbers from 1"),
      ("--network mlp:99999999", "a hidden layer is 99999999, but must be in 1...1000000"),
      ("--network cnn:3", "no network 'cnn'; there is mlp, as in --network mlp:1000-100"),
      ("--sparsity 1", "the sparsity is 1.0, but must be at least 0 and below 1"),
      ("--sparsity -0.1", "the sparsity is -0.1"),
      ("--sparsity 0", "--sparsity 0 leaves --topology set nothing to do"),
      ("--topology moss", "the value 'moss' is invalid for '--topology <topology>'"),
      ("--topology dense --sparsity 0.9", "--topology dense excludes --sparsity 0.9"),
      ("--rounds 3", "--rounds needs --topology iterative-magnitude"),
      ("--topology set --round-epochs 3", "--round-epochs needs --topology magnitude"),
      ("--topology iterative-magnitude --rounds 0", "the number of rounds is 0"),
      ("--epochs 0", "the number of epochs is 0"),
      ("--time-limit 0", "--time-limit is 0.0"),
    ])
  func usage(options: String, message: String) throws {
    let workplace = try Workplace()
    try workplace.generate()
    let outcome = try Tool.run("train data.csv --target target \(options)", in: workplace)
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("espalier: ") && outcome.errors.contains(message))
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  @Test("A loss that diverges names its epoch, and nothing is overwritten")
  func divergence() throws {
    let workplace = try Workplace()
    try workplace.generate()
    #expect(try Tool.run("\(quick) --output run", in: workplace).status == 0)
    let before = try workplace.text("run/result.json")
    let outcome = try Tool.run("\(quick) --learning-rate 1e30 --output run --force", in: workplace)
    #expect(outcome.status == 65)
    #expect(
      outcome.errors.contains(
        /^espalier: the loss became (no number|infinite) in epoch 1; lower the learning rate\n$/)
    )
    #expect(try workplace.text("run/result.json") == before)
    #expect(try workplace.files() == ["data.csv", "data.truth.json", "run"])
  }

  @Test("Ctrl-C ends the training with the best so far and exit code 75")
  func interruption() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let line = quick.replacing("--epochs 4", with: "--epochs 10000000 --patience 10000000")
    let process = try Tool.start(
      "\(line) --test-fraction 0.2 --output run --json".split(separator: " ").map(String.init),
      in: workplace)
    for _ in 0..<600 {
      let folder = try workplace.files().first { $0.hasPrefix("run.partial") }
      let log = folder.flatMap { try? workplace.text("\($0)/events.jsonl") } ?? ""
      if log.contains("trainingLoss") { break }
      Thread.sleep(forTimeInterval: 0.05)
    }
    process.interrupt()
    process.waitUntilExit()
    let outcome = try Tool.outcome(of: process, in: workplace)
    #expect(outcome.status == 75)
    let result = try outcome.json()
    #expect(result["isInterrupted"] as? Bool == true)
    #expect((result["notes"] as? [String])?.last == "stopped early: this is the best so far")
    #expect(result["test"] is [String: Any])
    #expect(try workplace.hasResult(outcome.output, in: "run"))
  }

  @Test("A time limit ends the training with the best so far, and is no failure")
  func timeLimit() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let line = quick.replacing("--epochs 4", with: "--epochs 10000000 --patience 10000000")
    let outcome = try Tool.run("\(line) --time-limit 0.3 --json", in: workplace)
    #expect(outcome.status == 0)
    let result = try outcome.json()
    #expect(result["isInterrupted"] as? Bool == true)
    #expect(result["notes"] as? [String] == ["the time limit ended the training early"])
    #expect(result["test"] is NSNull)
  }

  @Test("A layer that a sparsity next to 1 leaves with one connection is named")
  func starved() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let outcome = try Tool.run(
      "\(quick.replacing("0.5", with: "0.99999")) --json", in: workplace)
    #expect(outcome.status == 0)
    let notes = try #require(try outcome.json()["notes"] as? [String])
    #expect(notes.count == 3)
    #expect(notes.allSatisfy { $0.hasSuffix("a layer keeps at least one, whatever the sparsity") })
  }
}
