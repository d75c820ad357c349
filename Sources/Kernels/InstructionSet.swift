import CKernels

/// The widest vectors that the package's own kernels use on this machine.
package enum InstructionSet: Int, Hashable, Sendable, CaseIterable {
  /// Those that every machine of the kind has: SSE2 or NEON.
  case base
  /// AVX2 with fused multiply-add.
  case avx2
  /// AVX-512.
  case avx512

  /// The one of this machine.
  package static let current = InstructionSet(rawValue: Int(espalier_instruction_set())) ?? .base
}
