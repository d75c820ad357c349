#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How the learning rate changes over training, as a factor of the optimizer's own rate.
public indirect enum LearningRateSchedule: Hashable, Sendable, Codable {
  /// The rate stays as it is.
  case constant
  /// The rate is multiplied by `factor` after every `interval` epochs.
  case step(interval: Int, factor: Float)
  /// The rate is multiplied by `factor` after each of these numbers of epochs, which rise.
  case milestones([Int], factor: Float)
  /// The rate falls from 1 to `final` along half a cosine.
  case cosine(final: Float)
  /// The rate grows in equal steps over so many epochs, then follows another schedule over the rest.
  case warmUp(epochs: Int, then: LearningRateSchedule)

  /// The factor in one epoch.
  ///
  /// - Parameters:
  ///   - epoch: The epoch, from 0.
  ///   - epochCount: The number of epochs in all, at least 1.
  /// - Returns: The factor of the optimizer's learning rate.
  public func factor(epoch: Int, of epochCount: Int) -> Float {
    switch self {
    case .constant:
      return 1
    case .step(let interval, let factor):
      return powf(factor, Float(epoch / max(interval, 1)))
    case .milestones(let epochs, let factor):
      return powf(factor, Float(epochs.count { $0 <= epoch }))
    case .cosine(let final):
      let progress = Float(epoch) / Float(max(epochCount - 1, 1))
      return final + (1 - final) * 0.5 * (1 + cosf(.pi * progress))
    case .warmUp(let epochs, let schedule):
      if epoch < epochs { return Float(epoch + 1) / Float(epochs + 1) }
      return schedule.factor(epoch: epoch - epochs, of: max(epochCount - epochs, 1))
    }
  }
}
