import Espalier
import Foundation
import Testing

@testable import EspalierTool

@Suite("Parts of the program")
struct PartsTests {
  @Test("JSON has no NaN, keeps the order of keys and escapes what must be escaped")
  func json() throws {
    let value = JSON.object([
      ("b", .number(.nan)), ("a", .string("\u{1}\"\\\n</é")), ("c", .array([.integer(1)])),
      ("d", .array([.object([]), .number(0.1)])),
    ])
    let text = value.text
    #expect(text.firstRange(of: "\"b\": null") != nil)
    let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    #expect(parsed?["a"] as? String == "\u{1}\"\\\n</é")
    #expect(parsed?["c"] as? [Int] == [1])
    let b = try #require(text.firstRange(of: "\"b\"")).lowerBound
    #expect(try b < #require(text.firstRange(of: "\"a\"")).lowerBound)
    #expect(!value.line.contains("\n"))
  }

  @Test("A planted column counts as found by itself or by a copy, once")
  func foundTruth() throws {
    let text = """
      { "name": "", "seed": 0, "rowCount": 1, "columnCount": 9, "settings": {}, "recipe": "",
        "informative": [0, 1, 2],
        "redundant": [{ "column": 3, "parents": [0], "weights": [1] },
                      { "column": 4, "parents": [1], "weights": [1] },
                      { "column": 5, "parents": [0, 1, 2], "weights": [1, 1, 1] }],
        "repeated": [{ "column": 6, "parents": [4], "weights": [1] }] }
      """
    let truth = try JSONDecoder().decode(PlantedTruth.self, from: Data(text.utf8))
    let found = FoundTruth(truth, chosen: [[0], [3], [6], [5], [8]])
    #expect((found.planted, found.themselves, found.byCopy) == (3, 1, 1))
    #expect((found.relevant, found.chosen) == (4, 5))
    #expect(
      found.sentence
        == "found 2 of 3 planted columns (1 itself, 1 by a copy); 4 of 5 chosen ones carry signal")
  }

  @Test("The spread is mean and sample standard deviation")
  func spread() {
    #expect(Spread([]) == nil)
    #expect(Spread([2])?.deviation == nil)
    #expect(Spread([1, 2, 3, 4])?.mean == 2.5)
    #expect(abs((Spread([1, 2, 3, 4])?.deviation ?? 0) - 1.2909944) < 1e-6)
  }

  @Test("Numbers read as people write them")
  func wording() {
    #expect(Wording.count(1_234_567) == "1,234,567")
    #expect(Wording.count(12, "row") == "12 rows" && Wording.count(1, "row") == "1 row")
    #expect(Wording.duration(0.004) == "4 ms" && Wording.duration(75) == "1 min 15 s")
    #expect(Wording.duration(7800) == "2 h 10 min" && Wording.score(.nan) == "-")
    #expect("abcdef".clipped(to: 4) == "abc…" && "ab".padded(to: 4, .right) == "  ab")
  }

  @Test("The time left is that of what it is known of")
  func timeLeft() {
    func text(last: Int?, deadline: Duration?) -> String? {
      RunMonitor.timeLeft(
        rotation: 10, lastRotation: last, phaseTime: .seconds(5), untilDeadline: deadline)
    }
    #expect(text(last: 30, deadline: .seconds(4)) == "10.0 s left of this phase")
    #expect(text(last: nil, deadline: nil) == nil)
    #expect(text(last: nil, deadline: .seconds(4)) == "at most 4.00 s left of this run")
  }

  @Test("A count whose selections were ended early is no point of a path")
  func completePath() throws {
    let text = """
      { "points": [{ "count": 2, "loss": 0.5, "standardError": 0 },
                   { "count": 5, "loss": 0.1, "standardError": 0 }] }
      """
    let path = try JSONDecoder().decode(CountPath.self, from: Data(text.utf8))
    #expect(path.complete(endedAt: 5).points.map(\.count) == [2])
    #expect(path.complete(endedAt: 9) == path && path.complete(endedAt: nil) == path)
    #expect(path.complete(endedAt: 5).suggestedCount == 2)
  }

  @Test("Control characters of the data do not reach the terminal")
  func printable() {
    #expect(Terminal.printable("a\u{1B}[2Jb\nc") == "a?[2Jb?c")
  }
}
