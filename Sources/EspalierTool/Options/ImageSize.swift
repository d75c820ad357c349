import ArgumentParser

/// The extents of an image as they are typed: height x width.
struct ImageSize: ExpressibleByArgument {
  let height: Int
  let width: Int

  init?(argument: String) {
    let extents = argument.split(separator: "x").compactMap { Int($0) }
    guard argument.split(separator: "x", omittingEmptySubsequences: false).count == 2,
      extents.count == 2, extents.allSatisfy({ (1...4096).contains($0) })
    else { return nil }
    (height, width) = (extents[0], extents[1])
  }

  var text: String { "\(height)x\(width)" }
}
