import Datasets
import Foundation

extension TableDecoder {
  /// Reads files in a child process, so that a crash of a library is an error like any other.
  static let inOtherProcess = TableDecoder(name: "other process") {
    path, library, options throws(DatasetError) in
    try IsolatedDecoder(path: path, library: library).table(options)
  }
}

/// Starts the program anew to read one file, and takes over the table.
private struct IsolatedDecoder {
  let path: String
  let library: String

  /// The child may take that much memory: a fixed part, and copies of what the file may hold.
  private var memory: Int { (4 << 30) + 64 * byteCount }
  /// The seconds that the child may compute.
  private var seconds: Int { 20 + byteCount / 500_000 }
  private let byteCount: Int

  init(path: String, library: String) {
    self.path = path
    self.library = library
    byteCount = Self.byteCount(path)
  }

  /// The size of a file, or of all files of a folder.
  private static func byteCount(_ path: String) -> Int {
    var status = stat()
    guard stat(path, &status) == 0 else { return 0 }
    guard status.st_mode & S_IFMT == S_IFDIR else { return Int(status.st_size) }
    let files = FileManager.default.enumerator(
      at: URL(fileURLWithPath: path), includingPropertiesForKeys: [.fileSizeKey])
    var sum = 0
    while let file = files?.nextObject() as? URL {
      sum += (try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0
    }
    return sum
  }

  func table(_ options: ReadingOptions) throws(DatasetError) -> Table {
    let file: TemporaryFile
    do {
      file = try TemporaryFile(in: NSTemporaryDirectory())
    } catch {
      throw failure("no temporary file: \(error.reason)")
    }
    defer { withExtendedLifetime(file) {} }
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw failure("no pipe") }
    defer { close(ends[0]) }
    let child: pid_t
    do {
      defer { close(ends[1]) }
      child = try start(options, table: file.descriptor, messages: ends[1])
    }
    let message = FileHandle(fileDescriptor: ends[0], closeOnDealloc: false).readDataToEndOfFile()
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    if signal == SIGXCPU {
      throw .libraryTooSlow(path: path, library: library, seconds: seconds)
    }
    if signal != 0 { throw .libraryCrashed(path: path, library: library, signal: Int(signal)) }
    if let error = try? JSONDecoder().decode(DatasetError.self, from: message) { throw error }
    guard status == 0, let table = TableImage.read(from: file.descriptor) else {
      throw failure("\(library) ended with status \(status >> 8 & 0xff) and without a table")
    }
    return table
  }

  private func failure(_ reason: String) -> DatasetError { .unreadable(path: path, reason: reason) }

  private func start(
    _ options: ReadingOptions, table: Int32, messages: Int32
  ) throws(DatasetError) -> pid_t {
    guard let program = Bundle.main.executablePath else { throw failure("the program has no name") }
    #if canImport(Glibc) || canImport(Musl)
      var actions = posix_spawn_file_actions_t()
    #else
      var actions: posix_spawn_file_actions_t?
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, messages, 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, table, DecodingProcess.tableDescriptor)
    let channels = options.imageChannels.map { "x\($0)" } ?? ""
    let size = options.imageSize.map { "\($0.height)x\($0.width)\(channels)" } ?? ""
    let texts = [
      program, DecodingProcess.verb, "\(memory)", "\(seconds)", path, options.variable ?? "",
      options.isTransposed ? "1" : "0", size, options.skipsBadImages ? "1" : "0",
      options.format?.rawValue ?? "",
    ]
    var arguments: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, program, &actions, nil, &arguments, environ)
    guard code == 0 else { throw failure("no child process: \(String(cString: strerror(code)))") }
    return child
  }
}
