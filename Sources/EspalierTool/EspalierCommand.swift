import ArgumentParser

/// The command `espalier` with its verbs.
struct EspalierCommand: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "espalier",
    abstract: "Finds the inputs that matter, and says what accuracy remains with them alone.",
    discussion: """
      Example, on data whose truth is known:
        espalier generate correlated --output correlated.csv
        espalier select correlated.csv --target target --count 15 \\
          --test-fraction 0.2 --seeds 3 --baselines

      Results go to standard output, messages to standard error.
      Exit codes: 0 done, 64 wrong usage, 65 bad data, 66 missing input,
      70 own fault, 73 cannot write, 75 stopped early (with --output, run
      again with --resume), 130 interrupted with nothing to go on with.
      """,
    version: version,
    subcommands: [
      Generate.self, Inspect.self, Convert.self, Select.self, Transform.self, Evaluate.self,
      Train.self, Prune.self, Predict.self, Measure.self, Simplify.self,
      Report.self, Study.self,
    ])
}
