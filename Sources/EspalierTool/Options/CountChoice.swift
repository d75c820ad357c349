import ArgumentParser

/// How many columns are wanted: a number, or `auto` for what a path over several finds.
enum CountChoice: ExpressibleByArgument, Equatable {
  case number(Int)
  case auto

  init?(argument: String) {
    if argument == "auto" {
      self = .auto
    } else if let number = Int(argument) {
      self = .number(number)
    } else {
      return nil
    }
  }

  /// The counts that `auto` tries, each about half as many again as the one before.
  ///
  /// - Parameter limit: How many there are to choose from.
  /// - Returns: The counts, ascending, at most a half of all.
  static func tried(upTo limit: Int) -> [Int] {
    let counts = [2, 3, 5, 7, 10, 15, 20, 30, 45, 65, 100]
    let fitting = counts.filter { $0 <= max(limit / 2, 1) }
    return fitting.isEmpty ? [1] : fitting
  }
}
