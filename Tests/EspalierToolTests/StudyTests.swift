import Foundation
import Testing

/// `espalier study`, end to end with tiny runs.
@Suite("Studies")
struct StudyTests {
  private static let plan = """
    study: tiny
    verb: select
    seeds: 2
    options: {target: target, test-fraction: 0.25}
    data: {one: data.csv, two: {data: data.csv, drop: x0}}
    methods: [f-test, random]
    counts: [2, 3]

    """

  private func workplace(_ plan: String = Self.plan) throws -> Workplace {
    let workplace = try Workplace()
    try workplace.generate()
    try workplace.write(plan, to: "plan.yaml")
    return workplace
  }

  /// The files that the same plan gives again.
  private func lasting(_ workplace: Workplace, _ folder: String = "s") throws -> [String] {
    try ["tables.md", "tables.csv", "tables.tex", "runs.csv"].map {
      try workplace.text("\(folder)/\($0)")
    }
  }

  @Test("A study runs, is reported, and gives the same tables side by side")
  func whole() throws {
    let workplace = try workplace()
    let run = try Tool.run("study run plan.yaml --output s --quiet", in: workplace)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output == "26 of 26 runs done\n")
    #expect(run.errors.isEmpty)
    let report = try Tool.run("study report s", in: workplace)
    #expect(report.status == 0, "\(report.errors)")
    #expect(report.output.contains("## accuracy, all in all"))
    #expect(report.output.contains("random-columns"))
    let result = try workplace.json("s/runs/one.f-test.k2.s0/output/result.json")
    #expect(result["method"] as? String == "f-test")
    let configuration = try workplace.json("s/runs/one.f-test.k2.s0/output/config.json")
    let arguments = try #require(configuration["arguments"] as? [String])
    #expect(arguments[0] == "select")
    // What is recorded can be typed.
    let typed = arguments.map { $0.replacing("s/runs/one.f-test.k2.s0/output", with: "again") }
    #expect(try Tool.run(typed, in: workplace).status == 0)
    #expect(
      try workplace.text("again/result.json")
        == workplace.text("s/runs/one.f-test.k2.s0/output/result.json"))
    let page = try workplace.text("s/report.html")
    #expect(page.contains("<h1>tiny</h1>"))

    let other = try Tool.run("study run plan.yaml --output t --jobs 3 --quiet", in: workplace)
    #expect(other.status == 0, "\(other.errors)")
    #expect(try Tool.run("study report t", in: workplace).status == 0)
    #expect(
      try lasting(workplace).map { $0.replacing("s", with: "") }
        == lasting(workplace, "t").map { $0.replacing("s", with: "") })
    let status = try Tool.run("study status s --json", in: workplace).json()
    #expect(status["done"] as? Int == 26)
  }

  @Test("A mistake in the plan is one line with its place")
  func mistakes() throws {
    for (old, new, message) in [
      (
        "[f-test, random]", "[f-tset]",
        "plan.yaml:6:11: no method 'f-tset'; did you mean 'f-test'?"
      ),
      (
        "test-fraction: 0.25", "test-fracton: 0.25",
        "plan.yaml:4:27: select has no option 'test-fracton'; did you mean 'test-fraction'?"
      ),
      (
        "test-fraction: 0.25", "test-fraction: 1.25",
        "plan.yaml:4:42: one.f-test.k2.s0: --test-fraction is 1.25, but must be between 0 and 1"
      ),
      (
        "one: data.csv", "one: daat.csv",
        "/daat.csv: no such file; did you mean 'data.csv'?; relative paths begin at --data"
      ),
      (
        "[f-test, random]", "{f-test: {patience: 5}}",
        "one.f-test.k2.s0: --method f-test has no --patience; leave it out"
      ),
      (
        "test-fraction: 0.25", "seed: 3", "plan.yaml:4:27: 'seed' is given by the study"
      ),
      (", test-fraction: 0.25", "", "nothing to compare methods by"),
    ] {
      let workplace = try workplace(Self.plan.replacing(old, with: new))
      let outcome = try Tool.run("study run plan.yaml --output s", in: workplace)
      #expect(outcome.status == 64, "\(new): \(outcome.errors)")
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
      #expect(try !workplace.files().contains("s"))
    }
    let workplace = try workplace()
    let only = try Tool.run("study run plan.yaml --output s --only one.f-test.k2", in: workplace)
    #expect(only.errors.contains("fits no run; did you mean"))
    #expect(try Tool.run("study run none.yaml --output s", in: workplace).status == 66)
    #expect(try Tool.run("study status nowhere", in: workplace).status == 66)
  }

  @Test("A part of a study, a failure, and what is changed by hand")
  func parts() throws {
    let workplace = try workplace(
      Self.plan.replacing("two: {data: data.csv, drop: x0}", with: "two: {data: bad.csv}"))
    try workplace.write("x0,x1,target\n1,oops,\n", to: "bad.csv")
    let part = try Tool.run(
      "study run plan.yaml --output s --only one.f-test.*.s0 --quiet", in: workplace)
    #expect(part.output == "2 of 2 runs done\n", "\(part.errors)")
    let whole = try Tool.run("study run plan.yaml --output s --quiet", in: workplace)
    #expect(whole.status == 65)
    #expect(whole.output == "13 of 26 runs done, 13 failed\n")
    #expect(whole.errors.contains("13 runs came to nothing; see 'espalier study status s'"))
    let status = try Tool.run("study status s", in: workplace)
    #expect(status.output.contains("failed   two.f-test.k2.s0: "))
    try workplace.write("{}", to: "s/runs/one.f-test.k2.s0/output/result.json")
    let report = try Tool.run("study report s", in: workplace)
    #expect(report.output.contains("one.f-test.k2.s0, damaged: result.json is not as it was"))
    // The plan is changed: what belongs to it no longer is told, and set aside.
    try workplace.write(
      Self.plan.replacing("test-fraction: 0.25", with: "test-fraction: 0.3"), to: "plan.yaml")
    let changed = try Tool.run("study run plan.yaml --output s", in: workplace)
    #expect(changed.status == 64)
    #expect(changed.errors.contains("there test-fraction 0.25, now test-fraction 0.3"))
    let again = try Tool.run("study run plan.yaml --output s --set-aside --quiet", in: workplace)
    #expect(again.output.hasPrefix("25 of 26 runs done, 1 not counted"), "\(again.errors)")
    let repaired = try Tool.run(
      "study run plan.yaml --output s --retry-failed --quiet", in: workplace)
    #expect(repaired.output == "26 of 26 runs done\n", "\(repaired.errors)")
  }

  @Test("Networks are trained first, then made smaller")
  func models() throws {
    let workplace = try workplace(
      """
      verb: prune units
      seeds: 2
      options: {target: target, test-fraction: 0.25}
      data: {one: data.csv}
      models: {net: {network: mlp:12-6, topology: dense, epochs: 3}}
      methods: {low: {epsilon: 0.1}, half: {fewer: 0.5}}
      settings: {short: {epochs: 1}}
      """)
    let run = try Tool.run("study run plan.yaml --output s --quiet", in: workplace)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output == "6 of 6 runs done\n")
    let report = try Tool.run("study report s", in: workplace)
    #expect(report.output.contains("half, short"))
    #expect(report.output.contains("parameters gone"))
  }

  @Test("A study that is killed goes on, and gives the same tables")
  func kills() throws {
    let plan = Self.plan.replacing("seeds: 2", with: "seeds: 4")
      .replacing(
        "[f-test, random]",
        with: "{slow: {method: entryprune, rotations: 20, steps-per-rotation: 20, hidden: 16}}")
    let workplace = try workplace(plan)
    #expect(try Tool.run("study run plan.yaml --output s --quiet", in: workplace).status == 0)
    var kills = 0
    while kills < 6 {
      let process = try Tool.start(
        ["study", "run", "plan.yaml", "--output", "t", "--jobs", "2", "--quiet"], in: workplace)
      usleep(UInt32(60_000 + kills * 70_000))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      kills += 1
    }
    let last = try Tool.run("study run plan.yaml --output t --quiet", in: workplace)
    #expect(last.status == 0, "\(last.errors)")
    for folder in ["s", "t"] { try Tool.run("study report \(folder)", in: workplace) }
    #expect(try lasting(workplace) == lasting(workplace, "t"))
  }

  @Test("Two processes share a folder, and no run is done twice")
  func twoProcesses() throws {
    let workplace = try workplace(Self.plan.replacing("seeds: 2", with: "seeds: 10"))
    let others = try Workplace()
    try FileManager.default.copyItem(
      at: workplace.url.appending(path: "plan.yaml"), to: others.url.appending(path: "plan.yaml"))
    let arguments = [
      "study", "run", "plan.yaml", "--data", workplace.url.path, "--output",
      workplace.url.appending(path: "s").path, "--quiet",
    ]
    let first = try Tool.start(arguments, in: workplace)
    let second = try Tool.start(arguments, in: others)
    for process in [first, second] { process.waitUntilExit() }
    #expect(try Tool.outcome(of: first, in: workplace).output == "122 of 122 runs done\n")
    #expect(try Tool.outcome(of: second, in: others).output == "122 of 122 runs done\n")
  }

  @Test("A polite request to end gives exit status 75, and the study goes on later")
  func stopping() throws {
    let workplace = try workplace(
      Self.plan.replacing(
        "[f-test, random]",
        with: "{slow: {method: entryprune, rotations: 3000, steps-per-rotation: 20, hidden: 16}}"))
    let process = try Tool.start(
      ["study", "run", "plan.yaml", "--output", "s", "--only", "one.slow.k2.s0", "--quiet"],
      in: workplace)
    let claim = workplace.url.appending(path: "s/runs/one.slow.k2.s0/claim-1/heartbeat").path
    for _ in 0..<600 where !FileManager.default.fileExists(atPath: claim) { usleep(50_000) }
    usleep(300_000)
    process.terminate()
    process.waitUntilExit()
    let outcome = try Tool.outcome(of: process, in: workplace)
    #expect(outcome.status == 75, "\(outcome.errors)")
    #expect(outcome.errors.contains("the same command goes on from here"))
    let status = try Tool.run("study status s --json", in: workplace).json()
    #expect((status["running"] as? [Any])?.isEmpty == true)
  }

  @Test("The plans that ship with the program parse")
  func experiments() throws {
    let root = Tool.folder.deletingLastPathComponent().deletingLastPathComponent()
    let shared = root.deletingLastPathComponent().appending(path: "shared").path
    guard FileManager.default.fileExists(atPath: "\(shared)/splits") else {
      print("skipped: the data sets of the experiments are not here")
      return
    }
    let folder = root.appending(path: "Experiments")
    let plans = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".yaml") }
    #expect(plans.count >= 4)
    let workplace = try Workplace()
    for plan in plans {
      let outcome = try Tool.run(
        [
          "study", "run", folder.appending(path: plan).path, "--data", shared, "--output", "s",
          "--list",
        ], in: workplace)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.split(separator: "\n").count > 10)
    }
  }
}
