import ArgumentParser

/// `espalier study`: many runs by a plan.
struct Study: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs methods side by side on many data sets, and tabulates what they reach.",
    discussion: """
      Examples:
        espalier study run plan.yaml --output studies/first --jobs 2
        espalier study status studies/first
        espalier study report studies/first

      A plan names data sets, methods and their options, as they would be typed:
        verb: select
        seeds: 5
        options: {test-fraction: 0.2}
        data:
          madelon: {data: madelon.mat, target: Y}
        methods:
          entryprune:
          attribution: {method: rigl, importance: attribution}
        counts: [10, 20]
      Further keys: judges and settings are combined with the methods, skip
      leaves out runs by patterns of their names, and models, for prune units
      and prune layers, are trained first.
      """,
    subcommands: [
      RunStudy.self, ShowStudyStatus.self, ReportStudy.self, SubmitStudy.self, WorkOnStudy.self,
    ])
}
