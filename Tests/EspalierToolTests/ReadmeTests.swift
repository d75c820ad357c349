import Espalier
import Foundation
import Testing

@Suite("The README")
struct ReadmeTests {
  @Test("its Swift does what it says")
  func snippet() throws {
    let planted = try CorrelatedGenerator(rowCount: 5_000).generate(seed: 0)
    let task = try SelectionTask(planted.dataset, count: 12)
    let selection = try EntryPrune().select(task, seed: 0)
    let found = planted.truth.informative.filter(selection.indices.contains)
    let plantedCount = planted.truth.informative.count
    let line = "\(found.count) of \(plantedCount) planted columns found: \(found)"

    let root = Tool.folder.deletingLastPathComponent().deletingLastPathComponent()
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    #expect(readme.contains("// \(line)\n"))
    // The lines above are the README's, word for word.
    let source = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
    let code = try #require(readme.components(separatedBy: "```swift\n").dropFirst().first)
    for line in code.components(separatedBy: "\n").prefix(while: { !$0.hasPrefix("```") })
    where line.hasPrefix("let ") {
      #expect(source.contains("    \(line)\n"), "\(line)")
    }
  }
}
