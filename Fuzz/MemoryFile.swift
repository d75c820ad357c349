import Foundation

/// A file in memory that readers open by its path.
final class MemoryFile: @unchecked Sendable {
  static let shared = MemoryFile()
  private let descriptor: Int32
  let path: String

  private init() {
    let name = "/dev/shm/espalier-fuzz-\(getpid())"
    descriptor = open(name, O_RDWR | O_CREAT | O_TRUNC, 0o600)
    path = "/proc/self/fd/\(descriptor)"
    unlink(name)
  }

  /// Makes bytes the whole content.
  func hold(_ bytes: UnsafeRawBufferPointer) {
    ftruncate(descriptor, 0)
    pwrite(descriptor, bytes.baseAddress, bytes.count, 0)
  }
}
