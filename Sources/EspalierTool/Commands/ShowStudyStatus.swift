import ArgumentParser
import Espalier
import Studies

/// `espalier study status`: how far a study is.
struct ShowStudyStatus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Says how far a study is: done, running, failed and why, time left.",
    usage: "espalier study status <folder> [--json]",
    discussion: """
      Examples:
        espalier study status studies/first
        espalier study status studies/first --json
      """)

  @Argument(help: "The folder of the study.")
  var folder: String

  @Flag(help: "Print one JSON object instead of text.")
  var json = false

  func run() throws {
    let study = try OpenStudy(folder)
    let text = StudyStatusText(
      StudyStatus(study.folder, runs: study.runs), folder: study.folder)
    try Terminal.show(json ? text.json.text : text.whole)
  }
}
