import ArgumentParser

/// `espalier prune`: a trained network made smaller.
struct Prune: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes a trained network smaller: narrower, or shallower.",
    discussion: """
      Examples:
        espalier prune units runs/auto table.csv --target class \\
          --test-fraction 0.2 --max-drop 0.01 --output small
        espalier prune layers runs/relu table.csv --target class \\
          --test-fraction 0.2 --max-drop 0.01 --output shallow
      """,
    subcommands: [PruneUnits.self, PruneLayers.self])
}
