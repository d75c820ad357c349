import Foundation
import Testing

@Suite("Groups of columns")
struct GroupTests {
  /// Columns r and s tell the class together, the others nothing; with a file of groups.
  private func workplace() throws -> Workplace {
    let workplace = try Workplace()
    var lines = ["u,r,v,s,w,y"]
    for row in 0..<60 {
      let (low, high) = (row % 2, row / 2 % 2)
      let noise = (0..<3).map { (row * (7 + 4 * $0) + row * row) % (11 + 2 * $0) }
      lines.append(
        "\(noise[0]),\(low),\(noise[1]),\(high),\(noise[2]),\(low + high > 1 ? "p" : "q")")
    }
    try workplace.write(lines.joined(separator: "\n") + "\n", to: "data.csv")
    try workplace.write("pair: s, r\n", to: "groups.txt")
    return workplace
  }

  @Test("are chosen, counted and named as one feature, from the choice to transform and evaluate")
  func wholeWay() throws {
    let workplace = try workplace()
    let outcome = try Tool.run(
      "select data.csv --target y --count 1 --method f-test --groups groups.txt --baselines"
        + " --test-fraction 0.3 --seeds 2 --output run --json", in: workplace)
    #expect(outcome.status == 0)
    let result = try workplace.json("run/result.json")
    let features = try #require(result["features"] as? [[String: Any]])
    #expect(features.map { $0["name"] as? String } == ["pair"])
    #expect(features[0]["index"] as? Int == 1)
    #expect(features[0]["columns"] as? [String] == ["r", "s"])
    let data = try #require(result["data"] as? [String: Any])
    #expect((data["features"] as? Int, data["columns"] as? Int) == (4, 5))
    let judge = try #require(result["judge"] as? [String: Any])
    #expect(judge["mean"] as? Double == 1)  // both columns are judged
    #expect((result["settings"] as? [String: Any])?["groups"] as? String == "groups.txt")

    let written = try Tool.run("transform run data.csv --target y -o small.csv", in: workplace)
    #expect(written.status == 0)
    #expect(try workplace.text("small.csv").hasPrefix("r,s,y\n0,0,q\n"))
    let evaluation = try Tool.run(
      "evaluate run data.csv --target y --test-fraction 0.3 --json", in: workplace)
    #expect(try evaluation.json()["value"] as? Double == 1)
  }

  @Test("are kept and dropped by their names; a column of one is pointed to it")
  func keepAndDrop() throws {
    let workplace = try workplace()
    let common = "select data.csv --target y --count 2 --method f-test --groups groups.txt "
    let kept = try Tool.run(common + "--keep w --drop pair", in: workplace)
    #expect(kept.status == 0)
    #expect(kept.output.hasPrefix("2 of 4 features of data.csv\n"))
    #expect(!kept.output.contains("pair") && kept.output.contains(" w "))
    let part = try Tool.run(common + "--keep r", in: workplace)
    #expect(part.status == 64)
    #expect(part.errors.contains("--keep: 'r' is a column of the group 'pair'; name that"))
    let typo = try Tool.run(common + "--keep pait", in: workplace)
    #expect(typo.errors.contains("--keep: no feature 'pait'; did you mean 'pair'?"))
  }

  @Test("of columns that are not there are refused with file and line")
  func mistakes() throws {
    let workplace = try workplace()
    try workplace.write("# mine\npair: r, t\n", to: "groups.txt")
    let outcome = try Tool.run(
      "select data.csv --target y --count 1 --groups groups.txt", in: workplace)
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("groups.txt: line 2: no column 't'"))
    let missing = try Tool.run("select data.csv --target y --count 1 --groups no", in: workplace)
    #expect(missing.status == 66)
  }

  @Test("count in a planted truth once")
  func truth() throws {
    let workplace = try Workplace()
    try Tool.run(
      "generate regression --rows 200 --columns 10 --seed 1 --output data.csv", in: workplace)
    let informative = try #require(
      try workplace.json("data.truth.json")["informative"] as? [Int])
    let all = informative.map { "x\($0)" }.joined(separator: ", ")
    try workplace.write("all: \(all)\n", to: "groups.txt")
    let outcome = try Tool.run(
      "select data.csv --target target --task regression --count 1 --method f-test"
        + " --groups groups.txt --truth data.truth.json", in: workplace)
    #expect(outcome.status == 0)
    #expect(
      outcome.output.contains("found 1 of 1 planted features; 1 of 1 chosen ones carry signal"))
  }
}
