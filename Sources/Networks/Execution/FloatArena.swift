import Kernels
import Tensors

/// One block of floats that lives as long as the object and starts at a 64-byte boundary.
///
/// It has a single owner at a time: a plan or an optimizer, which a single thread runs.
package final class FloatArena {
  package let start: Floats
  package let count: Int

  package init(count: Int) {
    self.count = count
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
    start = raw.bindMemory(to: Float.self, capacity: max(count, 1))
    start.initialize(repeating: 0, count: count)
  }

  deinit {
    UnsafeMutableRawPointer(start).deallocate()
  }

  /// The memory it takes, in bytes.
  package var byteCount: Int { count * MemoryLayout<Float>.stride }

  package func fill(_ value: Float) {
    start.update(repeating: value, count: count)
  }
}
