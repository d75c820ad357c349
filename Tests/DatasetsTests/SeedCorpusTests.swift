import CHDF5
import CMatio
import CPNG
import CTurboJPEG
import Foundation
import Testing

@testable import Datasets

/// Writes small sound files for Scripts/fuzz-decoders, and checks that they are read.
@Suite struct SeedCorpusTests {
  @Test func seedsAreSound() throws {
    let scratch = try Scratch()
    let numbers: [Double] = (0..<24).map { Double($0 * $0 % 7) / 2 }
    let labels: [Double] = (0..<8).map { Double($0 % 2) }
    var paths: [String] = []
    for (name, version, compressed) in [
      ("v5.mat", MAT_FT_MAT5, false), ("v5z.mat", MAT_FT_MAT5, true),
      ("v73.mat", MAT_FT_MAT73, true),
    ] {
      paths.append(
        try scratch.writeMAT(
          name, version: version, compressed: compressed,
          [("X", rows: 8, numbers), ("Y", rows: 8, labels)]))
    }
    paths.append(
      try scratch.writeHDF5(
        "a.h5",
        [
          .numbers("data", [8, 3], espalier_h5_type_double(), numbers, compressed: true),
          .numbers("target", [8], espalier_h5_type_double(), labels),
        ]))
    paths.append(
      try scratch.zip(
        "a.npz",
        [
          ("X.npy", npy("<f8", "(8, 3)", raw(numbers))), ("Y.npy", npy("<f8", "(8,)", raw(labels))),
        ]))
    let pixels = (0..<768).map { UInt8(truncatingIfNeeded: $0 * $0 / 5) }
    let image = png(Int32(PNG_FORMAT_FLAG_COLOR), 16, 16, pixels)
    let photograph = jpeg(TJPF_RGB, 16, 16, pixels)
    paths.append(try scratch.write(tar("r/a/1.png", image) + tar("r/b/2.jpg", photograph), "a.tar"))
    for path in paths { #expect(try TableSource(paths: [path]).readTable().rowCount >= 2) }
    paths += [try scratch.write(image, "a.png"), try scratch.write(photograph, "a.jpg")]
    guard let folder = ProcessInfo.processInfo.environment["ESPALIER_SEEDS"] else { return }
    for path in paths {
      let target = folder + "/" + (path as NSString).lastPathComponent
      try? FileManager.default.removeItem(atPath: target)
      try FileManager.default.copyItem(atPath: path, toPath: target)
    }
  }
}
