import ArgumentParser

/// A number of bytes as people write it: 500MB, 2GB, 1.5 GiB, or plain bytes.
struct ByteCount: ExpressibleByArgument {
  let count: Int

  init?(argument: String) {
    let text = argument.lowercased().filter { $0 != " " }
    let number = text.prefix { $0.isNumber || $0 == "." }
    let units = [
      "": 1, "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "kib": 1024.0,
      "mib": 1_048_576, "gib": 1_073_741_824, "k": 1e3, "m": 1e6, "g": 1e9,
    ]
    guard let value = Double(number), let unit = units[String(text.dropFirst(number.count))],
      value * unit >= 1, value * unit < 1e18
    else { return nil }
    count = Int(value * unit)
  }
}
