import Espalier

/// One generation of a checkpoint: a snapshot with a number, sealed by a checksum.
///
///     8 bytes    "ESPALCKP"
///     UInt64     version of the format, 1
///     UInt64     number of the generation; the larger one is the newer
///     UInt64     length of what follows the checksum
///     UInt64     checksum of all of the file but itself
///                the snapshot
struct CheckpointFile {
  var number: UInt64
  var snapshot: Snapshot

  private static let magic = Array("ESPALCKP".utf8)
  private static let version: UInt64 = 1
  private static let headerCount = 40

  /// The file as bytes.
  var encoded: [UInt8] {
    let body = snapshot.encoded
    var bytes = Self.magic
    for word in [Self.version, number, UInt64(body.count), 0] {
      withUnsafeBytes(of: word.littleEndian) { bytes += $0 }
    }
    bytes += body
    let checksum = Self.checksum(bytes)
    withUnsafeBytes(of: checksum.littleEndian) { bytes.replaceSubrange(32..<40, with: $0) }
    return bytes
  }

  init(number: UInt64, snapshot: Snapshot) {
    self.number = number
    self.snapshot = snapshot
  }

  /// Reads a file.
  ///
  /// - Parameter bytes: All of it.
  /// - Throws: `SnapshotError.damaged` for anything but what ``encoded`` writes.
  init(encoded bytes: [UInt8]) throws(SnapshotError) {
    guard bytes.count >= Self.headerCount, bytes.starts(with: Self.magic) else {
      throw .damaged("it is no checkpoint")
    }
    func word(_ offset: Int) -> UInt64 {
      bytes.withUnsafeBytes {
        UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      }
    }
    guard word(8) == Self.version else { throw .damaged("it is of another version") }
    guard word(24) == UInt64(bytes.count - Self.headerCount) else {
      throw .damaged("it is cut off")
    }
    var cleared = bytes
    cleared.replaceSubrange(32..<40, with: repeatElement(0, count: 8))
    guard Self.checksum(cleared) == word(32) else { throw .damaged("its checksum is wrong") }
    number = word(16)
    do {
      snapshot = try bytes.withUnsafeBytes {
        try Snapshot(encoded: UnsafeRawBufferPointer(rebasing: $0[Self.headerCount...]))
      }
    } catch let error as SnapshotError {
      throw error
    } catch {
      throw .damaged("\(error)")
    }
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt64 {
    bytes.withUnsafeBytes { ColumnStore.checksum($0[...]) }
  }
}
