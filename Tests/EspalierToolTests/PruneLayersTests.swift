import Espalier
import Foundation
import Testing

@Suite("prune layers")
struct PruneLayersTests {
  private static let call =
    "prune layers run data.csv --target kind --test-fraction 0.2 --max-drop 0.2 --iterations 3"
    + " --epochs 4"

  /// A folder with a model and the table that it was trained on.
  private func trained() throws -> Workplace {
    let workplace = try Workplace()
    let rows = (0..<160).map { "\($0 * 7 % 30),\($0 * 5 % 17),\($0 * 7 % 30 < 15 ? "p" : "q")" }
    try workplace.write("a,b,kind\n" + rows.joined(separator: "\n") + "\n", to: "data.csv")
    let outcome = try Tool.run(
      "train data.csv --target kind --test-fraction 0.2 --network mlp:16-8 --sparsity 0"
        + " --topology dense --learning-rate 0.02 --epochs 40 --output run -q", in: workplace)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return workplace
  }

  @Test("prunes, removes, and writes a model that predicts")
  func prune() throws {
    let workplace = try trained()
    let outcome = try Tool.run("\(Self.call) --output shallow -q", in: workplace)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let result = try workplace.json("shallow/result.json")
    let path = try #require(result["path"] as? [[String: Any]])
    #expect(path.compactMap { $0["iteration"] as? Int } == Array(0..<path.count))
    #expect(path.first?["weights"] as? Int == 2 * 16 + 16 * 8)
    #expect(path.count > 1 && (path[1]["weights"] as? Int ?? 0) <= 81)
    let model = try Model(path: workplace.url.appending(path: "shallow/model.safetensors").path)
    let parameters = try #require(result["parameters"] as? [String: Any])
    #expect(parameters["after"] as? Int == model.trained.network.parameterCount)
    let zeros = model.trained.network.nodes.filter { $0.operation is Linear }.reduce(0) {
      $0 + $1.parameters[0].elements.count { $0 == 0 }
    }
    #expect(result["storedZeros"] as? Int == zeros)
    let difference = try #require(result["trainingDifference"] as? [String: Any])
    #expect((difference["largest"] as? Double ?? 1) < 1e-4 && difference["rows"] as? Int == 102)
    #expect(difference["changedPredictions"] as? Int == 0)
    #expect(result["test"] is [String: Any])
    let validation = try #require(result["validation"] as? [String: Any])
    #expect(validation["pruned"] as? Double == validation["after"] as? Double)
    let predicted = try Tool.run("predict shallow data.csv", in: workplace)
    #expect(predicted.status == 0, "\(predicted.errors)")
    let again = try Tool.run("\(Self.call) --output shallow2 -q --json", in: workplace)
    #expect(again.status == 0)
    #expect(
      try workplace.text("shallow/result.json") == workplace.text("shallow2/result.json"))
  }

  @Test("of a sparse network no pruned weight is stored, and lines by force are told from others")
  func sparse() throws {
    let workplace = try trained()
    let training =
      "train data.csv --target kind --test-fraction 0.2 --network mlp:16-8 --sparsity 0.3"
      + " --optimizer sgd --momentum 0.8 --learning-rate 0.05 --schedule cosine --epochs 40"
      + " --output sparse -q"
    #expect(try Tool.run(training, in: workplace).status == 0)
    let call = Self.call.replacing("layers run", with: "layers sparse")
    let outcome = try Tool.run("\(call) --tolerance 0.45 --output small -q", in: workplace)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let model = try Model(path: workplace.url.appending(path: "small/model.safetensors").path)
    let sparse = model.trained.network.nodes.filter { $0.operation is SparseLinear }
    #expect(!sparse.isEmpty)
    #expect(sparse.allSatisfy { $0.parameters[0].elements.allSatisfy { $0 != 0 } })
    let result = try workplace.json("small/result.json")
    let layers = try #require(result["layers"] as? [[String: Any]])
    let forced = layers.filter { $0["isForced"] as? Bool == true }
    #expect(forced.count == result["forcedLayers"] as? Int && !forced.isEmpty)
    #expect(forced.allSatisfy { ($0["lineError"] as? Double ?? 0) > 0 })
    #expect(outcome.output.contains("by force") && outcome.output.contains("forced"))
    // As published: the rule of the training, and the limit that the preset has.
    let paper = try Tool.run(
      "\(call.replacing("--max-drop 0.2", with: "--paper")) --output paper -q", in: workplace)
    #expect(paper.status == 0, "\(paper.errors)")
    let settings = try #require(
      try workplace.json("paper/result.json")["settings"] as? [String: Any])
    #expect(settings["theta"] as? Double == 0.99 && settings["maxDrop"] is NSNull)
    #expect(settings["optimizer"] as? String == "sgd")
    #expect(settings["schedule"] as? String == "cosine")
    #expect(settings["learningRate"] as? Double == 0.05)
    #expect(settings["momentum"] as? Double == 0.8)
    let preset = try Tool.run(
      "\(call.replacing("--max-drop 0.2", with: "--preset swin-tiny")) --output preset -q",
      in: workplace)
    #expect(preset.status == 0, "\(preset.errors)")
    let own = try #require(
      try workplace.json("preset/result.json")["settings"] as? [String: Any])
    #expect(own["prunedShare"] as? Double == 0.25 && own["learningRate"] as? Double == 0.001)
    #expect(own["schedule"] as? String == "step:80,120" && own["batch"] as? Int == 128)
  }

  @Test("goes on where it was ended to the same files")
  func resumption() throws {
    let workplace = try trained()
    let whole = try Tool.run("\(Self.call) --output whole -q", in: workplace)
    #expect(whole.status == 0, "\(whole.errors)")
    let cut = Self.call + " --output parts -q --checkpoint-every 0"
    let arguments = cut.split(separator: " ").map(String.init)
    let process = try Tool.start(arguments, in: workplace)
    Thread.sleep(forTimeInterval: 0.1)
    process.interrupt()
    process.waitUntilExit()
    let last = try Tool.run(cut + " --resume", in: workplace)
    #expect(last.status == 0, "\(last.errors)")
    #expect(try workplace.text("whole/result.json") == workplace.text("parts/result.json"))
  }

  @Test(
    "what cannot be done is one line with its exit code",
    arguments: [
      ("--theta 1.5", 64, "theta is 1.5"), ("--theta 0.9 --max-drop 0.1", 64, "exclude each other"),
      ("--pruned-share 1", 64, "the pruned share"), ("--tolerance 0.7", 64, "the tolerance"),
      ("--paper --tolerance 0.1", 64, "--tolerance is not published"),
      ("--retrain-fraction 0", 64, "must be above 0"),
      ("--weight-decay -1", 64, "--weight-decay is -1.0"),
      ("--iterations 0", 64, "the number of iterations"),
      ("--epochs 0", 64, "the number of epochs of an iteration is 0"),
      ("--largest-share 1 --budget lowest-entropy --pruned-share 0.95", 64, "no path leads around"),
    ])
  func refusals(options: String, status: Int32, text: String) throws {
    let workplace = try trained()
    let outcome = try Tool.run(
      "prune layers run data.csv --target kind --test-fraction 0.2 --epochs 1 \(options)",
      in: workplace)
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.errors.contains(text), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }

  @Test("an ONNX file that names no columns takes those of the table")
  func unnamed() throws {
    let workplace = try trained()
    let model = try Model(path: workplace.url.appending(path: "run/model.safetensors").path)
    var file = ONNXModel(model.trained.network)
    file.scaler = model.trained.scaler
    try file.write(to: workplace.url.appending(path: "net.onnx").path)
    let outcome = try Tool.run(
      "prune layers net.onnx data.csv --target kind --test-fraction 0.2 --max-drop 0.2"
        + " --iterations 1 --epochs 2 --output small/", in: workplace)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("small/report.html"))
    let result = try workplace.json("small/result.json")
    let notes = try #require(result["notes"] as? [String])
    #expect(notes.contains { $0.contains("read in their order") })
    let test = try #require(result["test"] as? [String: Any])
    #expect(test["metric"] as? String == "accuracy")
    #expect(test["original"] as? Double ?? 0 > 0.9)
    let predicted = try Tool.run("predict small data.csv", in: workplace)
    #expect(predicted.status == 0, "\(predicted.errors)")
    let table = try Tool.run("inspect net.onnx data.csv --target kind --entropy", in: workplace)
    #expect(table.status == 0, "\(table.errors)")
  }

  @Test("a network that has learnt nothing, or has no rectifier, is refused")
  func unsuitable() throws {
    let workplace = try trained()
    var model = try Model(path: workplace.url.appending(path: "run/model.safetensors").path)
    let learnt = model.trained.network
    model.trained.network = try Network(input: learnt.inputShape) {
      Linear(4)
      Sigmoid()
      Linear(2)
    }
    try model.write(to: workplace.url.appending(path: "smooth.safetensors").path)
    model.trained.network = learnt
    model.trained.network[parameter: "linear3.weight"] = Tensor([2, 8])
    try model.write(to: workplace.url.appending(path: "blind.safetensors").path)
    for (name, text) in [
      ("smooth", "it has sigmoid"), ("blind", "no more than one that ignores its inputs"),
    ] {
      let outcome = try Tool.run(
        "prune layers \(name).safetensors data.csv --target kind", in: workplace)
      #expect(outcome.status == 65 && outcome.errors.contains(text), "\(outcome.errors)")
    }
  }
}
