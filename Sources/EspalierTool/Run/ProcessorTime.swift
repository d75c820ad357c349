import Foundation

/// The time that processors worked for this process, on all its threads together.
enum ProcessorTime {
  /// The seconds since the process began.
  static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
