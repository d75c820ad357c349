import Tensors

/// One generation of a checkpoint: a snapshot with a number, sealed by a hash.
///
///     8 bytes    "ESPALCKP"
///     UInt64     version of the format, 1
///     UInt64     number of the generation; the larger one is the newer
///     UInt64     length of the container
///     64 bytes   SHA-256 of the 32 bytes before it and of the container, in hexadecimal digits
///                the snapshot as a safetensors container
package struct CheckpointFile: Sendable {
  /// The number of the generation.
  package var number: UInt64
  /// The state.
  package var snapshot: Snapshot

  private static let magic = Array("ESPALCKP".utf8)
  private static let version: UInt64 = 1
  private static let headCount = 32
  private static let sealCount = 64

  /// Creates a generation.
  package init(number: UInt64, snapshot: Snapshot) {
    self.number = number
    self.snapshot = snapshot
  }

  /// The parts of the file in their order: head and seal, and the container.
  package var parts: [[UInt8]] {
    let container = Safetensors(snapshot).bytes
    return [Self.head(of: container, number: number), container]
  }

  /// A container as a file, whatever is in it.
  static func sealed(container: [UInt8], number: UInt64) -> [UInt8] {
    head(of: container, number: number) + container
  }

  private static func head(of container: [UInt8], number: UInt64) -> [UInt8] {
    var head = magic
    for word in [version, number, UInt64(container.count)] {
      withUnsafeBytes(of: word.littleEndian) { head += $0 }
    }
    return head + head.withUnsafeBytes { head in container.withUnsafeBytes { seal(head, $0) } }
  }

  /// Reads a file.
  ///
  /// - Parameter bytes: All of it.
  /// - Throws: `SnapshotError.damaged` for anything but what ``parts`` are.
  package init(bytes: [UInt8]) throws(SnapshotError) {
    let start = Self.headCount + Self.sealCount
    guard bytes.count >= start, bytes.starts(with: Self.magic) else {
      throw .damaged("it is no checkpoint")
    }
    let words = bytes.withUnsafeBytes { bytes in
      [8, 16, 24].map {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self))
      }
    }
    guard words[0] == Self.version else { throw .damaged("it is of another version") }
    guard words[2] == UInt64(bytes.count - start) else { throw .damaged("it is cut off") }
    let seal = bytes.withUnsafeBytes {
      Self.seal(
        UnsafeRawBufferPointer(rebasing: $0[..<Self.headCount]),
        UnsafeRawBufferPointer(rebasing: $0[start...]))
    }
    guard seal.elementsEqual(bytes[Self.headCount..<start]) else {
      throw .damaged("its checksum is wrong")
    }
    number = words[1]
    do {
      snapshot = try Safetensors(bytes: Array(bytes[start...]), path: "checkpoint").snapshot()
    } catch let error as SnapshotError {
      throw error
    } catch {
      throw .damaged("\(error)")
    }
  }

  private static func seal(
    _ head: UnsafeRawBufferPointer, _ container: UnsafeRawBufferPointer
  ) -> [UInt8] {
    var hash = SHA256()
    hash.combine(head)
    hash.combine(container)
    return Array(hash.text.utf8)
  }
}
