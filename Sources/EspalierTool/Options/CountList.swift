import ArgumentParser

/// Several counts with commas between them, such as `10,25,50`.
struct CountList: ExpressibleByArgument {
  /// The counts, ascending.
  let counts: [Int]

  init(counts: [Int]) { self.counts = counts }

  init?(argument: String) {
    let counts = argument.split(separator: ",").map { Int($0) }
    guard !counts.isEmpty, counts.allSatisfy({ ($0 ?? 0) >= 1 }) else { return nil }
    self.counts = Set(counts.compactMap { $0 }).sorted()
  }
}
