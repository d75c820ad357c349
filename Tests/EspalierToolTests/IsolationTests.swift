import Foundation
import Testing

@Suite("Files are decoded in a child process")
struct IsolationTests {
  /// A PNG of one black pixel, and one of a white one.
  private static let pixels = [
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==",
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg==",
  ]

  private func images(_ workplace: Workplace) throws {
    for (index, name) in ["dark", "light"].enumerated() {
      let folder = workplace.url.appending(path: "images/\(name)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let image = try #require(Data(base64Encoded: Self.pixels[index]))
      for copy in 0..<6 { try image.write(to: folder.appending(path: "\(copy).png")) }
    }
  }

  @Test func imagesComeBackFromTheChild() throws {
    let workplace = try Workplace()
    try images(workplace)
    let outcome = try Tool.run("select images --count 1 --method f-test --json", in: workplace)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("\"x0\""))
  }

  @Test func errorsOfTheChildAreThoseOfTheProgram() throws {
    let workplace = try Workplace()
    try images(workplace)
    try workplace.write("no image", to: "images/dark/x.png")
    let stray = try Tool.run("select images --count 1 --variable test", in: workplace)
    #expect(stray.status == 65 && stray.errors.hasPrefix("espalier: images: no array 'test'"))
    let image = try #require(Data(base64Encoded: Self.pixels[0]))
    try workplace.write(image.prefix(50), to: "images/dark/1.png")
    let damaged = try Tool.run("select images --count 1", in: workplace)
    #expect(damaged.status == 65)
    #expect(damaged.errors.hasPrefix("espalier: images/dark/1.png: damaged file: "))
    #expect(damaged.errors.split(separator: "\n").count == 1)
    let without = try Tool.run("inspect images --skip-bad", in: workplace)
    #expect(without.status == 0 && without.output.contains("11 rows"))
    #expect(without.output.contains("1 image cannot be read and is left out: 'dark/1.png' ("))
  }

  /// The child finds the decompressed file that its parent holds open.
  @Test func compressedArraysComeBackFromTheChild() throws {
    let workplace = try Workplace()
    try workplace.write("a,b,y\n1,2,p\n3,4,q\n5,6,p\n", to: "t.csv")
    let written = try Tool.run("convert t.csv t.npz --target y", in: workplace)
    #expect(written.status == 0, "\(written.errors)")
    let gzip = Process()
    gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    gzip.arguments = ["gzip", workplace.url.appending(path: "t.npz").path]
    try gzip.run()
    gzip.waitUntilExit()
    let found = try Tool.run("inspect t.npz.gz", in: workplace)
    #expect(found.status == 0 && found.output.contains("3 rows"), "\(found.errors)")
    let wrong = try Tool.run("inspect t.npz.gz --variable Z", in: workplace)
    #expect(wrong.status == 65 && wrong.errors.hasPrefix("espalier: t.npz.gz: no array 'Z'"))
  }

  @Test func theVerbIsHidden() throws {
    let workplace = try Workplace()
    let outcome = try Tool.run("decode x", in: workplace)
    #expect(outcome.status == 64 && outcome.errors.contains("no verb 'decode'"))
  }

  /// The child is the program itself: killed in the middle, it must not take the parent along.
  @Test func aCrashOfTheChildIsBadData() throws {
    let workplace = try Workplace()
    try images(workplace)
    let process = try Tool.start(
      ["select", "images", "--count", "1", "--method", "f-test"], in: workplace)
    var killed = false
    for _ in 0..<4000 where process.isRunning && !killed {
      for child in children(of: process.processIdentifier) { killed = kill(child, SIGSEGV) == 0 }
      if !killed { usleep(100) }
    }
    process.waitUntilExit()
    let outcome = try Tool.outcome(of: process, in: workplace)
    guard killed, outcome.status != 0 else { return }  // the child was faster
    #expect(outcome.status == 65)
    #expect(
      outcome.errors
        == "espalier: images: an image decoder crashed on it (signal 11); the file is damaged, or"
        + " holds more than a file of its size should\n")
  }

  private func children(of parent: Int32) -> [Int32] {
    let path = "/proc/\(parent)/task/\(parent)/children"
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(separator: " ").compactMap { Int32($0) }
  }
}
