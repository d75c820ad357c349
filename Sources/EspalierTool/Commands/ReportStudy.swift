import ArgumentParser
import Espalier
import Foundation
import Studies

/// `espalier study report`: what a study found.
struct ReportStudy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Tabulates a study: means, ranks, wins, critical differences, time and memory.",
    usage: "espalier study report <folder> [--json]",
    discussion: """
      Examples:
        espalier study report studies/first
        espalier study report studies/first --json

      Writes into the folder of the study: report.html; tables.md, tables.tex,
      tables.csv and runs.csv, which the same plan gives again to the bit; costs.md,
      costs.tex and costs.csv with time and memory; the critical-difference
      diagrams as SVG. What is not done yet is left out, and named.
      """)

  @Argument(help: "The folder of the study.")
  var folder: String

  @Flag(help: "Print one JSON object instead of the tables.")
  var json = false

  func run() throws {
    let study = try OpenStudy(folder)
    let status = StudyStatus(study.folder, runs: study.runs)
    let report = StudyFindings(study, status)
    try report.write()
    try Terminal.show(json ? report.json.text : report.text)
  }
}
