import Kernels
import Tensors

/// From which density on a sparse layer computes faster as a dense matrix.
///
/// Measured by `Scripts/measure-storage` (forward, backward and Adam; one AVX-512 core, Zen 4): the
/// larger a layer, the earlier its inputs leave the cache, which a dense product is blocked for and
/// a sparse one is not. Up to these densities the sparse layer is also faster than a dense one
/// of the same shape. Above them it is not. With 784 x 1000 weights that stay where they are and
/// 100 rows it takes 4 % longer at a density of 0.5 than a layer that is dense all through, 16 % at
/// 0.9; at 16 rows 30 % and 71 %. Connections of different ages cost another tenth.
enum StorageTable {
  /// The density from which on a layer of so many weights is dense, for batches up to 64 rows and
  /// for larger ones.
  private struct Entry {
    let weightCount: Int
    let smallBatch, largeBatch: Double
  }

  private static let avx512 = [
    Entry(weightCount: 30_000, smallBatch: 1, largeBatch: 0.6),
    Entry(weightCount: 300_000, smallBatch: 0.67, largeBatch: 0.52),
    Entry(weightCount: 2_000_000, smallBatch: 0.47, largeBatch: 0.47),
    Entry(weightCount: .max, smallBatch: 0.34, largeBatch: 0.3),
  ]

  /// Narrower vectors were not measured; both kinds of product slow down alike.
  private static let other = [Entry(weightCount: .max, smallBatch: 0.4, largeBatch: 0.4)]

  /// Whether a layer is to compute as a dense matrix.
  ///
  /// - Parameters:
  ///   - pattern: The connections.
  ///   - batchCount: The rows of a batch.
  ///   - instructionSet: The vectors of the machine.
  /// - Returns: Whether it is.
  static func prefersDense(
    _ pattern: SparsePattern, batchCount: Int, instructionSet: InstructionSet = .current
  ) -> Bool {
    let weightCount = pattern.rowCount * pattern.columnCount
    let table = instructionSet == .avx512 ? avx512 : other
    guard let entry = table.first(where: { weightCount <= $0.weightCount }) else { return false }
    return pattern.density > (batchCount <= 64 ? entry.smallBatch : entry.largeBatch)
  }
}
