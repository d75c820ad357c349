import Foundation
import Testing

@testable import EspalierTool

/// `espalier report`, and what lies beside a page.
@Suite("Pages made anew")
struct ReportTests {
  private static let common = "data.csv --target target --test-fraction 0.25 --output run"
  private static let network = "--network mlp:12-8 --epochs 4"

  @Test(
    "The page comes out of the folder as the run wrote it",
    arguments: [
      "select \(common) --count 3 \(quickEntryPrune) --seeds 2 --baselines",
      "select \(common) --count 3 --method set --epochs 4 --hidden 12",
      "train \(common) \(network) --topology rigl --sparsity 0.5",
    ])
  func runs(line: String) throws {
    let workplace = try Workplace()
    try workplace.generate()
    #expect(try Tool.run(line, in: workplace).status == 0)
    let page = try workplace.text("run/report.html")
    #expect(page.contains("Importance over epochs") == !line.contains("--baselines"))
    try workplace.write("gone", to: "run/report.html")
    let outcome = try Tool.run("report run/", in: workplace)
    #expect(outcome.status == 0 && outcome.output == "run/report.html\n", "\(outcome.errors)")
    #expect(try workplace.text("run/report.html") == page)
  }

  @Test("The pages of networks made smaller come out, too, with their charts")
  func pruning() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let train =
      "train \(Self.common) --network mlp:12-8 --epochs 60 --patience 60 --learning-rate 0.01"
      + " --topology dense"
    #expect(try Tool.run(train, in: workplace).status == 0)
    for (verb, parts) in [
      ("units", ["The network before and after"]),
      ("layers --iterations 2", ["Entropy of each layer", "The network before and after"]),
    ] {
      let line =
        "prune \(verb) run data.csv --target target --test-fraction 0.25 --epochs 1 --max-drop 0.2"
        + " --output small --force"
      let pruned = try Tool.run(line, in: workplace)
      #expect(pruned.status == 0, "\(pruned.errors)")
      let page = try workplace.text("small/report.html")
      for part in parts { #expect(page.contains(part), "\(verb): \(part)") }
      try workplace.write("gone", to: "small/report.html")
      #expect(try Tool.run("report small", in: workplace).status == 0)
      #expect(try workplace.text("small/report.html") == page)
    }
  }

  @Test("A page on a selection draws the lives of features, and how alike the chosen are")
  func charts() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let rigl = "--method rigl --epochs 6 --hidden 20 --sparsity 0.5"
    for (method, parts) in [
      (quickEntryPrune, ["When each feature was among the chosen", "Correlation of the chosen"]),
      (
        rigl,
        [
          "Density of each layer", "Connections gained and lost", "Distribution of the number",
          "Importance over epochs",
        ]
      ),
      ("--method f-test --path 2,4,6", ["Accuracy over the number of columns"]),
    ] {
      let outcome = try Tool.run(
        "select \(Self.common) --count 3 \(method) --force", in: workplace)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let page = try workplace.text("run/report.html")
      for part in parts { #expect(page.contains(part), "\(part)") }
    }
  }

  @Test("A page is opened by the system's program, or a line says that there is none")
  func opening() throws {
    #if os(Linux)
      let workplace = try Workplace()
      try workplace.generate()
      #expect(
        try Tool.run("select \(Self.common) --count 3 --method f-test", in: workplace).status == 0)
      try workplace.write("#!/bin/sh\necho \"$1\" > opened\nexit ${CODE:-0}\n", to: "xdg-open")
      chmod(workplace.url.appending(path: "xdg-open").path, 0o755)
      func open(_ path: String, code: String = "0") throws -> Tool.Outcome {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
          "PATH=\(path)", "CODE=\(code)", try Tool.executable().path, "report", "run", "--open",
        ]
        process.currentDirectoryURL = workplace.url
        process.standardOutput = try workplace.newFile(".output")
        process.standardError = try workplace.newFile(".errors")
        try process.run()
        process.waitUntilExit()
        return try Tool.outcome(of: process, in: workplace)
      }
      #expect(try open(workplace.url.path).status == 0)
      #expect(try workplace.text("opened").hasSuffix("/run/report.html\n"))
      let failed = try open(workplace.url.path, code: "3")
      #expect(failed.status == 66 && failed.errors.contains("exit code 3"))
      let none = try open("/nowhere")
      #expect(none.status == 66)
      #expect(
        none.errors
          == "espalier: xdg-open is not on this machine; open run/report.html in a browser by hand\n"
      )
    #endif
  }

  @Test("What is no folder of a run is refused on one line")
  func mistakes() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let missing = try Tool.run("report nowhere", in: workplace)
    #expect(missing.status == 66)
    #expect(missing.errors.hasPrefix("espalier: nowhere/report.json: is not"))
    #expect(
      try Tool.run("select \(Self.common) --count 3 --method f-test", in: workplace).status == 0)
    for (text, place) in [
      ("{", ""), ("[]", ""),
      ("{\"schema\": 1, \"report\": {\"selection\": {\"_0\": {}}}}", "report.selection"),
    ] {
      try workplace.write(text, to: "run/report.json")
      let outcome = try Tool.run("report run", in: workplace)
      #expect(outcome.status == 65 && outcome.errors.split(separator: "\n").count == 1)
      #expect(outcome.errors.contains("damaged"))
      #expect(place.isEmpty || outcome.errors.contains("at \(place)"))
    }
  }

  @Test("A hidden verb is no suggestion")
  func hiddenVerb() throws {
    let workplace = try Workplace()
    let mistyped = try Tool.run("study worl", in: workplace)
    #expect(mistyped.status == 64 && !mistyped.errors.contains("'work'"))
    let other = try Tool.run("study zzzzzzzz", in: workplace)
    #expect(!other.errors.contains("study work") && other.errors.contains("study submit"))
    // It is one all the same; run here it would end with the thread that starts it.
    #expect(try Tool.run("study work --help", in: workplace).status == 0)
  }
}

/// The files for TensorBoard.
@Suite("TensorBoard")
struct TensorBoardTests {
  private static let common = "data.csv --target target --test-fraction 0.25 --output run"

  /// The steps of a tag, in the order of the file.
  private func steps(_ tag: String, _ path: String, in workplace: Workplace) throws -> [Int] {
    let bytes = [UInt8](try Data(contentsOf: workplace.url.appending(path: path)))
    var (place, steps) = (0, [Int]())
    while place < bytes.count {
      let length = Int(bytes[place]) | Int(bytes[place + 1]) << 8
      let message = bytes[(place + 12)..<(place + 12 + length)]
      place += 16 + length
      guard String(decoding: message, as: UTF8.self).contains(tag) else { continue }
      let start = message.startIndex + 9
      #expect(message[start] == 0x10)
      steps.append(Int(message[start + 1]))  // below 128 a step is one byte
    }
    return steps
  }

  @Test("Every run of a selection, and a training, has its numbers step by step")
  func files() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let select =
      "select \(Self.common) --count 3 \(quickEntryPrune) --seeds 2 --tensorboard"
    #expect(try Tool.run(select, in: workplace).status == 0)
    for seed in 0...1 {
      let path = "run/tensorboard/seed-\(seed)/\(BoardLog.fileName)"
      #expect(try steps("search/loss", path, in: workplace) == [0, 1, 2, 3])
    }
    let train = "train \(Self.common) --network mlp:8 --epochs 5 --force --tensorboard"
    #expect(try Tool.run(train, in: workplace).status == 0)
    let path = "run/tensorboard/training/\(BoardLog.fileName)"
    #expect(try steps("epoch/trainingLoss", path, in: workplace) == [0, 1, 2, 3, 4])
    #expect(try steps("epoch/round", path, in: workplace) == [])
    #expect(try Tool.run(train.replacing(" --tensorboard", with: ""), in: workplace).status == 0)
    #expect(try !workplace.files(in: "run").contains("tensorboard"))
    let refused = try Tool.run("train data.csv --target target --tensorboard", in: workplace)
    #expect(refused.status == 64 && refused.errors.contains("--tensorboard needs --output"))
  }

  @Test("A training that was killed goes on without a step twice")
  func resumed() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let line =
      "train \(Self.common) --network mlp:40-20 --epochs 100 --patience 100 --checkpoint-every 0"
      + " --tensorboard"
    let process = try Tool.start(line.split(separator: " ").map(String.init), in: workplace)
    for _ in 0..<4000 where process.isRunning {
      let folder = try workplace.files().first { $0.hasPrefix("run.partial") }
      let log = folder.flatMap { try? workplace.text("\($0)/events.jsonl") } ?? ""
      if log.split(separator: "\n").count >= 5 { break }
      Thread.sleep(forTimeInterval: 0.005)
    }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    let outcome = try Tool.run("\(line) --resume", in: workplace)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let path = "run/tensorboard/training/\(BoardLog.fileName)"
    let log = try workplace.text("run/events.jsonl")
    let count = log.components(separatedBy: "\"epoch\": ").count - 1
    #expect(count > 5)
    #expect(try steps("epoch/trainingLoss", path, in: workplace) == Array(0..<count))
  }
}
