import Foundation
import Testing

/// A call that must fail with one line.
struct Failure: CustomTestStringConvertible {
  var arguments: String
  var status: Int32
  var line: String

  init(_ arguments: String, _ status: Int32, _ line: String) {
    (self.arguments, self.status, self.line) = (arguments, status, line)
  }

  var testDescription: String { arguments }
}

@Suite("Errors are one line and an exit code")
struct ErrorTests {
  static let badData = [
    Failure("select no.csv --target y --count 1", 66, "no.csv: no such file; check the path"),
    Failure("select empty.csv --target y --count 1", 65, "empty.csv: the file is empty"),
    Failure(
      "select ragged.csv --target y --count 1", 65,
      "ragged.csv: line 3: 3 cells expected as in the lines above, 2 found"),
    Failure(
      "select word.csv --target y --count 1", 65,
      "word.csv: line 4, column 'b': 'two' is not a number; make it one or drop the column"),
    Failure(
      "select hole.csv --target y --count 1 --missing error", 65,
      "hole.csv: row 1 (from 0), column 'a': the cell is missing; fill it, or let missing cells be"
        + " imputed"),
    Failure(
      "select inf.csv --target y --count 1 --missing error", 65,
      "inf.csv: row 2 (from 0), column 'a': the cell is missing; fill it, or let missing cells be"
        + " imputed"),
    Failure(
      "select same.csv --target y --count 1", 65,
      "same.csv: every row has the target 'p'; there is nothing to tell apart"),
    Failure(
      "select plain.csv --labels short.txt --count 1", 65, "short.txt: 2 labels for 3 rows"),
    Failure(
      "select twice.csv --target y --count 1", 65,
      "twice.csv: two columns are named 'a'; rename one"),
    Failure(
      "select cut.idx --labels short.txt --count 1", 65,
      "cut.idx: damaged file: *"),
    Failure(
      "select typo.csv --target clas --count 1", 65,
      "typo.csv: no column 'clas'; did you mean 'class'?"),
    Failure(
      "select large.csv --target y --count 1", 65,
      "large.csv: line 3, column 'b': '1e39' is too large for a 32-bit number; rescale the column"
        + " or drop it"),
    Failure(
      "select good.csv --target zebra --count 1", 65,
      "good.csv: no column 'zebra'; there are 'a', 'b', 'y'"),
    Failure(
      "select good.csv --target y --task regression --count 1", 65,
      "good.csv: row 0: target 'p' is not a number, as regression needs; correct it, or use"
        + " classification"),
    Failure(
      "select good.csv --target y --test-rows rows.txt --count 1", 65,
      "rows.txt: line 1: '99' is not a row index in 0...5"),
    Failure(
      "select good.csv --target y --test other.csv --count 1", 65,
      "other.csv: label 'r' does not occur in the training data, which has 'p', 'q'"),
  ]

  static let badUsage = [
    Failure("slect good.csv", 64, "no verb 'slect'; did you mean 'select'?"),
    Failure("--versoin", 64, "unknown option '--versoin'; did you mean '--version'?"),
    Failure(
      "select good.csv --target y --count -1", 64, "--count is -1; ask for at least 1 column"),
    Failure(
      "select good.csv --target y --count 1 --hidden -3", 64,
      "the value '-3' is invalid for '--hidden <widths>'; give whole numbers from 1 with dashes"
        + " between them"),
    Failure(
      "select good.csv --target y --count 1 --seed -1", 64,
      "the value '-1' is invalid for '--seed <seed>'; give a whole number from 0 to 2^64 - 1"),
    Failure(
      "select good.csv --target y --count 1 --output=", 64,
      "the value of --output is empty; give one or leave the option out"),
    Failure(
      "select good.csv --target y --count 1 --keep zebra", 64,
      "--keep: no column 'zebra'; there are 'a', 'b'"),
    Failure(
      "select good.csv --traget y --count 1", 64,
      "unknown option '--traget'; did you mean '--target'?"),
    Failure(
      "select good.csv --target y", 64,
      "how many columns? Give --count K, or --count auto or --path K,K,... to try several"),
    Failure(
      "select good.csv --target y --path 1,x", 64,
      "the value '1,x' is invalid for '--path <k,k,...>'; give whole numbers from 1 with commas"
        + " between them"),
    Failure(
      "select good.csv --target y --count 1 --seeds 99999999999", 64,
      "--seeds is 99999999999, but must be in 1...10000"),
    Failure(
      "select good.csv --target y --count 1 --hidden 99999999999", 64,
      "the number of hidden units is 99999999999, but must be in 1...100000"),
    Failure(
      "select good.csv --target y --count 1 --method set --attribution-every 2", 64,
      "settings of the attribution are given, but strength counts; give --importance attribution"),
    Failure(
      "select good.csv --target y --count 1 --method rigl --sparsity 0", 64,
      "the sparsity is 0, but must be above 0; the method dense has all connections"),
    Failure(
      "select good.csv --target y --count 1 --method quickselection --sparsity 0.9", 64,
      "--method quickselection has the settings --epochs, --hidden, --batch, --learning-rate,"
        + " --weight-decay, --class-weight and --scale; remove the others"),
    Failure(
      "select good.csv --target y --count 1 --method set --protocol released", 64,
      "--protocol released is none of set; give standard or paper-2408.04583"),
    Failure(
      "train good.csv --target y --network mlp:1000000-1000000", 64,
      "the number of connections of a layer is 49996200000, but must be at most 500000000; take"
        + " narrower layers or a higher sparsity"),
    Failure(
      "select good.csv --target y --count 1 --time-limit 1e300", 64,
      "--time-limit is 1e+300, but must be above 0 and at most 1e9"),
    Failure(
      "generate madelon --rows 99999999999999999", 64,
      "madelon: rows times columns must be at most 2^31"),
    Failure("select --target y --count 1", 64, "missing expected argument '<data> ...'"),
    Failure(
      "select good.csv --target y --count 0", 64, "--count is 0; ask for at least 1 column"),
    Failure(
      "select good.csv --target y --count 3", 64,
      "cannot choose 3 features: there are only 2; ask for at most 2"),
    Failure(
      "select good.csv --target y --count x", 64,
      "the value 'x' is invalid for '--count <k>'; give a whole number below 2^63"),
    Failure(
      "select good.csv --target y --count 1 --retest half", 64,
      "the value 'half' is invalid for '--retest <chance>'; give a number"),
    Failure(
      "select good.csv --count 1", 64,
      "good.csv: nothing says what to predict; give --target or --labels"),
    Failure(
      "select good.csv --target y --labels short.txt --count 1", 64,
      "--target and --labels exclude each other; give one"),
    Failure(
      "select good.csv --target y --count 1 --regrowth wild", 64,
      "the value 'wild' is invalid for '--regrowth <regrowth>'; please provide one of 'random' and"
        + " 'gradient'"),
    Failure(
      "select good.csv --target y --count 1 --candidate-fraction 2", 64,
      "the candidate fraction is 2.0, but must be above 0 and at most 1"),
    Failure(
      "select good.csv --target y --count 1 --method f-test --hidden 9", 64,
      "--method f-test has no --hidden; leave it out"),
    Failure(
      "select good.csv --target y --count 1 --method f-test --scale robust --batch 5", 64,
      "--method f-test has no --scale, no --batch; leave them out"),
    Failure(
      "select good.csv --target y --target y --count 1", 64,
      "--target names 'y' twice; remove one"),
    Failure(
      "select good.csv --target y --count 1 --keep aa", 64,
      "--keep: no column 'aa'; did you mean 'a'?"),
    Failure(
      "select good.csv --target y --count 1 --keep a --drop 0", 64,
      "column 'a' is to be kept and to be dropped; decide for one"),
    Failure(
      "select good.csv --target y --count 1 --judge svc", 64,
      "--judge svc needs rows to judge on; give --test, --test-fraction or --test-rows"),
    Failure(
      "select good.csv --target y --count 1 --test-fraction 1.5", 64,
      "--test-fraction is 1.5, but must be between 0 and 1"),
    Failure(
      "select good.csv --target y --count 1 --threads 0", 64, "--threads is 0; at least 1 is needed"
    ),
    Failure("generate regression --flip 0.1", 64, "--flip is no setting of regression; remove it"),
    Failure(
      "generate madelon --columns 7", 64,
      "madelon: 7 columns for 20 that are not noise; raise --columns"),
    Failure(
      "generate classification --columns 99", 64,
      "classification: 99 columns for 100 that are not noise; raise --columns"),
    Failure(
      "generate madelon --redundant \(Int.max) --columns 7", 64,
      "madelon: 7 columns for \(Int.max) that are not noise; raise --columns"),
    Failure(
      "generate correlated --clusters 2", 64, "--clusters is no setting of correlated; remove it"),
    Failure(
      "generate classification --shift x", 64, "the value 'x' is invalid for '--shift <number>'"),
    Failure(
      "evaluate result.json good.csv --target y", 64,
      "no rows to judge on; give --test, --test-fraction or --test-rows"),
  ]

  static let others = [
    Failure(
      "select good.csv --target y --count 1 --output full", 73,
      "full: the folder is not empty; name another, or replace it with --force"),
    Failure(
      "select good.csv --target y --count 1 --output full --force", 73,
      "full: holds no earlier run, so --force does not replace it"),
    Failure(
      "select good.csv --target y --count 1 --output good.csv", 73,
      "good.csv: is a file; name a folder"),
    Failure(
      "generate regression --output good.csv/data.csv", 73,
      "good.csv: cannot be made: File exists"),
    Failure(
      "select good.csv --target y --count 1 --output good.csv/run", 73,
      "good.csv/run: cannot be written: Not a directory"),
    Failure(
      "select good.csv --target y --count 1 --output /proc/no/run", 73,
      "/proc/no/run: cannot be written: No such file or directory"),
    Failure("transform no good.csv -o out.csv", 66, "no: no such file; check the path"),
    Failure(
      "transform full good.csv -o out.csv", 66,
      "full: holds no result.json; name the folder of a run"),
    Failure(
      "transform good.csv good.csv -o out.csv", 65, "good.csv: is no result of espalier select"),
    Failure(
      "transform result.json good.csv -o out.csv", 65,
      "good.csv: no column 'bb'; did you mean 'b'?"),
    Failure(
      "transform small.json good.csv -o no/out.csv", 73,
      "no/out.csv: cannot be written: No such file or directory"),
  ]

  @Test(
    "One line, the right code, nothing on standard output",
    arguments: badData + badUsage + others)
  func line(failure: Failure) throws {
    let workplace = try Workplace()
    try writeFiles(workplace)
    let outcome = try Tool.run(failure.arguments, in: workplace)
    #expect(outcome.status == failure.status)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.count { $0 == "\n" } == 1)
    if failure.line.hasSuffix("*") {
      #expect(outcome.errors.hasPrefix("espalier: " + failure.line.dropLast()))
    } else {
      #expect(outcome.errors == "espalier: \(failure.line)\n")
    }
  }

  @Test("An empty value is one that a shell's variable did not have")
  func empty() throws {
    let workplace = try Workplace()
    try writeFiles(workplace)
    func errors(_ arguments: String...) throws -> String {
      let outcome = try Tool.run(arguments, in: workplace)
      #expect(outcome.status == 64)
      return outcome.errors
    }
    #expect(
      try errors("select", "good.csv", "--target", "y", "--count", "1", "--output", "")
        == "espalier: the value of --output is empty; give one or leave the option out\n")
    #expect(
      try errors("select", "", "--target", "y", "--count", "1")
        == "espalier: argument 2 is empty; name a file or leave it out\n")
    #expect(try workplace.files().contains("good.csv"))
  }

  private func writeFiles(_ workplace: Workplace) throws {
    let files = [
      "plain.csv": "a,b\n1,2\n2,1\n3,5\n",
      "typo.csv": "a,b,class\n1,2,p\n2,1,q\n",
      "good.csv": "a,b,y\n1,2,p\n2,1,q\n3,5,p\n4,4,q\n5,9,p\n6,1,q\n",
      "other.csv": "a,b,y\n1,2,p\n2,1,r\n",
      "empty.csv": "",
      "ragged.csv": "a,b,y\n1,2,p\n1,2\n",
      "word.csv": "a,b,y\n1,1,p\n1,2,q\n1,two,q\n1,3,q\n",
      "hole.csv": "a,b,y\n1,2,p\n,2,q\n",
      "inf.csv": "a,b,y\n2,2,p\n1,2,q\ninf,1,q\n",
      "same.csv": "a,b,y\n1,2,p\n1,3,p\n",
      "twice.csv": "a,a,y\n1,2,p\n1,3,q\n",
      "large.csv": "a,b,y\n1,2,p\n1,1e39,q\n1,2,p\n",
      "short.txt": "p\nq\n",
      "rows.txt": "99\n",
      "result.json": #"{"schema":1,"features":[{"index":0,"name":"bb"}],"data":{"features":2}}"#,
      "small.json": #"{"schema":1,"features":[{"index":1,"name":"b"}],"data":{"features":2}}"#,
    ]
    for (name, text) in files { try workplace.write(text, to: name) }
    try workplace.write(Data([0, 0, 8, 3, 0, 0]), to: "cut.idx")
    let full = workplace.url.appending(path: "full")
    try FileManager.default.createDirectory(at: full, withIntermediateDirectories: true)
    try workplace.write("mine", to: "full/letter.txt")
  }
}
