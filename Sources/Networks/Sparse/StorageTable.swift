import Tensors

/// From which density on a sparse layer computes faster as a dense matrix.
enum StorageTable {
  static func prefersDense(_ pattern: SparsePattern, batchCount: Int) -> Bool {
    pattern.density > 0.3
  }
}
