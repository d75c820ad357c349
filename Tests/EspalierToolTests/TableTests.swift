import Foundation
import Testing

/// What the program makes of columns and rows that need more than reading.
@Suite("Columns and rows that mean something")
struct TableTests {
  /// Forty rows: an identifier, a code of four kinds, two numbers, a patient, a class.
  private func write(_ name: String, in place: Workplace, patients: Range<Int> = 0..<20) throws {
    var text = "serial_id,code,a,b,patient,y\n"
    for row in 0..<40 {
      let patient = patients.lowerBound + row % patients.count
      text += "\(1000 + row * 37 % 101),\([7, 1, 30, 4][row % 4]),\(row * 13 % 17),"
      text += "\(row * 5 % 11),p\(patient),\(row / 2 % 2 == 0 ? "yes" : "no")\n"
    }
    try place.write(text, to: name)
  }

  private func notes(_ json: [String: Any]) -> [String] { json["notes"] as? [String] ?? [] }

  @Test("A damaged store is noticed by every verb, in one line with file and block")
  func damage() throws {
    let place = try Workplace()
    try write("t.csv", in: place)
    try Tool.run("convert t.csv t.espalier --target y", in: place)
    var bytes = try Data(contentsOf: place.url.appending(path: "t.espalier"))
    bytes[4096 + 2] ^= 1
    try place.write(bytes, to: "t.espalier")
    try place.write(
      #"{"schema":1,"features":[{"index":2,"name":"a"}],"data":{"features":3}}"#, to: "r.json")
    for call in [
      "select t.espalier --count 1 --method f-test", "train t.espalier --network mlp:2",
      "evaluate r.json t.espalier --test-fraction 0.2", "convert t.espalier u.csv",
      "transform r.json t.espalier --output u.csv", "inspect t.espalier",
    ] {
      let outcome = try Tool.run(call, in: place)
      #expect(outcome.status == 65, "\(call): \(outcome.status)")
      #expect(outcome.errors.hasPrefix("espalier: t.espalier: damaged file: the cells of column"))
      #expect(outcome.errors.contains("(block 1 of "), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
  }

  @Test("A patient of the training table is refused in the test table")
  func sharedPatients() throws {
    let place = try Workplace()
    try write("t.csv", in: place)
    try write("other.csv", in: place, patients: 20..<30)
    try write("same.csv", in: place, patients: 15..<25)
    let call = "select t.csv --target y --group-column patient --count 1 --method f-test --test"
    #expect(try Tool.run("\(call) other.csv", in: place).status == 0)
    let outcome = try Tool.run("\(call) same.csv", in: place)
    #expect(outcome.status == 65)
    #expect(
      outcome.errors.contains(
        "20 of the 40 rows of same.csv are of groups (--group-column) that have training rows as"
          + " well: 'p15', 'p16', 'p17' and 2 more"), "\(outcome.errors)")
    try write("alone.csv", in: place, patients: 0..<1)
    let alone = try Tool.run(
      "select alone.csv --target y --group-column patient --count 1 --test-fraction 0.3", in: place)
    #expect(alone.status == 65 && alone.errors.contains("rows are of one group"))
  }

  @Test("Numbers that are categories, and numbers that name rows")
  func categories() throws {
    let place = try Workplace()
    try write("t.csv", in: place)
    let call = "select t.csv --target y --count 2 --method f-test --json"
    let plain = try Tool.run(call, in: place).json()
    #expect(notes(plain).contains { $0.hasPrefix("column 'serial_id' looks like a row number") })
    #expect((plain["data"] as? [String: Any])?["columns"] is Int, "patient is a group of levels")
    let json = try Tool.run("\(call) --categorical code --drop serial_id,patient", in: place).json()
    #expect(!notes(json).contains { $0.contains("serial_id") })
    let data = try #require(json["data"] as? [String: Any])
    #expect(data["columns"] as? Int == 6 && data["features"] as? Int == 3)
    #expect(data["leftOut"] as? [String] == ["serial_id", "patient"])
    // A column of mixed codes is a slip among numbers, until it is declared.
    try place.write(
      "chromosome,y\n" + (0..<20).map { "\($0 % 7 == 6 ? "X" : "\($0 % 3)"),\($0 % 2)\n" }.joined(),
      to: "mixed.csv")
    let mixed = "select mixed.csv --target y --count 1 --method f-test"
    #expect(try Tool.run(mixed, in: place).errors.contains("'X' is not a number"))
    #expect(try Tool.run("\(mixed) --categorical chromosome", in: place).status == 0)
  }

  @Test("A column that is dropped need not be in the test table, and is none of all columns")
  func droppedNumbers() throws {
    let place = try Workplace()
    try write("t.csv", in: place)
    let lines = try place.text("t.csv").split(separator: "\n").map { line in
      line.split(separator: ",").enumerated().filter { ![1, 2].contains($0.offset) }
        .map { String($0.element) }.joined(separator: ",")
    }
    try place.write(lines.joined(separator: "\n"), to: "fewer.csv")
    let call = "select t.csv --target y --count 1 --drop 0,code,a,patient --method f-test"
    let outcome = try Tool.run("\(call) --test fewer.csv --baselines", in: place)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("1 of 1 column "), "\(outcome.output)")
    let json = try Tool.run("\(call) --test fewer.csv --json", in: place).json()
    let features = try #require(json["features"] as? [[String: Any]])
    #expect(features.map { $0["index"] as? Int } == [3])
    #expect((json["data"] as? [String: Any])?["features"] as? Int == 1)
    // What the names have to do with each other is still told.
    for (more, line) in [
      ("--keep 3 --drop b", "column 'b' is to be kept and to be dropped; decide for one"),
      ("--drop y", "--drop: column 'y' is no feature"),
      ("--drop 77", "--drop: there is no column 77; indices run from 0 to 5"),
    ] {
      let refused = try Tool.run("\(call) \(more)", in: place)
      #expect(refused.status == 64 && refused.errors == "espalier: \(line)\n", "\(refused.errors)")
    }
  }

  @Test("inspect tells weights and groups, and names that stand twice")
  func roles() throws {
    let place = try Workplace()
    try write("t.csv", in: place)
    let call = "inspect t.csv --target y --weight a --group-column patient"
    let text = try Tool.run(call, in: place).output
    #expect(text.contains("\nweights    'a', from 0 to 16\n"), "\(text)")
    #expect(text.contains("\ngroups     'patient', 20 groups\n"), "\(text)")
    #expect(text.contains("\nformat     delimited text\n"))
    let json = try Tool.run("\(call) --json", in: place).json()
    #expect(json["weightColumn"] as? String == "a" && json["groupColumn"] as? String == "patient")
    try place.write("a,a,y\n1,2,0\n2,3,1\n", to: "twice.csv")
    let twice = try Tool.run("inspect twice.csv --columns 1", in: place).output
    #expect(twice.contains("two columns are named 'a'; nothing is learned before one is renamed"))
    #expect(twice.contains("The first 1 column (--columns 3 shows all)"))
    try place.write("@relation r\n@attribute a numeric\n@data\n1\n", to: "t.arff")
    let arff = try Tool.run("inspect t.arff --transpose", in: place)
    #expect(arff.status == 65)
    #expect(
      arff.errors
        == "espalier: t.arff: is ARFF, whose rows are the samples; leave --transpose out\n")
  }

  @Test("All columns of evaluate are those that the run had")
  func allColumns() throws {
    let place = try Workplace()
    try write("t.csv", in: place)
    try Tool.run(
      "select t.csv --target y --count 1 --method f-test --drop serial_id,patient --output run",
      in: place)
    let call = "evaluate run t.csv --target y --test-fraction 0.25 --baselines --json"
    let json = try Tool.run(call, in: place).json()
    #expect((json["data"] as? [String: Any])?["features"] as? Int == 3)
    let fewer = try Tool.run("\(call) --drop b", in: place).json()
    #expect((fewer["data"] as? [String: Any])?["features"] as? Int == 2)
    #expect(
      try Tool.run("\(call) --drop zebra", in: place).errors.contains("no column 'zebra'"))
    let trained = try Tool.run(
      "train t.csv --target y --drop serial_id,4 --network mlp:2 --epochs 1 --json", in: place
    ).json()
    #expect((trained["data"] as? [String: Any])?["features"] as? Int == 3)
  }

  @Test("Rows without a target are counted, left out or refused")
  func unlabelled() throws {
    let place = try Workplace()
    let lines = (0..<30).map { "\($0 * 7 % 11),\($0 * 3 % 7),\($0 % 10 == 3 ? "" : "\($0 % 2)")\n" }
    try place.write("a,b,y\n" + lines.joined(), to: "t.csv")
    #expect(try Tool.run("inspect t.csv --target y", in: place).output.contains("; 3 rows without"))
    let call = "select t.csv --target y --count 1 --method f-test --test-fraction 0.2 --json"
    let json = try Tool.run(call, in: place).json()
    #expect(
      notes(json).contains(
        "3 rows have no value of 'y' and are left out; --missing error refuses such rows"))
    let rows = try #require(json["rows"] as? [String: String])
    let all = (rows["training"] ?? "") + "," + (rows["test"] ?? "")
    let count = all.split(separator: ",").reduce(0) { sum, run in
      let ends = run.split(separator: "-").compactMap { Int($0) }
      for row in [3, 13, 23] { #expect(!(ends[0]...ends[ends.count - 1]).contains(row)) }
      return sum + ends[ends.count - 1] - ends[0] + 1
    }
    #expect(count == 27)
    try place.write("3\n4\n5\n", to: "rows.txt")
    let listed = try Tool.run(
      "train t.csv --target y --network mlp:2 --epochs 1 --test-rows rows.txt --json", in: place
    ).json()
    #expect((listed["data"] as? [String: Any])?["testRows"] as? Int == 2)
    #expect(
      try Tool.run("\(call) --missing error", in: place).errors.contains("row 3 (from 0), column"))
  }

  @Test("convert keeps roles in a store, names them elsewhere, and writes the columns wanted")
  func convertRoles() throws {
    let place = try Workplace()
    try write("t.csv", in: place)
    let roles = "--target y --weight b --group-column patient"
    let store = try Tool.run("convert t.csv t.espalier \(roles) --drop serial_id", in: place)
    #expect(store.output.contains("40 rows, 4 columns and the target"), "\(store.output)")
    #expect(store.errors.contains("column 'b' has the weights"))
    let json = try Tool.run("select t.espalier --count 1 --method f-test --json", in: place).json()
    #expect((json["data"] as? [String: Any])?["leftOut"] as? [String] == ["b", "patient"])
    let text = try Tool.run("convert t.espalier u.csv --keep code", in: place)
    #expect(text.errors.contains("give --weight 'b' where it is read"), "\(text.errors)")
    #expect(try place.text("u.csv").hasPrefix("code,b,patient,y\n"))
    #expect(try Tool.run("convert t.csv v.csv --keep a --drop b", in: place).status == 64)
    #expect(try place.files() == ["t.csv", "t.espalier", "u.csv"])
  }

  @Test("The scaling is printed with who chose it; the page lists members and rows")
  func scalingAndPage() throws {
    let place = try Workplace()
    try write("t.csv", in: place)
    let call = "t.csv --target y --drop serial_id,patient"
    let text = try Tool.run(
      "select \(call) --categorical code --count 3 --test-fraction 0.25 --output run"
        + " \(quickEntryPrune)", in: place)
    let told = "\nscaling    standard (by content); sparse columns without centring, so that"
    #expect(text.output.contains(told), "\(text.output)")
    let page = try place.text("run/report.html")
    #expect(page.contains("<dt>code</dt><dd>code</dd>"))
    #expect(page.contains("<dt>choosing: 30 rows</dt><dd>"))
    #expect(page.contains("<dt>judge, predicting: 10 rows</dt><dd>"))
    let asked = try Tool.run(
      "train \(call) --network mlp:2 --epochs 1 --scale robust", in: place)
    #expect(asked.output.contains("\nscaling    robust (as asked for)\n"))
  }

  @Test("QuickSelection needs no target; what needs one says so")
  func withoutTarget() throws {
    let place = try Workplace()
    try write("t.csv", in: place)
    let call = "select t.csv --drop serial_id,patient,y --count 2"
    let quick = "\(call) --method quickselection --epochs 2 --hidden 9"
    let text = try Tool.run("\(quick) --test-fraction 0.25", in: place)
    #expect(text.status == 0 && text.output.contains("there is no target: nothing is judged"))
    #expect(text.output.contains("Data: 30 training rows, 10 held out, no target"))
    let json = try Tool.run("\(quick) --json", in: place).json()
    #expect((json["data"] as? [String: Any])?["hasTarget"] as? Bool == false)
    #expect((json["features"] as? [[String: Any]])?.count == 2)
    for (option, name) in [
      ("--folds 3", "--folds"), ("--path 1,2", "--path"),
      ("--test-fraction 0.25 --baselines", "--baselines"),
    ] {
      let outcome = try Tool.run("\(quick) \(option)", in: place)
      #expect(outcome.status == 64 && outcome.errors.contains("as \(name) needs"))
    }
    #expect(try Tool.run("\(call) --method f-test", in: place).status == 64)
    #expect(try Tool.run("\(quick) --class-weight balanced", in: place).status == 64)
  }

  @Test(
    "What is no table is called what it is",
    arguments: [
      ("book.xlsx", "is an Excel workbook or another Office document; save the sheet as CSV"),
      ("page.html", "is a web page (HTML), as servers send instead of a file; fetch the file"),
      ("data.json", "is JSON; write the table as CSV, a row a line"),
      ("empty", "is an empty folder; name the file of the table, or a folder of images"),
      ("old.mat", "is a MAT file of version 4; save it anew in MATLAB with the option '-v7'"),
    ])
  func foreign(_ name: String, _ line: String) throws {
    let place = try Workplace()
    try place.write("PK\u{3}\u{4}\u{14}\0\u{6}\0[Content_Types].xml", to: "book.xlsx")
    try place.write("<!DOCTYPE html><html></html>", to: "page.html")
    try place.write("{\"a\": 1}", to: "data.json")
    try place.write(
      Data([0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 88, 0] + Array(0..<8)),
      to: "old.mat")
    try FileManager.default.createDirectory(
      at: place.url.appending(path: "empty"), withIntermediateDirectories: true)
    for verb in ["inspect \(name)", "select \(name) --target y --count 1"] {
      let outcome = try Tool.run(verb, in: place)
      #expect(outcome.status == 65 && outcome.errors.contains("\(name): \(line)"))
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
  }
}
