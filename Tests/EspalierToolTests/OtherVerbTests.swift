import Foundation
import Testing

@Suite("generate, transform and evaluate")
struct OtherVerbTests {
  @Test(
    "Each generator writes data and their truth",
    arguments: [
      ("madelon", 500, 5), ("interaction", 50, 2), ("correlated", 100, 10), ("regression", 50, 5),
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

  @Test("Made-up names are matched by index, if the number of columns is the same")
  func transformByIndex() throws {
    let workplace = try Workplace()
    try workplace.write(
      #"{"schema":1,"features":[{"index":2,"name":"x2"}],"data":{"features":3}}"#,
      to: "result.json")
    try workplace.write("a,b,c\n1,2,3\n", to: "three.csv")
    try workplace.write("a,b,c,d\n1,2,3,4\n", to: "four.csv")
    #expect(
      try Tool.run("transform result.json three.csv -o out.csv", in: workplace).status == 0)
    #expect(try workplace.text("out.csv") == "c\n3\n")
    #expect(
      try Tool.run("transform result.json four.csv -o out.csv", in: workplace).status == 65)
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
