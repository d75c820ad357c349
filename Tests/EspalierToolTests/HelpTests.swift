import Foundation
import Testing

@Suite("Help")
struct HelpTests {
  /// Set the variable ESPALIER_RECORD to write the fixtures anew, then read the difference.
  private static let records = ProcessInfo.processInfo.environment["ESPALIER_RECORD"] != nil

  @Test(
    "Each verb's help is as recorded and fits 80 columns",
    arguments: [
      "", "generate", "inspect", "convert", "select", "transform", "evaluate", "train", "predict",
      "measure", "prune", "prune layers", "prune units", "report", "simplify", "study", "study run",
      "study status", "study report", "study submit",
    ])
  func help(verb: String) throws {
    let outcome = try Tool.run("\(verb) --help", in: Workplace())
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let name = verb.isEmpty ? "espalier" : verb.replacing(" ", with: "-")
    let fixture = Tool.folder.appending(path: "Fixtures/help-\(name).txt")
    if Self.records { try outcome.output.write(to: fixture, atomically: true, encoding: .utf8) }
    #expect(try outcome.output == String(contentsOf: fixture, encoding: .utf8))
    #expect(outcome.output.contains("espalier \(verb.isEmpty ? "select" : verb) "))
  }

  @Test("The version goes to standard output")
  func version() throws {
    let outcome = try Tool.run("--version", in: Workplace())
    #expect(outcome.status == 0)
    #expect(outcome.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
  }

  @Test("Without a verb there is the help")
  func noVerb() throws {
    let outcome = try Tool.run([], in: Workplace())
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("SUBCOMMANDS"))
  }
}
