import Foundation
import Testing

@Suite("generate, transform and evaluate")
struct OtherVerbTests {
  @Test(
    "Each generator writes data and their truth",
    arguments: [
      ("madelon", 500, 5), ("interaction", 50, 2), ("correlated", 100, 10), ("regression", 50, 5),
      ("classification", 200, 100),
    ])
  func generate(name: String, columns: Int, informative: Int) throws {
    let workplace = try Workplace()
    let outcome = try Tool.run("generate \(name) --rows 64 --output new/data", in: workplace)
    #expect(outcome.status == 0)
    #expect(try workplace.files(in: "new/data") == ["\(name).csv", "\(name).truth.json"])
    let rows = try workplace.text("new/data/\(name).csv").split(separator: "\n")
    #expect(rows.count == 65)
    #expect(rows[0].split(separator: ",").count == columns + 1)
    #expect(rows[0].hasSuffix(",target"))
    let truth = try workplace.json("new/data/\(name).truth.json")
    #expect((truth["informative"] as? [Int])?.count == informative)
  }

  @Test("The same seed generates the same data, another seed others")
  func generateTwice() throws {
    let workplace = try Workplace()
    for (name, seed) in [("a", 1), ("b", 1), ("c", 2)] {
      try Tool.run(
        "generate madelon --rows 40 --columns 25 --seed \(seed) --output \(name).csv",
        in: workplace)
    }
    #expect(try workplace.text("a.csv") == workplace.text("b.csv"))
    #expect(try workplace.text("a.csv") != workplace.text("c.csv"))
  }

  @Test("transform writes the chosen columns in their order, as they were, and the target")
  func transform() throws {
    let workplace = try Workplace()
    try workplace.write(result(["b", "a"], of: 3), to: "result.json")
    try workplace.write("id,b,c,y,a\nu,0.5,7,p,1\nv,-2,x,q,3\n", to: "new.csv")
    let with = try Tool.run(
      "transform result.json new.csv --target y --output with.csv", in: workplace)
    #expect(with.status == 0)
    #expect(try workplace.text("with.csv") == "b,a,y\n0.5,1,p\n-2,3,q\n")
    try Tool.run("transform result.json new.csv --output without.csv", in: workplace)
    #expect(try workplace.text("without.csv") == "b,a\n0.5,1\n-2,3\n")
  }

  @Test("Columns are never taken by their place: another file's column 2 is another column")
  func transformByName() throws {
    let workplace = try Workplace()
    try workplace.write(
      #"{"schema":1,"features":[{"index":2,"name":"x2"}],"data":{"features":3}}"#,
      to: "result.json")
    try workplace.write("x0,x1,foo\n1,2,3\n", to: "renamed.csv")
    let outcome = try Tool.run("transform result.json renamed.csv -o out.csv", in: workplace)
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("no column 'x2'"))
  }

  @Test("A chosen column is no target, and an input no output")
  func contradictions() throws {
    let workplace = try Workplace()
    try workplace.write(
      #"{"schema":1,"features":[{"index":1,"name":"b"}],"data":{"features":2}}"#,
      to: "result.json")
    try workplace.write("a,b\n1,2\n3,4\n", to: "data.csv")
    for line in [
      "transform result.json data.csv --target b -o out.csv",
      "evaluate result.json data.csv --target b --test-fraction 0.5",
    ] {
      let outcome = try Tool.run(line, in: workplace)
      #expect(outcome.status == 64)
      #expect(
        outcome.errors == "espalier: 'b' is one of the chosen columns; name another target\n")
    }
    let same = try Tool.run("transform result.json data.csv -o ./data.csv", in: workplace)
    #expect(same.status == 64 && same.errors.contains("is one of the inputs"))
    #expect(try workplace.text("data.csv") == "a,b\n1,2\n3,4\n")
  }

  @Test("A link stays a link, and a device is written as it is")
  func specialFiles() throws {
    let workplace = try Workplace()
    try workplace.write(
      #"{"schema":1,"features":[{"index":1,"name":"b"}],"data":{"features":2}}"#,
      to: "result.json")
    try workplace.write("a,b\n1,2\n", to: "data.csv")
    try workplace.write("old", to: "real.csv")
    let (link, real) = (workplace.url.appending(path: "link.csv"), "real.csv")
    try FileManager.default.createSymbolicLink(
      atPath: link.path, withDestinationPath: real)
    #expect(
      try Tool.run("transform result.json data.csv -o link.csv --force", in: workplace).status == 0)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == real)
    #expect(try workplace.text("real.csv") == "b\n2\n")
    #expect(
      try Tool.run("transform result.json data.csv -o /dev/null", in: workplace).status == 0)
  }

  @Test("A file that is there is replaced only with --force")
  func force() throws {
    let workplace = try Workplace()
    try workplace.write(result(["b"], of: 2), to: "result.json")
    try workplace.write("a,b\n1,2\n", to: "data.csv")
    try workplace.write("mine", to: "taken.csv")
    try workplace.write("mine", to: "other.truth.json")
    for (line, taken) in [
      ("transform result.json data.csv -o taken.csv", "taken.csv"),
      ("generate regression --rows 20 -o taken.csv", "taken.csv"),
      ("generate regression --rows 20 -o other.csv", "other.truth.json"),
    ] {
      let refused = try Tool.run(line, in: workplace)
      #expect(refused.status == 73)
      #expect(
        refused.errors
          == "espalier: \(taken): exists; name another file, or replace it with --force\n")
      #expect(try workplace.text(taken) == "mine")
    }
    #expect(
      try Tool.run("transform result.json data.csv -o taken.csv --force", in: workplace).status == 0
    )
    #expect(try workplace.text("taken.csv") == "b\n2\n")
    #expect(
      try Tool.run("generate regression --rows 20 -o taken.csv --force", in: workplace).status == 0)
    #expect(try workplace.text("taken.csv").hasSuffix("b\n2\n") == false)
  }

  @Test("evaluate gives the value that select gave for the same rows")
  func evaluate() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let rows = "data.csv --target target --test-fraction 0.25 --baselines --json"
    let selected = try Tool.run(
      "select \(rows) --count 3 --method f-test --output run", in: workplace
    ).json()
    let evaluated = try Tool.run("evaluate run \(rows)", in: workplace).json()
    let judge = try #require(selected["judge"] as? [String: Any])
    #expect(evaluated["schema"] as? Int == 1)
    #expect(evaluated["value"] as? Double == judge["mean"] as? Double)
    #expect(evaluated["allFeatures"] as? Double == judge["allFeatures"] as? Double)
    #expect(evaluated["random"] as? Double == judge["random"] as? Double)
    #expect(evaluated["learner"] as? String == "svc")
    let text = try Tool.run(
      "evaluate run data.csv --target target --test-fraction 0.25 --judge nearest", in: workplace)
    #expect(text.output.contains(/nearest accuracy on 30 held-out rows\n +0\.\d{4}/))
  }

  private func result(_ names: [String], of count: Int) -> String {
    let features = names.enumerated().map { #"{"index":\#($0),"name":"\#($1)"}"# }
    return #"{"schema":1,"features":[\#(features.joined(separator: ","))],"#
      + #""data":{"features":\#(count)}}"#
  }
}
