import Testing

@testable import Datasets

/// The text files of the collection of real data, with the sizes that their sources publish.
@Suite(.enabled(if: RealData.isPresent, "needs ../shared/data"))
struct RealTextTests {
  @Test(arguments: [
    ("abalone", 4177, 8), ("autompg", 398, 7), ("breast.w", 699, 9), ("cal.housing", 20_640, 8),
    ("cpu.act", 8192, 21), ("credit.g", 1000, 20), ("delta.elevators", 9517, 6),
    ("diabetes", 768, 8), ("elevators", 16_599, 18), ("glass", 214, 9), ("hepatitis", 155, 19),
    ("housing", 506, 13), ("hypothyroid", 3772, 29), ("ionosphere", 351, 34), ("iris", 150, 4),
    ("letter", 20_000, 16), ("machine.cpu", 209, 6), ("pendigits", 10_992, 16),
    ("sonar", 208, 60), ("soybean", 683, 35), ("spambase", 4601, 57), ("vehicle", 846, 18),
    ("vowel", 990, 13), ("waveform5000", 5000, 40), ("wine", 178, 13), ("zoo", 101, 17),
  ])
  func attributeRelationFiles(name: String, rows: Int, features: Int) throws {
    let path = RealData.path("uci_arff/\(name).arff")
    let table = try TableSource(
      paths: [ByteStream.isFile(path) ? path : path + ".gz"]
    ).readTable()
    #expect(table.rowCount == rows && table.columnCount == features + 1)
    let classCounts = [
      "breast.w": 2, "credit.g": 2, "diabetes": 2, "glass": 6, "hepatitis": 2, "hypothyroid": 4,
      "ionosphere": 2, "iris": 3, "letter": 26, "pendigits": 10, "sonar": 2, "soybean": 19,
      "spambase": 2, "vehicle": 4, "vowel": 11, "waveform5000": 3, "wine": 3, "zoo": 7,
    ]
    let target = try #require(
      table.customaryTarget.flatMap { table.columnNames.firstIndex(of: $0) })
    #expect(table.kinds[target].levels?.count == classCounts[name])
    let missingCounts = ["breast.w": 16, "hepatitis": 167, "autompg": 6, "iris": 0]
    if let count = missingCounts[name] { #expect(missingCount(table) == count) }
  }

  /// Names begin with `x0` where there is no header.
  @Test(arguments: [
    ("uci_csv/iris.csv", 150, 5, "x0"), ("uci_csv/wine.csv", 178, 14, "x0"),
    ("uci_csv/breast-cancer-wisconsin.data", 699, 11, "x0"),
    ("uci_csv/ionosphere.csv", 351, 35, "x0"),
    ("uci_csv/pima-indians-diabetes.csv", 768, 9, "x0"),
    ("uci_csv/new-thyroid.csv", 215, 6, "x0"), ("uci_csv/sonar.csv", 208, 61, "x0"),
    ("uci_csv/housing.data", 506, 14, "x0"), ("uci_csv/esl_spam.data", 4601, 58, "x0"),
    ("uci_csv/esl_spam.traintest", 4601, 1, "x0"),
    ("uci_csv/esl_vowel.train", 528, 12, "row.names"),
    ("uci_csv/esl_vowel.test", 462, 12, "row.names"),
    ("uci_csv/Data_Cortex_Nuclear.csv.gz", 1080, 82, "MouseID"),
    ("uci_csv/higgs_binary.train.gz", 7000, 29, "x0"),
    ("uci_csv/higgs_binary.test", 500, 29, "x0"),
    ("uci_csv/airfoil_self_noise.dat", 1503, 6, "X0"),
    ("gas_drift/batch1.dat.gz", 445, 130, "x0"), ("gas_drift/batch2.dat.gz", 1244, 130, "x0"),
    ("uci_regression_splits/bostonHousing/data.txt.gz", 506, 14, "x0"),
    ("uci_regression_splits/concrete/data.txt.gz", 1030, 9, "x0"),
    ("uci_regression_splits/energy/data.txt.gz", 768, 9, "x0"),
    ("uci_regression_splits/power-plant/data.txt.gz", 9568, 5, "x0"),
    ("uci_regression_splits/yacht/data.txt.gz", 308, 7, "x0"),
  ])
  func delimitedFiles(name: String, rows: Int, columns: Int, first: String) throws {
    let table = try TableSource(paths: [RealData.path(name)]).readTable()
    #expect(table.rowCount == rows && table.columnCount == columns)
    #expect(table.columnNames[0] == first)
    #expect(table.mistakes.isEmpty)
    let textCount = table.kinds.count { $0 != .numeric }
    let textCounts = [
      "uci_csv/iris.csv": 1, "uci_csv/ionosphere.csv": 1, "uci_csv/sonar.csv": 1,
      "uci_csv/Data_Cortex_Nuclear.csv.gz": 5, "gas_drift/batch1.dat.gz": 1,
      "gas_drift/batch2.dat.gz": 1,
    ]
    #expect(textCount == textCounts[name] ?? 0)
    if name.contains("breast") { #expect(missingCount(table) == 16) }
    if name.contains("Cortex") { #expect(missingCount(table) == 1396) }
  }

  private func missingCount(_ table: Table) -> Int {
    (0..<table.columnCount).reduce(0) { count, column in
      count + table.features.exact(column).count { $0.isNaN }
    }
  }
}
