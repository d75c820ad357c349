import Foundation
import Testing

/// One rule for what is odd in data, whichever verb meets it.
@Suite("Messy data")
struct MessyDataTests {
  private func rows(_ count: Int, _ line: (Int) -> String) -> String {
    (0..<count).map { line($0) + "\n" }.joined()
  }

  private func note(_ outcome: Tool.Outcome) -> String {
    (outcome.output + outcome.errors).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test("An infinite number is missing to inspect, convert and select, in text and in arrays")
  func infinity() throws {
    let place = try Workplace()
    try place.write(
      "a,b,y\n" + rows(40) { "\($0 == 5 ? "inf" : "\($0 * 3 % 17)"),\($0 % 5),\($0 % 2)" },
      to: "t.csv")
    let told = "column 'a' holds infinite numbers, which count as missing; --missing error refuses"
    for verb in [
      "inspect t.csv --target y", "convert t.csv t.npz --target y", "convert t.csv t.espalier",
      "select t.csv --target y --count 1 --method f-test", "convert t.csv u.csv",
    ] {
      let outcome = try Tool.run(verb, in: place)
      #expect(outcome.status == 0 && note(outcome).contains(told), "\(verb): \(outcome)")
      let refused = try Tool.run("\(verb) --missing error --force", in: place)
      if verb.hasPrefix("convert") {
        #expect(refused.status == 65, "\(verb)")
        #expect(
          refused.errors.hasPrefix("espalier: t.csv: row 5 (from 0), column 'a': the cell is"))
      }
    }
    // NaN in the array, an empty cell in the text.
    #expect(try Tool.run("inspect t.npz", in: place).output.contains("1 cell in 1 column"))
    #expect(try place.text("u.csv").contains("\n,0,1\n"))
  }

  @Test("--missing error is heeded by inspect and convert")
  func missing() throws {
    let place = try Workplace()
    try place.write("a,b,y\n1,2,0\n,3,1\n4,5,0\n", to: "t.csv")
    let inspected = try Tool.run("inspect t.csv --missing error", in: place)
    #expect(inspected.status == 65 && inspected.output.contains("1 cell in 1 column"))
    let line = "espalier: t.csv: row 1 (from 0), column 'a': the cell is missing; fill it, or let"
    #expect(inspected.errors.hasPrefix(line))
    for output in ["o.csv", "o.npz", "o.espalier", "o.tsv"] {
      let outcome = try Tool.run("convert t.csv \(output) --target y --missing error", in: place)
      #expect(outcome.status == 65 && outcome.errors.hasPrefix(line), "\(output): \(outcome)")
    }
    #expect(try place.files() == ["t.csv"])
    #expect(try Tool.run("convert t.csv o.espalier", in: place).status == 0)
  }

  @Test("Categories become zeros and ones where a format holds numbers")
  func categories() throws {
    let place = try Workplace()
    let colours = ["red", "green", "blue"]
    try place.write(
      "colour,b,sex,y\n"
        + rows(12) {
          "\($0 == 4 ? "" : colours[$0 % 3]),\($0),\($0 % 2 == 0 ? "m" : "f"),\($0 % 3 == 0 ? "yes" : "no")"
        },
      to: "t.csv")
    let array = try Tool.run("convert t.csv t.npz --target y", in: place)
    #expect(array.status == 0, "\(array.errors)")
    #expect(
      array.errors
        == "note: 2 columns ('colour' ...) are written as zeros and ones, a column for each level\n"
    )
    let back = try Tool.run("inspect t.npz --json", in: place).json()
    let details = try #require(back["columnDetails"] as? [[String: Any]])
    #expect(
      details.map { $0["name"] as? String } == [
        "colour=blue", "colour=green", "colour=red", "b", "sex=m", "y",
      ])
    #expect(details.map { $0["missing"] as? Int } == [1, 1, 1, 0, 0, 0])
    let refused = try Tool.run("convert t.csv t.svm --target y", in: place)
    #expect(refused.status == 65 && refused.errors.contains("t.csv: 'colour=blue' has no value in"))
    let text = try Tool.run("convert t.csv t.svm --target y --drop colour", in: place)
    #expect(text.status == 0)
    #expect(
      text.errors.contains("note: the classes of 'y' are written as numbers: 0 = no, 1 = yes\n"))
    #expect(try place.text("t.svm").hasPrefix("1 2:1\n0 1:1\n0 1:2 2:1\n"))
  }

  @Test("Texts without end, and slips, are refused with the file that has them")
  func texts() throws {
    let place = try Workplace()
    try place.write("id,b,y\n" + rows(20) { "p\($0)x,\($0),\($0 % 2)" }, to: "t.csv")
    try place.write(
      "a,b,y\n" + rows(20) { "\($0 == 7 ? "two" : "\($0)"),\($0),\($0 % 2)" }, to: "s.csv")
    for output in ["o.npz", "o.svm"] {
      let outcome = try Tool.run("convert t.csv \(output) --target y", in: place)
      #expect(outcome.status == 65)
      #expect(
        outcome.errors.hasPrefix("espalier: t.csv: 'id' holds texts that are nearly all different"))
      #expect(outcome.errors.contains("(--drop)"))
      let slip = try Tool.run("convert s.csv \(output) --target y", in: place)
      #expect(slip.errors.hasPrefix("espalier: s.csv: line 9, column 'a': 'two' is not a number"))
    }
    #expect(try Tool.run("convert t.csv o.npz --target y --drop id", in: place).status == 0)
  }

  @Test("Rows without a target stay where they can, and are left out with a note elsewhere")
  func unlabelled() throws {
    let place = try Workplace()
    try place.write("a,y\n1,0\n2,\n3,1\n4,1\n", to: "t.csv")
    #expect(try Tool.run("convert t.csv t.npz --target y", in: place).status == 0)
    let back = try Tool.run("inspect t.npz", in: place)
    #expect(back.output.contains("4 rows") && back.output.contains("; 1 row without"))
    let text = try Tool.run("convert t.csv t.svm --target y", in: place)
    #expect(text.output == "t.svm  3 rows, 1 column and the target\n")
    #expect(text.errors.contains("1 row has no target and is left out; --missing error refuses"))
    #expect(try place.text("t.svm") == "0 1:1\n1 1:3\n1 1:4\n")
  }

  @Test("No control character reaches the terminal")
  func controlCharacters() throws {
    let place = try Workplace()
    let lines = rows(30) { "1,\($0 % 7),\($0 == 20 ? "n\u{7}\u{1b}[2J" : "\($0 % 5)"),\($0 % 2)" }
    try place.write("a\u{1b}[31m,b,c\u{7},y\n" + lines, to: "t.csv")
    for verb in [
      "inspect t.csv --target y", "convert t.csv o.csv",
      "select t.csv --target y --count 1 --method f-test --drop 2",
      "select t.csv --target y --count 1 --method f-test",
      "select t.csv --target y --count 1 --drop 2 --test-fraction 0.2 --seeds 2 --rotations 1"
        + " --epochs 3",
    ] {
      let outcome = try Tool.run(verb, in: place)
      let shown = (outcome.output + outcome.errors).unicodeScalars.filter {
        $0.properties.generalCategory == .control && $0 != "\n"
      }
      #expect(shown.isEmpty, "\(verb): \(outcome)")
    }
  }

  @Test("One group cannot be divided, wherever rows are held out")
  func oneGroup() throws {
    let place = try Workplace()
    let line = { (row: Int) in "\(row * 7 % 13),\(row * 5 % 11),p\(row / 30),\(row % 2)" }
    try place.write("a,b,s,y\n" + rows(30, line), to: "one.csv")
    try place.write("a,b,s,y\n" + rows(60, line), to: "two.csv")
    let common = "--target y --group-column s"
    let told = "rows are of one group (--group-column), and a group stands on one side of a split"
    for (call, place_) in [
      ("select one.csv \(common) --count 1 --method entryprune-flex", "validation rows: all 30"),
      ("select one.csv \(common) --count 1 --method set --epochs 2", "validation rows: all 30"),
      ("select one.csv \(common) --count 1 --test-fraction 0.2", "test rows: all 30"),
      ("select one.csv \(common) --count 1 --method f-test --folds 2", "test rows: all 30"),
      ("select one.csv \(common) --path 1,2 --method f-test", "validation rows: all 30"),
      (
        "select two.csv \(common) --count 1 --method set --test-fraction 0.4",
        "validation rows: all 30"
      ),
      ("select two.csv \(common) --count 1 --method rigl --folds 2", "validation rows: all 30"),
      ("train one.csv \(common) --network mlp:3 --epochs 2", "validation rows: all 30"),
    ] {
      let outcome = try Tool.run(call, in: place)
      #expect(outcome.status == 65, "\(call): \(outcome.errors)")
      #expect(outcome.errors.hasPrefix("espalier: \(place_) \(told)"), "\(call): \(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
    let fine = try Tool.run(
      "select one.csv \(common) --count 1 --method f-test", in: place)
    #expect(fine.status == 0, "\(fine.errors)")
  }

  @Test("Sparse columns are said to be scaled without centring")
  func sparseScaling() throws {
    let place = try Workplace()
    try place.write(rows(40) { "\($0 % 2) 1:\($0 % 3) \($0 % 5 + 2):1" }, to: "t.svm")
    let told = "; sparse columns without centring, so that their zeros stay zeros"
    let quick = "select t.svm --count 1 --method entryprune --rotations 2"
    let chosen = try Tool.run("\(quick) --scale standard", in: place)
    #expect(note(chosen).contains("scaling standard (as asked for)" + told), "\(chosen)")
    let trained = try Tool.run("train t.svm --network mlp:3 --epochs 2", in: place)
    #expect(note(trained).contains(told), "\(trained)")
    let plain = try Tool.run("\(quick) --scale none", in: place)
    #expect(!note(plain).contains("centring"))
  }

  @Test("The page lists the rows of every fold")
  func rowsOfFolds() throws {
    let place = try Workplace()
    try place.write("a,b,y\n" + rows(30) { "\($0 * 7 % 13),\($0 * 5 % 11),\($0 % 2)" }, to: "t.csv")
    let outcome = try Tool.run(
      "select t.csv --target y --count 1 --method f-test --folds 3 --repeats 2 --output run",
      in: place)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let page = try place.text("run/report.html")
    let runs = try #require(
      (try place.json("run/result.json")["folds"] as? [String: Any])?["runs"] as? [[String: Any]])
    #expect(runs.count == 6)
    for run in runs {
      let rows = try #require(run["rows"] as? [String: String])
      let (fold, number) = (run["fold"] as? Int ?? 0, run["repeat"] as? Int ?? 0)
      #expect(page.contains("fold \(fold + 1) of repeat \(number + 1), judge: 10 rows"))
      #expect(page.contains(rows["test"] ?? "?") && page.contains(rows["training"] ?? "?"))
    }
  }

  @Test("A colour image is said to have channels")
  func channels() throws {
    let place = try Workplace()
    var bytes: [UInt8] = []
    for row in 0..<12 {
      bytes.append(UInt8(row % 10))
      for pixel in 0..<3072 { bytes.append(UInt8(truncatingIfNeeded: pixel * (row + 3))) }
    }
    try Data(bytes).write(to: place.url.appending(path: "c.bin"))
    let outcome = try Tool.run("inspect c.bin --columns 0", in: place)
    #expect(outcome.output.contains("image      32 x 32 pixels in 3 channels a row"))
    #expect(outcome.output.contains("'label', 10 classes: 0 (2), 1 (2), 2 (1)"))
  }
}
