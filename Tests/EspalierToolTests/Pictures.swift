import Foundation

/// Files of images for tests.
enum Pictures {
  /// A PNG file of pixels of one channel or three, not compressed.
  static func png(_ height: Int, _ width: Int, channels: Int, _ pixels: [UInt8]) -> Data {
    var data = Data([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
    let kind: [UInt8] = [8, channels == 3 ? 2 : 0, 0, 0, 0]
    data.append(chunk("IHDR", word(width) + word(height) + kind))
    let line = width * channels
    var lines: [UInt8] = []
    for row in 0..<height {
      lines.append(0)
      lines += pixels[row * line..<(row + 1) * line]
    }
    let length = [UInt8(lines.count & 0xff), UInt8(lines.count >> 8)]  // one block: below 64 KiB
    var packed: [UInt8] = [0x78, 1, 1]
    packed += length
    packed += length.map { ~$0 }
    packed += lines
    packed += word(adler(lines))
    data.append(chunk("IDAT", packed))
    data.append(chunk("IEND", []))
    return data
  }

  /// Records of CIFAR-10 whose pixels tell the label.
  static func cifar(_ labels: [UInt8]) -> Data {
    var data = Data()
    for (row, label) in labels.enumerated() {
      data.append(label)
      for place in 0..<3072 {
        let channel = place / 1024 + 1
        let noise = (row * 31 + place * 17) % 40
        data.append(UInt8(channel * Int(label) * 7 + noise))
      }
    }
    return data
  }

  private static func word(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { (shift: Int) in UInt8((value >> shift) & 0xff) }
  }

  private static func chunk(_ kind: String, _ content: [UInt8]) -> Data {
    let body = Array(kind.utf8) + content
    var bytes = word(content.count)
    bytes += body
    bytes += word(Int(cyclic(body)))
    return Data(bytes)
  }

  private static func adler(_ bytes: [UInt8]) -> Int {
    var (low, high) = (1, 0)
    for byte in bytes {
      low = (low + Int(byte)) % 65521
      high = (high + low) % 65521
    }
    return high << 16 | low
  }

  private static func cyclic(_ bytes: [UInt8]) -> UInt32 {
    var sum: UInt32 = 0xffff_ffff
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 {
        let mask: UInt32 = sum & 1 == 1 ? 0xedb8_8320 : 0
        sum = (sum >> 1) ^ mask
      }
    }
    return ~sum
  }
}
