/// How the columns are scaled before the network sees them, always by the training rows alone.
public enum InputScaling: String, Hashable, Sendable, Codable, CaseIterable {
  /// To 0...1.
  case minMax = "minmax"
  /// To mean 0 and standard deviation 1.
  case standard
  /// log(1 + x), then to 0...1; for counts.
  case logarithmMinMax = "log-minmax"
}
