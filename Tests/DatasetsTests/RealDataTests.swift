import Testing

@testable import Datasets

@Suite(.enabled(if: RealData.isPresent, "needs ../shared/data"))
struct RealDataTests {
  struct Expectation: Sendable {
    let files: [String]
    let rows: Int
    let columns: Int
    let names: [String]
    let smallestClass: Int
    let isBytes: Bool
  }

  @Test(arguments: [
    Expectation(
      files: ["fs_mat/COIL20.mat"], rows: 1440, columns: 1024, names: (1...20).map(String.init),
      smallestClass: 72, isBytes: false),
    Expectation(
      files: ["fs_mat/BASEHOCK.mat"], rows: 1993, columns: 4862, names: ["1", "2"],
      smallestClass: 994, isBytes: true),
    Expectation(
      files: ["fs_mat/madelon.mat"], rows: 2600, columns: 500, names: ["-1", "1"],
      smallestClass: 1300, isBytes: false),
    Expectation(
      files: ["fs_mat/arcene.mat"], rows: 200, columns: 10_000, names: ["-1", "1"],
      smallestClass: 88, isBytes: false),
    Expectation(
      files: ["usps/USPS_9298_derived.mat"], rows: 9298, columns: 256,
      names: (1...10).map(String.init), smallestClass: 708, isBytes: false),
    Expectation(
      files: (1...5).map { "fs_mat/isolet_full/Isolet\($0).mat" }, rows: 7797,
      columns: 617, names: (1...26).map(String.init), smallestClass: 298, isBytes: false),
  ])
  func matricesHaveTheirPublishedSizes(_ expected: Expectation) throws {
    let data = try TableSource(paths: expected.files.map(RealData.path)).readDataset()
    #expect(data.rowCount == expected.rows)
    #expect(data.features.columnCount == expected.columns)
    guard case .classes(_, let names) = data.target else {
      Issue.record("not classes")
      return
    }
    #expect(names == expected.names)
    #expect(data.target.classSizes.min() == expected.smallestClass)
    #expect(expected.isBytes == data.features.types.allSatisfy { $0 == .uint8 })
  }

  @Test func mnistIsReadAsBytes() throws {
    let folder = RealData.path("images/mnist/")
    let training = try TableSource(
      paths: [folder + "train-images-idx3-ubyte.gz"],
      target: .labelFile(folder + "train-labels-idx1-ubyte.gz")
    ).readLabelled()
    #expect(training.rowCount == 60_000 && training.featureColumns.count == 784)
    #expect(
      training.target.classSizes
        == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
    #expect(training.table.features.byteCount == 47_040_000)
    let test = try TableSource(
      paths: [folder + "t10k-images-idx3-ubyte.gz"],
      target: .labelFile(folder + "t10k-labels-idx1-ubyte.gz")
    ).readLabelled(matching: training)
    #expect(test.rowCount == 10_000)
    #expect(test.target.classSizes == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
  }

  @Test func uspsIsReadFromItsGroups() throws {
    func table(_ group: String) throws -> LabelledTable {
      var source = TableSource(paths: [RealData.path("usps/usps.h5")])
      source.reading.variable = group
      return try source.readLabelled()
    }
    let training = try table("train")
    #expect(training.rowCount == 7291 && training.featureColumns.count == 256)
    #expect(training.target.classSizes == [1194, 1005, 731, 658, 652, 556, 664, 645, 542, 644])
    #expect(try table("test").rowCount == 2007)
  }

  @Test func cifarIsReadWithItsNames() throws {
    let path = RealData.path("images/cifar10/cifar-10-batches-bin/test_batch.bin.gz")
    let data = try TableSource(paths: [path]).readLabelled()
    #expect(data.rowCount == 10_000 && data.featureColumns.count == 3072)
    #expect(data.target.names.prefix(3) == ["airplane", "automobile", "bird"])
    #expect(data.target.classSizes == [Int](repeating: 1000, count: 10))
  }

  @Test func archivesOfImagesAreRead() throws {
    let sample = try TableSource(
      paths: [RealData.path("images/cifar10/cifar10_png_sample_test200.tar.gz")]
    ).readLabelled()
    #expect(sample.rowCount == 200 && sample.featureColumns.count == 3072)
    #expect(sample.target.classSizes == [Int](repeating: 20, count: 10))
    let tiny = try TableSource(
      paths: [RealData.path("images/tinyimagenet32/tinyimagenet32_50classes.tar.gz")]
    ).readLabelled()
    #expect(tiny.rowCount == 25_000 && tiny.featureColumns.count == 3072)
    #expect(tiny.target.classSizes == [Int](repeating: 500, count: 50))
  }

  @Test func airfoilIsARegression() throws {
    let path = RealData.path("uci_csv/airfoil_self_noise.dat")
    let data = try TableSource(paths: [path], target: .column("5")).readDataset()
    #expect(data.rowCount == 1503 && data.features.columnCount == 5)
    #expect(data.target.classCount == nil)
  }

  @Test func publishedTestRowsFitTheirData() throws {
    let rows = try TestRows.read(
      path: RealData.root + "/splits/COIL20.test-rows.txt", rowCount: 1440)
    #expect(try Split.rows(test: rows, rowCount: 1440).test.count == rows.count)
  }
}
