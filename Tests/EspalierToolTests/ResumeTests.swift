import Foundation
import Testing

@testable import EspalierTool
@testable import Formats

@Suite("A run that goes on later")
struct ResumeTests {
  private static let common =
    "data.csv --target target --test-fraction 0.25 --checkpoint-every 0 --output run"
  private static let train = "train \(common) --network mlp:40-20 --learning-rate 0.01"
  private static let select = "select \(common) --count 3"
  private static let generations = ["run/checkpoint/0.state", "run/checkpoint/1.state"]
  private static let lines = [
    "\(train) --topology set --epochs 200 --patience 200",
    "\(train) --topology rigl --epochs 200 --patience 200",
    "\(train) --topology dense --epochs 40 --validation-fraction 0",
    "\(train) --topology iterative-magnitude --epochs 10 --rounds 3 --round-epochs 5",
    "\(select) --method entryprune --seeds 2 --rotations 30 --hidden 20 --baselines",
    "\(select) --method entryprune --seeds 3 --rotations 30 --hidden 20 --threads 2",
    "\(select) --method entryprune --hidden 20 --protocol released --patience 10",
    "\(select) --method entryprune-flex --hidden 20 --patience 10",
    "\(select) --method quickselection --epochs 20 --hidden 30",
    "\(select) --method auto --epochs 10 --rotations 10 --hidden 20 --no-elimination",
    "\(select) --method neurofs --epochs 20 --hidden 30-30",
    "\(select) --method set --epochs 20 --hidden 30",
    "\(select) --method rigl --importance attribution --epochs 20 --hidden 30",
    "\(select) --method dense --epochs 20 --hidden 30 --seeds 2",
    "\(select) --path 2,4 --method set --epochs 4 --hidden 10",
    "\(select) --method f-test --folds 4 --repeats 3 --null 10",
    "\(select) --method set --epochs 3 --hidden 10 --folds 3 --null 2",
  ]

  @Test("Killed at any moment, it comes to the same bytes", arguments: lines)
  func killed(line: String) throws {
    let whole = try Workplace()
    try whole.generate()
    let start = ContinuousClock.now
    #expect(try Tool.run(line, in: whole).status == 0)
    let seconds = (ContinuousClock.now - start) / .seconds(1)

    let workplace = try Workplace()
    try workplace.generate()
    var again = ""
    for part in [0.5, 0.8, 0.3, 0.6, 0.9] {
      let process = try Tool.start(words(line + again), in: workplace)
      Thread.sleep(forTimeInterval: part * seconds)
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      process.waitUntilExit()
      again = " --resume"
    }
    let outcome = try Tool.run(line + again, in: workplace)
    #expect(outcome.status == 0, "\(outcome.errors)")
    try expectSame(whole, workplace)
  }

  @Test("A polite end saves, says how to go on, and ends with code 75", arguments: lines[0...4])
  func interruption(line: String) throws {
    let whole = try Workplace()
    try whole.generate()
    #expect(try Tool.run(line, in: whole).status == 0)

    let workplace = try Workplace()
    try workplace.generate()
    // A state that is written by the signal alone.
    let rare = line.replacing("--checkpoint-every 0", with: "--checkpoint-every 1000")
    let process = try Tool.start(words(rare), in: workplace)
    for _ in 0..<2000 {
      let folder = try workplace.files().first { $0.hasPrefix("run.partial") }
      let log = folder.flatMap { try? workplace.text("\($0)/events.jsonl") } ?? ""
      if log.split(separator: "\n").count >= 3 { break }
      Thread.sleep(forTimeInterval: 0.005)
    }
    process.terminate()
    process.waitUntilExit()
    let outcome = try Tool.outcome(of: process, in: workplace)
    guard outcome.status == 75 else {  // it was faster than the signal
      #expect(outcome.status == 0)
      return
    }
    #expect(
      outcome.errors.hasSuffix(
        "espalier: stopped early; the same command with --resume goes on from here\n"))
    #expect(try workplace.files(in: "run").contains("checkpoint"))
    let refused = try Tool.run(line, in: workplace)
    #expect(refused.status == 73 && refused.errors.contains("go on with it with --resume"))
    #expect(try Tool.run("\(line) --resume", in: workplace).status == 0)
    try expectSame(whole, workplace)
  }

  @Test(
    "A run with other options or data is refused, and the first difference named",
    arguments: [
      (64, "--epochs 200", "--epochs 201", "is of epochs 200, this one of 201"),
      (64, "--topology set", "--topology rigl", "is of topology set, this one of rigl"),
      (64, "train", "select --count 3 --method set", "is of verb train, this one of select"),
      (65, "data.csv", "other.csv", "is of name of the data data.csv, this one of other.csv"),
    ])
  func otherRun(code: Int, from: String, to: String, message: String) throws {
    let workplace = try Workplace()
    try workplace.generate()
    try FileManager.default.copyItem(
      at: workplace.url.appending(path: "data.csv"), to: workplace.url.appending(path: "other.csv"))
    try interrupt(Self.lines[0], in: workplace)
    var line = Self.lines[0].replacing(from, with: to)
    if to.hasPrefix("select") {
      line = line.replacing("--network mlp:40-20", with: "")
        .replacing("--topology set --epochs 200 --patience 200", with: "")
    }
    let outcome = try Tool.run("\(line) --resume", in: workplace)
    #expect(outcome.status == Int32(code))
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(try workplace.files(in: "run") == ["checkpoint"])
  }

  @Test("Data that have changed are refused")
  func otherData() throws {
    let workplace = try Workplace()
    try workplace.generate()
    try interrupt(Self.lines[0], in: workplace)
    try Tool.run(
      "generate correlated --rows 120 --columns 12 --seed 4 --informative 3 -o data.csv --force",
      in: workplace)
    let outcome = try Tool.run("\(Self.lines[0]) --resume", in: workplace)
    #expect(outcome.status == 65 && outcome.errors.contains("the run there is of data "))
  }

  @Test("A finished run says so; one that was never begun begins")
  func finished() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let line = "\(Self.lines[0]) --resume --json"
    let first = try Tool.run(line, in: workplace)
    #expect(first.status == 0 && first.errors.contains("run: no checkpoint to go on with"))
    let before = try workplace.text("run/result.json")
    let second = try Tool.run(line, in: workplace)
    #expect(second.status == 0 && second.errors == "espalier: run: this run is finished\n")
    #expect(second.output == before)
    let other = try Tool.run(line.replacing("--epochs 200", with: "--epochs 201"), in: workplace)
    #expect(other.status == 64 && other.errors.contains("a run with other options or data"))
    let nowhere = try Tool.run(line.replacing("--output run", with: ""), in: workplace)
    #expect(nowhere.status == 64 && nowhere.errors.contains("--resume needs --output"))
  }

  @Test("A damaged generation is passed over for the one before it, with a note")
  func damage() throws {
    let whole = try Workplace()
    try whole.generate()
    try Tool.run(Self.lines[1], in: whole)
    for damage in [0, 1, 2] {
      let workplace = try Workplace()
      try workplace.generate()
      try interrupt(Self.lines[1], in: workplace)
      let files = Self.generations.map { workplace.url.appending(path: $0) }
      let states = try files.map { try CheckpointFile(bytes: Array(Data(contentsOf: $0))) }
      let newer = states[0].number > states[1].number ? 0 : 1
      var bytes = try Data(contentsOf: files[newer])
      switch damage {
      case 0: bytes[bytes.count / 2] ^= 1
      case 1: bytes.removeLast()
      default: bytes = Data()
      }
      try bytes.write(to: files[newer])
      let outcome = try Tool.run("\(Self.lines[1]) --resume", in: workplace)
      #expect(outcome.status == 0)
      #expect(outcome.errors.contains("going on from the generation before it"))
      try expectSame(whole, workplace)
      // Both damaged: nothing to go on with, and that is no result either.
      let both = try Workplace()
      try both.generate()
      try interrupt(Self.lines[1], in: both)
      for file in Self.generations { try both.write("ESPALCKP", to: file) }
      let refused = try Tool.run("\(Self.lines[1]) --resume", in: both)
      #expect(refused.status == 65 && refused.errors.contains("it is no checkpoint"))
    }
  }

  @Test("A polite end leaves both generations, and either of them is enough")
  func bothGenerations() throws {
    let line = Self.lines[0]
    let whole = try Workplace()
    try whole.generate()
    try Tool.run(line, in: whole)
    for damaged in Self.generations {
      let workplace = try Workplace()
      try workplace.generate()
      let process = try Tool.start(words(line), in: workplace)
      let files = Self.generations.map { workplace.url.appending(path: $0).path }
      for _ in 0..<6000 where !files.allSatisfy(FileManager.default.fileExists(atPath:)) {
        Thread.sleep(forTimeInterval: 0.001)
      }
      kill(process.processIdentifier, SIGTERM)
      process.waitUntilExit()
      #expect(process.terminationStatus == 75)
      #expect(try workplace.files(in: "run/checkpoint") == ["0.state", "1.state"])
      try workplace.write("ESPALCKP", to: damaged)
      let outcome = try Tool.run("\(line) --resume", in: workplace)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("going on from the generation before it"))
      try expectSame(whole, workplace)
    }
  }

  @Test("Where files may not grow it ends with code 73 and one line, and goes on where they may")
  func fullDisk() throws {
    let line = Self.lines[0] + " --quiet"
    let whole = try Workplace()
    try whole.generate()
    try Tool.run(line, in: whole)
    for blocks in [8, 24, 64] {
      let workplace = try Workplace()
      try workplace.generate()
      let process = Process()
      process.executableURL = URL(filePath: "/bin/sh")
      let limit = "ulimit -f \(blocks); exec \"$0\" \"$@\""
      process.arguments = ["-c", limit, try Tool.executable().path] + words(line)
      process.currentDirectoryURL = workplace.url
      process.standardOutput = try workplace.newFile(".output")
      process.standardError = try workplace.newFile(".errors")
      try process.run()
      process.waitUntilExit()
      let outcome = try Tool.outcome(of: process, in: workplace)
      #expect(outcome.status == 73, "\(blocks): \(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
      #expect(try Tool.run("\(line) --resume", in: workplace).status == 0)
      try expectSame(whole, workplace)
    }
  }

  @Test("Two processes do not write one run")
  func lock() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let line = Self.lines[0].replacing("200", with: "10000000")
    let process = try Tool.start(words(line), in: workplace)
    for _ in 0..<600 where !CheckpointFolder.exists(in: workplace.url.appending(path: "run").path) {
      Thread.sleep(forTimeInterval: 0.02)
    }
    let other = Process()
    other.executableURL = try Tool.executable()
    other.arguments = words("\(line) --resume")
    other.currentDirectoryURL = workplace.url
    other.standardError = try workplace.newFile(".other")
    other.standardOutput = FileHandle.nullDevice
    try other.run()
    other.waitUntilExit()
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(other.terminationStatus == 73)
    #expect(try workplace.text(".other").contains("another process is writing this run"))
  }

  private func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

  /// Leaves the checkpoint of a run that was killed, with both generations.
  private func interrupt(_ line: String, in workplace: Workplace) throws {
    let process = try Tool.start(words(line), in: workplace)
    let folder = workplace.url.appending(path: "run/checkpoint")
    for _ in 0..<6000 {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
      if names.contains("0.state") && names.contains("1.state") { break }
      Thread.sleep(forTimeInterval: 0.001)
    }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(try workplace.files(in: "run") == ["checkpoint"])
  }

  private func expectSame(_ whole: Workplace, _ other: Workplace) throws {
    #expect(try whole.files(in: "run") == other.files(in: "run"))
    for name in try whole.files(in: "run") where name != "measured.json" {
      let bytes = try [whole, other].map {
        try Data(contentsOf: $0.url.appending(path: "run/\(name)"))
      }
      #expect(bytes[0] == bytes[1], "\(name)")
    }
    #expect(try other.files() == ["data.csv", "data.truth.json", "run"])
  }
}
