import CPNG
import CTurboJPEG
import CZlib
import Foundation
import Testing

@testable import Datasets

/// A PNG image; `format` names the channels, as libpng does.
func png(_ format: Int32, _ height: Int, _ width: Int, _ pixels: [UInt8], map: [UInt8]? = nil)
  -> [UInt8]
{
  var image = png_image()
  image.version = UInt32(PNG_IMAGE_VERSION)
  (image.height, image.width, image.format) = (UInt32(height), UInt32(width), UInt32(format))
  if let map { image.colormap_entries = UInt32(map.count / 3) }
  var size: png_alloc_size_t = 1 << 20
  var bytes = [UInt8](repeating: 0, count: size)
  _ = pixels.withUnsafeBytes { pixels in
    png_image_write_to_memory(&image, &bytes, &size, 0, pixels.baseAddress, 0, map)
  }
  return Array(bytes[..<size])
}

/// A JPEG image of the best quality.
func jpeg(_ format: TJPF, _ height: Int, _ width: Int, _ pixels: [UInt8]) -> [UInt8] {
  let handle = tjInitCompress()
  defer { tjDestroy(handle) }
  var (bytes, size): (UnsafeMutablePointer<UInt8>?, UInt) = (nil, 0)
  let sampling = format == TJPF_GRAY ? TJSAMP_GRAY : TJSAMP_444
  tjCompress2(
    handle, pixels, Int32(width), 0, Int32(height), format.rawValue, &bytes, &size,
    Int32(sampling.rawValue), 100, 0)
  defer { tjFree(bytes) }
  return Array(UnsafeBufferPointer(start: bytes, count: Int(size)))
}

/// A header of a tar archive and its content, filled up.
func tar(_ name: String, _ content: [UInt8], type: Character = "0", prefix: String = "") -> [UInt8]
{
  var block = [UInt8](repeating: 0, count: 512)
  func put(_ text: String, _ position: Int) {
    for (index, byte) in text.utf8.enumerated() { block[position + index] = byte }
  }
  put(String(name.prefix(100)), 0)
  put(String(format: "%011o ", content.count), 124)
  put("        ", 148)
  put(String(type), 156)
  put("ustar\u{0}00", 257)
  put(prefix, 345)
  put(String(format: "%06o\u{0}", block.reduce(0) { $0 + Int($1) }), 148)
  return block + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
}

@Suite struct ImageReaderTests {
  private let grey = Int32(PNG_FORMAT_GRAY)
  private let colour = Int32(PNG_FORMAT_FLAG_COLOR)
  private let alpha = Int32(PNG_FORMAT_FLAG_ALPHA)

  /// Writes files and returns their folder.
  private func folder(
    _ scratch: Scratch, _ files: [(String, [UInt8])], in folder: String = "images"
  ) throws -> String {
    for (name, bytes) in files {
      let path = scratch.path(folder + "/" + name)
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try Data(bytes).write(to: URL(fileURLWithPath: path))
    }
    return scratch.path(folder)
  }

  @Test func aFolderIsAClass() throws {
    let scratch = try Scratch()
    let path = try folder(
      scratch,
      [
        ("root/dog/b.png", png(grey, 1, 2, [5, 6])), ("root/dog/a.png", png(grey, 1, 2, [3, 4])),
        ("root/cat/images/c.png", png(grey, 1, 2, [1, 2])), ("root/cat/.hidden.png", [1, 2]),
        ("root/read me.txt", [65]), ("root/.git/x.png", [1]),
      ])
    let table = try TableSource(paths: [path]).readTable()
    #expect(table.columnNames == ["x0", "x1", "class"] && table.labelColumns == ["class"])
    #expect(table.features.cells == [1, 2, 0, 3, 4, 1, 5, 6, 1])
    #expect(table.kinds[2] == .categorical(levels: ["cat", "dog"]))
    #expect(table.notes == ["1 file is no PNG or JPEG image: 'root/read me.txt'"])
    #expect(
      table.features.imageShape?.width == 2 && table.features.types == [.uint8, .uint8, .uint8])
  }

  @Test func everyKindOfPixelIsRead() throws {
    func pixels(_ bytes: [UInt8]) throws -> [UInt8] { try ImageDecoder.image(bytes).pixels }
    #expect(try pixels(png(grey, 1, 3, [0, 128, 255])) == [0, 128, 255])
    #expect(try pixels(png(colour, 1, 1, [1, 2, 3])) == [1, 2, 3])
    // Half-transparent pixels lie over black.
    #expect(try pixels(png(grey | alpha, 1, 2, [200, 255, 200, 51])) == [200, 40])
    #expect(try pixels(png(colour | alpha, 1, 1, [200, 100, 50, 0])) == [0, 0, 0])
    let map: [UInt8] = [10, 20, 30, 40, 50, 60]
    let palette = png(colour | Int32(PNG_FORMAT_FLAG_COLORMAP), 1, 2, [1, 0], map: map)
    #expect(try pixels(palette) == [40, 50, 60, 10, 20, 30])
    let flat = [UInt8](repeating: 90, count: 64)
    #expect(try pixels(jpeg(TJPF_GRAY, 8, 8, flat)) == flat)
    let red = (0..<64).flatMap { _ in [200, 90, 30] as [UInt8] }
    let decoded = try pixels(jpeg(TJPF_RGB, 8, 8, red))
    #expect(zip(decoded, red).allSatisfy { abs(Int($0) - Int($1)) <= 2 })
    let deep = png16([0, 32896, 65535])
    #expect(try pixels(deep) == [0, 128, 255])
  }

  /// A grey PNG of 16 bits, which the simplified interface writes only as linear light.
  private func png16(_ values: [UInt16]) -> [UInt8] {
    func word(_ value: UInt) -> [UInt8] { raw([UInt32(value).bigEndian]) }
    func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
      let body = Array(type.utf8) + content
      let sum: UInt = crc32(0, body, UInt32(body.count))
      return word(UInt(content.count)) + body + word(sum)
    }
    let line: [UInt8] = [0] + values.flatMap { raw([$0.bigEndian]) }
    let length = UInt16(line.count)
    var stream: [UInt8] = [0x78, 1, 1]
    stream += raw([length.littleEndian, ~length.littleEndian])
    stream += line
    stream += word(adler32(1, line, UInt32(line.count)))
    var header: [UInt8] = word(UInt(values.count))
    header += word(1)
    header += [16, 0, 0, 0, 0] as [UInt8]
    var bytes: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    bytes += chunk("IHDR", header)
    bytes += chunk("IDAT", stream)
    bytes += chunk("IEND", [])
    return bytes
  }

  @Test func coloursLieInPlanesAndGreyStandsForAll() throws {
    let scratch = try Scratch()
    let path = try folder(
      scratch,
      [("a/1.png", png(colour, 1, 2, [1, 2, 3, 4, 5, 6])), ("b/2.png", png(grey, 1, 2, [7, 8]))])
    let table = try TableSource(paths: [path]).readTable()
    let images = table.features.viewing(columns: Array(0..<6))
    #expect(images.cells == [1, 4, 2, 5, 3, 6, 7, 8, 7, 8, 7, 8])
    #expect(images.imageExtents.map { [$0.height, $0.width, $0.channels] } == [1, 2, 3])
    #expect(table.features.viewing(columns: [1, 0, 2, 3, 4, 5]).imageExtents == nil)
  }

  @Test func imagesAreBroughtToOneSize() throws {
    let square = RasterImage(height: 2, width: 2, channelCount: 1, pixels: [0, 100, 200, 40])
    #expect(square.resized(height: 1, width: 1).pixels == [85])
    #expect(square.resized(height: 2, width: 4).pixels == [0, 25, 75, 100, 200, 160, 80, 40])
    let line = RasterImage(height: 1, width: 3, channelCount: 1, pixels: [0, 90, 30])
    #expect(line.resized(height: 1, width: 2).pixels == [30, 50])
    let scratch = try Scratch()
    let path = try folder(
      scratch,
      [
        ("a/1.png", png(grey, 1, 2, [1, 2])), ("a/2.png", png(grey, 2, 2, [9, 9, 9, 9])),
        ("b/3.png", png(grey, 1, 2, [7, 8])),
      ])
    var source = TableSource(paths: [path])
    #expect(try source.readDataset().features.cells == [1, 2, 9, 9, 7, 8])
    source.reading.imageSize = (1, 1)
    #expect(try source.readDataset().features.cells == [2, 9, 8])
  }

  @Test func onePartitionIsRead() throws {
    let scratch = try Scratch()
    let image = png(grey, 1, 1, [1])
    let path = try folder(
      scratch,
      [
        ("r/train/a/1.png", image), ("r/train/b/2.png", image), ("r/val/a/3.png", image),
      ])
    var source = TableSource(paths: [path])
    let table = try source.readTable()
    #expect(table.rowCount == 2)
    #expect(table.notes == ["the images of 'train' are read, those of 'val' are not"])
    source.reading.variable = "val"
    #expect(try source.readTable().rowCount == 1)
    source.reading.variable = "vla"
    #expect(failure { try source.readTable() }?.description.contains("did you mean 'val'?") == true)
    let stray = try folder(scratch, [("r/train/4.png", image)])
    source.reading.variable = nil
    #expect(
      failure { try TableSource(paths: [stray]).readTable() }?.description.contains(
        "'r/train/4.png' lies beside the folders of the classes") == true)
  }

  @Test func archivesAreReadWithLongNames() throws {
    let scratch = try Scratch()
    let long = String(repeating: "d", count: 120)
    let images = (1...4).map { png(grey, 1, 1, [UInt8($0)]) }
    var bytes = tar("r/", [], type: "5") + tar("r/x/2.png", images[1])
    bytes += tar("r/x/0.png", [9, 9], type: "2") + tar("./r/._1.png", [1])
    bytes +=
      tar("././@LongLink", Array("r/\(long)/3.png\u{0}".utf8), type: "L") + tar("short", images[2])
    let field = " path=r/\(long)/4.png\n"
    let record = "\(field.utf8.count + 3)\(field)"
    bytes += tar("pax", Array(record.utf8), type: "x") + tar("short", images[3])
    bytes += tar("1.png", images[0], prefix: "r/x") + [UInt8](repeating: 0, count: 1024)
    for path in [try scratch.write(bytes, "a.tar"), try scratch.compress(bytes, "a.tar.gz")] {
      let table = try TableSource(paths: [path]).readTable()
      #expect(table.features.cells == [3, 0, 4, 0, 1, 1, 2, 1])
      #expect(table.kinds[1] == .categorical(levels: [long, "x"]))
    }
  }

  @Test func damageIsRefusedWithItsPlace() throws {
    let scratch = try Scratch()
    func error(_ bytes: [UInt8], compressed: Bool = false) throws -> String? {
      let path = try compressed ? scratch.compress(bytes, "a") : scratch.write(bytes, "a")
      return failure { try TableSource(paths: [path]).readTable() }?.description
        .replacing(path, with: "T")
    }
    let image = png(grey, 40, 40, (0..<1600).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) })
    let sound = tar("r/a/1.png", image)
    #expect(try error(sound) == nil)
    #expect(try error(tar("r/a/1.txt", [1]))?.contains("a tar archive without images") == true)
    var wrong = sound
    wrong[3] ^= 1
    #expect(try error(wrong)?.contains("the checksum of a header is wrong (block 1)") == true)
    #expect(try error(Array(sound.dropLast(700)))?.contains("the archive is truncated") == true)
    #expect(
      try error(tar("r/a/1.png", Array(image.dropLast(300))))?.hasPrefix(
        "T/r/a/1.png: damaged file: ") == true)
    let photograph = jpeg(TJPF_GRAY, 40, 40, (0..<1600).map { UInt8(truncatingIfNeeded: $0 * 7) })
    #expect(
      try error(tar("r/a/1.jpg", Array(photograph.dropLast(99))))?.hasPrefix(
        "T/r/a/1.jpg: damaged file: ") == true)
    // What an image promises is compared with its bytes.
    var bomb = image
    for position in 16..<24 { bomb[position] = position % 4 == 2 ? 0x30 : 0 }
    #expect(
      failure { try TableSource(paths: [scratch.write(tar("b.png", bomb), "b")]).readTable() }
        != nil)
    #expect(throws: ImageDecoder.Mistake.self) { try ImageDecoder.header(bomb) }
  }

  @Test func badImagesAreLeftOutIfThatIsWanted() throws {
    let scratch = try Scratch()
    let image = png(grey, 40, 40, (0..<1600).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) })
    func sound(_ pixel: UInt8) -> [UInt8] { png(grey, 1, 2, [pixel, pixel + 1]) }
    let path = try folder(
      scratch,
      [
        ("cat/1.png", sound(1)), ("cat/2.png", Array(image.dropLast(300))), ("cat/3.png", sound(3)),
        ("dog/1.png", Array(image.prefix(20))), ("dog/2.png", sound(5)), ("dog/3.png", sound(7)),
      ])
    var source = TableSource(paths: [path])
    source.reading.imageSize = (1, 2)
    #expect(
      failure { try source.readTable() }?.description.hasPrefix("\(path)/dog/1.png: damaged")
        == true)
    source.reading.skipsBadImages = true
    let table = try source.readTable()
    #expect(table.features.cells == [1, 2, 0, 3, 4, 0, 5, 6, 1, 7, 8, 1])
    #expect(
      table.notes.count == 1
        && table.notes[0].hasPrefix("2 images cannot be read and are left out: 'cat/2.png' ("))
    #expect(table.notes[0].contains("'dog/1.png' ("))
    let other = try Scratch()
    source.paths = [try folder(other, [("cat/1.png", Array(image.prefix(20)))])]
    #expect(failure { try source.readTable() } != nil)
  }

  @Test func aClassWithoutImagesIsNamed() throws {
    let scratch = try Scratch()
    let path = try folder(
      scratch, [("train/a/1.png", png(grey, 1, 1, [1])), ("train/b/1.png", png(grey, 1, 1, [2]))])
    try FileManager.default.createDirectory(
      atPath: path + "/train/c/d", withIntermediateDirectories: true)
    var source = TableSource(paths: [path])
    #expect(
      failure { try source.readTable() }?.description
        == "\(path)/train/c: is the folder of a class without PNG or JPEG images; put some there,"
        + " remove it, or let --skip-bad leave it out")
    source.reading.skipsBadImages = true
    #expect(try source.readTable().notes == ["the folder 'train/c' holds no image"])
    // Beside the only class; and where there are no classes, a folder is just empty.
    let single = try folder(scratch, [("e/1.png", png(grey, 1, 1, [1]))], in: "single")
    let flat = try folder(scratch, [("1.png", png(grey, 1, 1, [1]))], in: "flat")
    for path in [single, flat] {
      try FileManager.default.createDirectory(
        atPath: path + "/f", withIntermediateDirectories: true)
    }
    #expect(
      failure { try TableSource(paths: [single]).readTable() }?.description
        .hasPrefix("\(single)/f: is the folder of a class without") == true)
    #expect(
      try TableSource(paths: [flat]).readTable().notes == ["the folder 'f' holds no image"])
  }

  @Test func channelsAreNotMadeUp() throws {
    let scratch = try Scratch()
    let path = try folder(
      scratch,
      [
        ("a/1.png", png(colour, 1, 2, [1, 2, 3, 4, 5, 6])),
        ("b/1.png", png(colour, 1, 2, [1, 2, 3, 4, 5, 6])),
      ])
    var source = TableSource(paths: [path])
    for channels in [1, 2, 4] {
      source.reading.imageChannels = channels
      #expect(
        failure { try source.readTable() }?.description
          == "\(path): its columns are not those of the training data: the images have 3 channels"
          + " instead of \(channels), 1x2x3 where 1x2x\(channels) is needed")
    }
    source.reading.imageChannels = 3
    #expect(try source.readTable().rowCount == 2)
  }

  @Test func emptyFoldersAndPointersAreNamed() throws {
    let scratch = try Scratch()
    let path = try folder(
      scratch, [("a/1.png", Array("version https://git-lfs.github.com/spec/v1".utf8))])
    #expect(
      failure { try TableSource(paths: [path]).readTable() }?.description
        == "\(path)/a/1.png: is a Git LFS pointer, not the data; run `git lfs pull` where it came from"
    )
  }
}
