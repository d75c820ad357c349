import CCrypto
import Tensors

/// The hash function SHA-256, by libcrypto.
package struct SHA256 {
  private let context = Context()

  /// Begins a hash of no bytes.
  package init() {}

  /// Takes in bytes.
  ///
  /// - Parameter bytes: The bytes, which count behind those before.
  package mutating func combine(_ bytes: UnsafeRawBufferPointer) {
    require(
      EVP_DigestUpdate(context.pointer, bytes.baseAddress, bytes.count) == 1,
      "SHA256: libcrypto takes no bytes")
  }

  /// The hash in 64 hexadecimal digits; nothing can be taken in afterwards.
  package var text: String {
    var digest = [UInt8](repeating: 0, count: 32)
    require(
      EVP_DigestFinal_ex(context.pointer, &digest, nil) == 1, "SHA256: libcrypto gives no hash")
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  /// Owns what libcrypto allocates.
  private final class Context {
    let pointer: OpaquePointer

    init() {
      guard let pointer = EVP_MD_CTX_new(), EVP_DigestInit_ex(pointer, EVP_sha256(), nil) == 1
      else { fatalError("SHA256: libcrypto has no SHA-256") }
      self.pointer = pointer
    }

    deinit { EVP_MD_CTX_free(pointer) }
  }
}
