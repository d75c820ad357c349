@testable import Reports

extension SelectionReport {
  /// A report with every part.
  static func sample(runs seeds: Int = 5, name: String? = nil) -> SelectionReport {
    SelectionReport(
      title: name ?? "20 of 784 columns of train-images-idx3-ubyte.gz", producer: "Espalier 0.1",
      data: DataSummary(
        source: name ?? "train-images-idx3-ubyte.gz", rows: 70_000, columns: 784, classes: 10,
        hash: "9f31c07be2d54a18", trainingRows: 60_000, testRows: 10_000),
      method: name ?? "EntryPrune",
      settings: [
        Setting(name: name ?? "count", value: name ?? "20"),
        Setting(name: "regrowth", value: "gradient"), Setting(name: "threads", value: "1"),
      ],
      ranking: (0..<20).map { feature(place: $0, name: name) },
      runs: (0..<seeds).map { seed in
        Run(
          seed: UInt64(seed), rotations: 40, bestRotation: 25 + seed,
          judge: 0.961 + Double(seed) * 0.0012,
          losses: losses(seed: seed),
          elimination: [80, 61, 46, 35, 27, 20].map {
            .init(count: $0, loss: 0.1 + Double(seed) / 100 + 2 / Double($0))
          })
      },
      judge: Judge(
        learner: name ?? "svc", metric: name ?? "accuracy", higherIsBetter: true, mean: 0.9634,
        sd: 0.0019, allFeatures: 0.9792, random: 0.8713),
      stability: Interval(index: 0.62, low: 0.55, high: 0.69),
      image: ImageSize(height: 28, width: 28),
      notes: [name ?? "Column x12 is constant on the training rows and was left out."])
  }

  private static func feature(place: Int, name: String?) -> RankedFeature {
    let index = (place * 151 + 213) % 784
    let frequency = 1 - Double(place % 5) * 0.2
    return RankedFeature(
      rank: place + 1, index: index, name: name ?? "x\(index)", score: 3.1 / Double(place + 1),
      frequency: frequency)
  }

  private static func losses(seed: Int) -> [Double] {
    (0..<40).map { rotation in
      let time = Double(rotation - 25 - seed) / 25
      return 0.18 + 0.02 * Double(seed) + 0.35 * time * time
    }
  }
}
