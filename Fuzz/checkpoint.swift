@testable import Formats
import Tensors
import Training

/// A checkpoint whose length and hash are set right, or nothing behind them would ever be looked at;
/// behind a byte of 255 a file as it is.
///
/// The container is a header up to a line end and the data, as in the target of safetensors.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let input = array(data, size)
  guard let first = input.first else { return 0 }
  let bytes = first == 255 ? Array(input[1...]) : sealed(Array(input[1...]))
  guard let file = try? CheckpointFile(bytes: bytes) else { return 0 }
  look(at: file.snapshot)
  // What was read and is written again is the same state.
  let again = try? CheckpointFile(bytes: file.parts.flatMap { $0 })
  precondition(again?.number == file.number)
  precondition(again.map { Safetensors($0.snapshot).bytes } == Safetensors(file.snapshot).bytes)
  return 0
}

/// Puts a container together, and head and hash before it.
private func sealed(_ input: [UInt8]) -> [UInt8] {
  let end = input.lastIndex(of: 0x0a) ?? input.count
  let length = (0..<8).map { UInt8(truncatingIfNeeded: end >> (8 * $0)) }
  return CheckpointFile.sealed(
    container: length + input[..<end] + input[min(end + 1, input.count)...], number: 1)
}

/// Takes everything for everything that a run may look for.
private func look(at snapshot: Snapshot) {
  _ = try? SparsePattern(restoredFrom: snapshot, rowCount: 2, columnCount: 3)
  _ = try? TrainingCost(restoredFrom: snapshot)
  _ = try? snapshot.epochs()
  _ = try? snapshot.textList()
  for name in snapshot.arrays.keys {
    _ = try? snapshot.random(name)
    _ = try? snapshot.order(name, count: 3)
    _ = try? snapshot.integer(name)
    _ = try? snapshot.double(name)
    _ = try? snapshot.flags(name)
    _ = try? snapshot.text(name)
    _ = try? snapshot.floats(name)
    _ = try? snapshot.int32s(name)
    _ = try? snapshot.words(name)
    _ = try? snapshot.shortWords(name)
  }
  for part in snapshot.parts.values { look(at: part) }
}
