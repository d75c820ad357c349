import Testing

@testable import Datasets

@Suite struct IDXReaderTests {
  private let images = idx(8, [2, 2, 3], Array(0..<12))

  @Test(arguments: [false, true])
  func imagesAreFlattened(compressed: Bool) throws {
    let scratch = try Scratch()
    let path = try compressed ? scratch.compress(images, "i") : scratch.write(images, "i")
    let labels = try scratch.write(idx(8, [2], [9, 4]), "l")
    let data = try TableSource(paths: [path], target: .labelFile(labels)).readDataset()
    #expect(data.features.cells == (0..<12).map(Float.init))
    #expect(data.features.columnNames == ["x0", "x1", "x2", "x3", "x4", "x5"])
    #expect(data.features.imageShape?.height == 2 && data.features.imageShape?.width == 3)
    #expect(data.target == .classes(indices: [1, 0], names: ["4", "9"]))
  }

  @Test(
    arguments: [
      (9, [0xff, 2], [-1, 2]), (11, [0xff, 0xfe, 1, 0], [-2, 256]),
      (12, [0xff, 0xff, 0xff, 0xfd, 0, 1, 0, 0], [-3, 65536]),
      (13, [0x3f, 0, 0, 0, 0xc0, 0x20, 0, 0], [0.5, -2.5]),
      (14, [0x3f, 0xe0, 0, 0, 0, 0, 0, 0, 0xc0, 4, 0, 0, 0, 0, 0, 0], [0.5, -2.5]),
    ] as [(UInt8, [UInt8], [Float])])
  func elementsOfEveryTypeAreRead(type: UInt8, bytes: [UInt8], values: [Float]) throws {
    let scratch = try Scratch()
    let path = try scratch.write(idx(type, [2, 1], bytes), "i")
    #expect(try TableSource(paths: [path]).readSplit().features.cells == (values))
  }

  @Test func damageIsSeenBeforeAnythingIsAllocated() throws {
    let scratch = try Scratch()
    func error(_ bytes: [UInt8], compressed: Bool = false) throws -> String? {
      let path = try compressed ? scratch.compress(bytes, "i") : scratch.write(bytes, "i")
      return failure { try TableSource(paths: [path]).readSplit() }?.description
        .replacing("\(path): damaged file: ", with: "")
    }
    #expect(
      try error(Array(images.dropLast()))
        == "the file ends at byte 27, but the IDX header promises 28; fetch it again")
    #expect(
      try error(images + [0])
        == "the file ends at byte 29, but the IDX header promises 28; fetch it again")
    #expect(
      try error(Array(images.dropLast()), compressed: true)
        == "the file ends at byte 27 decompressed, but the IDX header promises 28; fetch it again")
    #expect(
      try error(images + [0], compressed: true)
        == "the IDX header promises 28 bytes, but more follow; fetch it again")
    #expect(
      try error(Array(images[..<10])) == "the IDX header ends at byte 10 of 16; fetch it again")
    #expect(try error([0, 0, 7, 1, 0, 0, 0, 1, 5]) == "not an IDX header; fetch it again")
    let absurd = [Int](repeating: 0xffff_ffff, count: 8)
    #expect(
      try error(idx(14, absurd, []), compressed: true)
        == "the IDX header promises absurdly many elements; fetch it again")
    #expect(
      try error(idx(8, [1 << 20, 1 << 20], []), compressed: true)?
        .contains("but the IDX header promises 1099511627788") == true)
    #expect(try error(idx(8, [0, 5], []))?.contains("no row below it") == true)
  }

  @Test func aNumberThatIsNotFiniteIsMissing() throws {
    let scratch = try Scratch()
    let path = try scratch.write(idx(13, [2, 1], [0, 0, 0, 0, 0x7f, 0x80, 0, 0]), "i")
    let table = try TableSource(paths: [path]).readTable()
    #expect(table.features.exact(0)[0] == 0 && table.features.exact(0)[1].isNaN)
    #expect(
      table.notes == [
        "column 'x0' holds infinite numbers, which count as missing; --missing error refuses them"
      ])
    #expect(throws: DatasetError.self) { try LabelReader.read(path: path) }
  }

  @Test func imagesAreNoLabels() throws {
    let scratch = try Scratch()
    let path = try scratch.write(images, "i")
    #expect(
      failure { try TableSource(paths: [path], target: .labelFile(path)).readDataset() }?
        .description
        == "\(path): damaged file: labels are one number per row, these are 2x2x3; fetch it again")
  }
}
