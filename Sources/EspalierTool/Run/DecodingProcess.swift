import Datasets
import Foundation

/// The program as a child of itself that reads one file and ends.
///
///     espalier decode MEMORY SECONDS PATH VARIABLE TRANSPOSED IMAGE-SIZE SKIP-BAD FORMAT
///
/// The table goes to descriptor 3, an error as JSON to standard output. The verb is no part of the
/// command line that users see.
enum DecodingProcess {
  static let verb = "decode"
  static let tableDescriptor: Int32 = 3
  /// The exit code for an error that stands on standard output.
  static let hasFailed: Int32 = 65

  /// Reads a file and ends, if that is what the program was started for.
  static func runIfAsked(_ arguments: [String]) {
    guard arguments.count == 10, arguments[1] == verb, let memory = UInt64(arguments[2]),
      let seconds = UInt64(arguments[3]), fcntl(tableDescriptor, F_GETFD) >= 0
    else { return }
    #if canImport(Glibc)
      limit(Int32(RLIMIT_AS.rawValue), memory)
      limit(Int32(RLIMIT_CPU.rawValue), seconds)
      limit(Int32(RLIMIT_CORE.rawValue), 0)
    #else
      limit(RLIMIT_AS, memory)
      limit(RLIMIT_CPU, seconds)
      limit(RLIMIT_CORE, 0)
    #endif
    var source = TableSource(paths: [arguments[4]])
    source.reading.variable = arguments[5].isEmpty ? nil : arguments[5]
    source.reading.isTransposed = arguments[6] == "1"
    let extents = arguments[7].split(separator: "x").compactMap { Int($0) }
    if extents.count >= 2 { source.reading.imageSize = (extents[0], extents[1]) }
    if extents.count == 3 { source.reading.imageChannels = extents[2] }
    source.reading.skipsBadImages = arguments[8] == "1"
    source.reading.format = FileFormat(rawValue: arguments[9])
    do throws(DatasetError) {
      try TableImage.write(try source.readTable(), to: tableDescriptor)
      exit(0)
    } catch {
      if let text = try? JSONEncoder().encode(error) { FileHandle.standardOutput.write(text) }
      exit(hasFailed)
    }
  }

  /// Lowers a limit of this process; at the limit of seconds it is killed by SIGXCPU.
  private static func limit(_ resource: Int32, _ value: UInt64) {
    var limits = rlimit()
    getrlimit(resource, &limits)
    limits.rlim_cur = min(limits.rlim_max, rlim_t(value))
    setrlimit(resource, &limits)
  }
}
