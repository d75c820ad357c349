import ArgumentParser

/// `espalier prune`: a trained network made smaller.
struct Prune: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes a trained network smaller: narrower.",
    discussion: """
      Example:
        espalier prune units runs/auto table.csv --target class \\
          --test-fraction 0.2 --max-drop 0.01 --output small
      """,
    subcommands: [PruneUnits.self])
}
