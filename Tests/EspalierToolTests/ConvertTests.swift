import Foundation
import Testing

@Suite("Convert, inspect and wide data")
struct ConvertTests {
  private let table = """
    id,age,sex,blood type,dose,copy,always,sick
    p01,31,f,A,0.5,0.5,7,yes
    p02,45,m,B,,,7,no
    p03,52,f,A,1.25,1.25,7,yes
    p04,28,m,O,2,2,7,no
    p05,61,f,,0.5,0.5,7,yes
    p06,39,m,A,1,1,7,no
    p07,47,f,B,3.5,3.5,7,yes
    p08,55,m,O,2.5,2.5,7,no
    p09,33,f,A,0.25,0.25,7,yes
    p10,42,m,A,1.5,1.5,7,no
    p11,58,f,B,2.25,2.25,7,no

    """

  @Test("A table goes through every format that keeps names and back, to the same bits")
  func roundTrips() throws {
    let place = try Workplace()
    try place.write(table, to: "t.csv")
    let steps = [
      "t.csv a.espalier --target sick", "a.espalier b.csv", "b.csv c.tsv",
      "c.tsv d.espalier --target sick",
    ]
    for step in steps {
      let outcome = try Tool.run("convert \(step)", in: place)
      #expect(outcome.status == 0, "\(step): \(outcome.errors)")
    }
    #expect(try place.text("b.csv") == table)
    let files = try ["a.espalier", "d.espalier"].map {
      try Data(contentsOf: place.url.appending(path: $0))
    }
    #expect(files[0] == files[1] && files[0].count > 4096)
  }

  @Test("A store is selected from like the table that it was made of")
  func selection() throws {
    let place = try Workplace()
    try place.generate()
    try Tool.run("convert data.csv data.espalier --target target", in: place)
    let options = "--count 3 --method f-test --test-fraction 0.2 --json"
    let fromText = try Tool.run("select data.csv --target target \(options)", in: place).json()
    let fromStore = try Tool.run("select data.espalier \(options)", in: place).json()
    let names = [fromText, fromStore].map { result in
      (result["features"] as? [[String: Any]])?.compactMap { $0["name"] as? String }
    }
    #expect(names[0]?.count == 3 && names[0] == names[1])
    let hashes = [fromText, fromStore].map { ($0["data"] as? [String: Any])?["hash"] as? String }
    #expect(hashes[0] != nil && hashes[0] == hashes[1])
  }

  @Test("Numbers without names: NPZ and LIBSVM")
  func numbers() throws {
    let place = try Workplace()
    try place.write("a,b,y\n1,0,1\n0.5,300,-1\n", to: "t.csv")
    try Tool.run("convert t.csv t.svm --target y", in: place)
    #expect(try place.text("t.svm") == "1 1:1\n-1 1:0.5 2:300\n")
    let outcome = try Tool.run("convert t.csv t.npz --target y", in: place)
    #expect(outcome.output == "t.npz  2 rows, 2 columns and the target\n")
    let archive = try Data(contentsOf: place.url.appending(path: "t.npz"))
    #expect(archive.starts(with: [0x50, 0x4b, 3, 4]))
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }"
    #expect(archive.range(of: Data(header.utf8)) != nil)
  }

  @Test(
    "What cannot be converted is refused in one line",
    arguments: [
      ("t.csv t.csv --force", 64, "is one of the inputs"),
      ("t.csv out", 64, "its name tells no format"),
      ("t.csv", 64, "name both"),
      ("t.csv old.csv", 73, "exists"),
      ("t.csv x.svm", 64, "t.csv: nothing says what to predict"),
      ("t.csv x.svm --target sick", 65, "t.csv: 'id' holds texts that are nearly all different"),
      ("t.csv x.espalier --target none", 65, "no column 'none'"),
      ("none.csv x.espalier", 66, "no such file"),
      ("t.csv none/x.espalier", 73, "cannot be written"),
    ] as [(String, Int32, String)])
  func refusals(_ arguments: String, _ status: Int32, _ text: String) throws {
    let place = try Workplace()
    try place.write(table, to: "t.csv")
    try place.write("old", to: "old.csv")
    let outcome = try Tool.run("convert \(arguments)", in: place)
    #expect(outcome.status == status && outcome.errors.contains(text), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(try place.files() == ["old.csv", "t.csv"])
  }

  @Test("Inspection tells what is in a table")
  func inspection() throws {
    let place = try Workplace()
    try place.write(table, to: "t.csv")
    let json = try Tool.run("inspect t.csv --target sick --json", in: place).json()
    #expect(json["schema"] as? Int == 1 && json["rows"] as? Int == 11)
    #expect(json["constant"] as? [String] == ["always"])
    #expect(json["identifiers"] as? [String] == ["id"])
    let duplicates = try #require(json["duplicates"] as? [[String: String]])
    #expect(duplicates == [["column": "copy", "equals": "dose"]])
    #expect((json["missing"] as? [String: Int]) == ["cells": 3, "columns": 3])
    let target = try #require(json["target"] as? [String: Any])
    let classes = try #require(target["classes"] as? [[String: Any]])
    #expect(classes.map { $0["name"] as? String } == ["no", "yes"])
    #expect(classes.map { $0["rows"] as? Int } == [6, 5])
    let details = try #require(json["columnDetails"] as? [[String: Any]])
    #expect(details[4]["median"] as? Double == 1.375 && details[4]["distinct"] as? Int == 9)

    let text = try Tool.run("inspect t.csv --columns 2", in: place).output
    #expect(text.contains("--target might be 'sex', 'blood type', 'sick'"))
    #expect(text.contains("3 cells in 3 columns, most in 'blood type' (9.1 %)"))
    #expect(text.contains("The first 2 columns (--columns 8 shows all)"))
  }

  @Test("A damaged column of a store is named")
  func damage() throws {
    let place = try Workplace()
    try place.write("a,b\n1,5\n2,6\n3,9\n", to: "t.csv")
    try Tool.run("convert t.csv t.espalier", in: place)
    #expect(
      try Tool.run("inspect t.espalier", in: place).output.contains("every column is as it was"))
    var bytes = try Data(contentsOf: place.url.appending(path: "t.espalier"))
    bytes[4096 + 3] ^= 1
    try place.write(bytes, to: "t.espalier")
    let outcome = try Tool.run("inspect t.espalier", in: place)
    #expect(outcome.status == 65 && outcome.errors.contains("the cells of column 'b' are not"))
    try place.write(bytes.dropLast(), to: "t.espalier")
    let short = try Tool.run("select t.espalier --target b --count 1", in: place)
    #expect(short.status == 65 && short.errors.contains("damaged file"))
  }

  @Test("Wide data are written with their truth, the same ones from the same seed")
  func wide() throws {
    let place = try Workplace()
    for name in ["a", "b"] {
      let outcome = try Tool.run(
        "generate wide --rows 101 --columns 500 --informative 5 --separation 2 --seed 4"
          + " --output \(name).espalier", in: place)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    #expect(
      try Data(contentsOf: place.url.appending(path: "a.espalier"))
        == Data(contentsOf: place.url.appending(path: "b.espalier")))
    let truth = try place.json("a.truth.json")
    #expect((truth["informative"] as? [Int])?.count == 5)
    let outcome = try Tool.run(
      "select a.espalier --count 5 --method f-test --truth a.truth.json --json", in: place)
    let found = try #require(try outcome.json()["truth"] as? [String: Any])
    #expect(found["found"] as? Int == 5)
    let json = try Tool.run("inspect a.espalier --json", in: place).json()
    let classes = (json["target"] as? [String: Any])?["classes"] as? [[String: Any]]
    #expect(classes?.map { $0["rows"] as? Int } == [51, 50])
    #expect(try Tool.run("generate wide --noise 3", in: place).status == 64)
  }
}
