import ArgumentParser
import Espalier
import Foundation
import Studies

/// `espalier report`: the page of a run or a study, made anew.
struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes the page of a run or a study anew, and opens it.",
    usage: "espalier report <folder> [--open]",
    discussion: """
      Examples:
        espalier report runs/mnist50 --open
        espalier report studies/first --open

      The folder is that of a run (--output of select, train, prune units or prune
      layers) or of a study. Nothing is computed anew: the page is made of what lies
      in the folder, and replaces report.html there.
      """)

  @Argument(help: "The folder of a run or of a study.")
  var folder: String

  @Flag(help: "Open the page in the browser.")
  var open = false

  func run() throws {
    let folder = ResultFolder.trimmed(self.folder)
    let page = "\(folder)/\(ReportFile.pageName)"
    if FileManager.default.fileExists(atPath: StudyFolder(folder).planPath) {
      let study = try OpenStudy(folder)
      try StudyFindings(study, StudyStatus(study.folder, runs: study.runs)).write()
    } else {
      try OutputFile.write(try ReportFile(in: folder).report.html(), to: page)
    }
    try Terminal.show("\(page)\n")
    if open { try Self.open(page) }
  }

  /// Hands a page to the program that the system opens such files with.
  private static func open(_ page: String) throws(ToolError) {
    #if os(macOS)
      let name = "open"
    #else
      let name = "xdg-open"
    #endif
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    guard
      let program = folders.map({ "\($0)/\(name)" }).first(where: {
        FileManager.default.isExecutableFile(atPath: $0)
      })
    else {
      throw ToolError(
        .missingInput, "\(name) is not on this machine; open \(page) in a browser by hand")
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = [URL(fileURLWithPath: page).path]
    do {
      try process.run()
    } catch {
      throw ToolError(.missingInput, "\(program) cannot be started; open \(page) by hand")
    }
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ToolError(
        .missingInput,
        "\(name) found nothing to open \(page) with (exit code \(process.terminationStatus)); open"
          + " it by hand")
    }
  }
}
