import Tensors

/// Bytes that a table lies in: allocated, or a file mapped into memory.
///
/// They are written before anybody else sees them and never afterwards, so that any thread may
/// read them.
package final class StoreMemory: @unchecked Sendable {
  package let bytes: UnsafeRawBufferPointer
  private let release: (UnsafeRawBufferPointer) -> Void

  /// Takes over bytes that somebody else allocated.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - release: Gives them back.
  init(_ bytes: UnsafeRawBufferPointer, release: @escaping (UnsafeRawBufferPointer) -> Void) {
    self.bytes = bytes
    self.release = release
  }

  /// Allocates bytes and fills them.
  ///
  /// - Parameters:
  ///   - byteCount: How many.
  ///   - fill: Writes all of them.
  /// - Throws: What the closure throws.
  convenience init<Failure: Error>(
    byteCount: Int, fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: max(byteCount, 1), alignment: 64)
    do throws(Failure) {
      try fill(UnsafeMutableRawBufferPointer(rebasing: bytes[..<byteCount]))
    } catch {
      bytes.deallocate()
      throw error
    }
    self.init(UnsafeRawBufferPointer(bytes)) { $0.deallocate() }
  }

  /// Copies an array.
  ///
  /// - Parameter elements: What to copy.
  package convenience init<Element: BitwiseCopyable>(_ elements: [Element]) {
    self.init(byteCount: elements.count * MemoryLayout<Element>.stride) { bytes in
      elements.withUnsafeBytes { bytes.copyMemory(from: $0) }
    }
  }

  deinit {
    release(bytes)
  }
}
