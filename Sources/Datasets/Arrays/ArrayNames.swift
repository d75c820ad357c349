/// What people call the features of an array file, and the labels that belong to them.
enum ArrayNames {
  /// Names of features and of their labels; also with something before or behind them that both
  /// share, such as `x_train` and `y_train` or `train/data` and `train/target`.
  private static let pairs: [(features: String, labels: [String])] = [
    ("X", ["Y", "y", "gnd"]), ("fea", ["gnd"]), ("x", ["y"]),
    ("data", ["target", "labels", "label"]),
    ("features", ["labels", "target", "label"]), ("images", ["labels", "label"]),
  ]

  /// The array that is customarily the features, or nil.
  static func features(among names: [String]) -> String? {
    for suffix in ["", "_train"] {
      for pair in pairs {
        if let name = names.first(where: { $0 == pair.features + suffix }) { return name }
      }
    }
    return names.first { $0 == "train_X" || $0 == "train_x" || $0 == "train_images" }
  }

  /// The arrays that are customarily the labels of an array, the likeliest first.
  static func labels(of features: String, among names: [String]) -> [String] {
    var found: [String] = []
    for pair in pairs {
      for label in pair.labels {
        var candidates: [String] = []
        if features.hasPrefix(pair.features) {
          candidates.append(label + features.dropFirst(pair.features.count))
        }
        if features.hasSuffix(pair.features) {
          candidates.append(features.dropLast(pair.features.count) + label)
        }
        for name in candidates where names.contains(name) && !found.contains(name) {
          found.append(name)
        }
      }
    }
    return found
  }

  /// Whether an array of this name is never taken for features.
  static func isLabel(_ name: String) -> Bool {
    let word = name.split(separator: "/").last.map(String.init) ?? name
    return ["Y", "y", "gnd", "target", "targets", "labels", "label"].contains { label in
      word == label || word.hasPrefix(label + "_") || word.hasSuffix("_" + label)
    }
  }
}
