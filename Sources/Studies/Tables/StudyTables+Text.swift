extension StudyTables {
  /// All numbers of lasting value, a line for each method, context and measure.
  package var csv: String {
    var text = "measure,data,network,count,judge,method,mean,deviation,runs\n"
    for measure in allMeasures {
      for (context, candidate, sample) in allSamples {
        let values = sample.values(measure.name)
        guard let spread = Spread(values) else { continue }
        let cells =
          [measure.name] + contextTexts(context)
          + [
            candidate.name, "\(spread.mean)", spread.deviation.map { "\($0)" } ?? "",
            "\(values.count)",
          ]
        text += Self.line(cells)
      }
    }
    for standing in standings {
      for (place, method) in standing.methods.enumerated() {
        let entries = [
          ("mean rank", standing.ranks.map { "\($0[place])" }), ("wins", "\(standing.wins[place])"),
        ]
        for case let (name, value?) in entries {
          let measure = "\(standing.measure): \(name)"
          text += Self.line([measure, "", "", "", "", method, value, "", ""])
        }
      }
    }
    for index in indices {
      text += Self.line(
        ["stability"] + contextTexts(index.context) + [
          index.method.name, "\(index.value)", "", "\(index.choiceCount)",
        ])
    }
    return text
  }

  /// Time and memory, a line for each method and context.
  package var costCSV: String {
    var text = "data,network,count,judge,method,seconds,processor_seconds,peak_bytes,runs\n"
    for (context, candidate, sample) in allSamples {
      text += Self.line(
        contextTexts(context) + [
          candidate.name, sample.seconds.map { "\($0)" } ?? "",
          sample.processorSeconds.map { "\($0)" } ?? "",
          sample.peakBytes.map { "\($0)" } ?? "", "\(sample.records.count)",
        ])
    }
    return text
  }

  /// What each run came to, a line for each number.
  ///
  /// - Parameter done: The runs that are done.
  /// - Returns: The lines, heads first.
  package static func runCSV(_ done: [(run: StudyRun, record: StudyRecord)]) -> String {
    var text = "run,seed,measure,value\n"
    for (run, record) in done {
      for measure in record.measures {
        text += line([
          run.name, run.seed.map { "\($0)" } ?? "", measure.name, "\(measure.value)",
        ])
      }
    }
    return text
  }

  /// Tables as a document in Markdown.
  ///
  /// - Parameters:
  ///   - tables: The tables.
  ///   - title: The heading.
  ///   - remarks: What stands below it, a sentence each.
  /// - Returns: The document.
  package static func markdown(
    _ tables: [StudyTable], title: String, remarks: [String]
  ) -> String {
    "# \(title)\n\n" + remarks.map { $0 + "\n\n" }.joined()
      + tables.map(\.markdown).joined(separator: "\n")
  }

  /// Tables in LaTeX, to be put into a document that uses the package booktabs.
  ///
  /// - Parameter tables: The tables.
  /// - Returns: The text.
  package static func latex(_ tables: [StudyTable]) -> String {
    "% in the preamble: \\usepackage{booktabs}\n\n"
      + tables.map(\.latex).joined(separator: "\n")
  }

  private func contextTexts(_ context: StudyValues.Context) -> [String] {
    [
      context.data, context.model ?? "", context.count.map { "\($0)" } ?? "", context.judge ?? "",
    ]
  }

  /// A line of CSV, with quotation marks where they are needed.
  static func line(_ cells: [String]) -> String {
    cells.map { cell in
      cell.contains { ",\"\n\r".contains($0) }
        ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
    }.joined(separator: ",") + "\n"
  }
}
