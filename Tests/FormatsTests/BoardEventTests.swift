import Foundation
import Testing

@testable import Formats

@Suite("Event files of TensorBoard")
struct BoardEventTests {
  @Test("The checksum is CRC-32C, and is masked as records have it")
  func checksum() {
    // From RFC 3720, B.4, and the usual check value.
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
    #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xe306_9283)
    #expect(CRC32C.checksum([]) == 0)
    #expect(CRC32C.masked([]) == 0xa282_ead8)
  }

  @Test("A record is length, checksum, message, checksum; the message has the standard's fields")
  func record() {
    let event = BoardEvent(time: 1.5, step: 300, scalars: [.init(name: "a/b", value: 0.25)])
    let bytes = event.bytes
    let message: [UInt8] =
      [0x09, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f]  // wall_time = 1.5
      + [0x10, 0xac, 0x02]  // step = 300
      + [0x2a, 12, 0x0a, 10]  // summary, value
      + [0x0a, 3, 0x61, 0x2f, 0x62]  // tag = "a/b"
      + [0x15, 0, 0, 0x80, 0x3e]  // simple_value = 0.25
    #expect(Array(bytes[..<8]) == [UInt8(message.count), 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(bytes[12..<bytes.count - 4]) == message)
    func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
      bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
    #expect(number(bytes[8..<12]) == CRC32C.masked(Array(bytes[..<8])))
    #expect(number(bytes.suffix(4)) == CRC32C.masked(message))
  }

  @Test("A file begins with its version")
  func beginning() {
    let bytes = BoardEvent.beginning(time: 0)
    #expect(String(decoding: bytes, as: UTF8.self).contains("brain.Event:2"))
    #expect(bytes.count == 12 + 9 + 2 + 13 + 4)
  }
}
