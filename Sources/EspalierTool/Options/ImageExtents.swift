import ArgumentParser
import Espalier

/// Height, width and channels of an image, as in 32x32x3.
struct ImageExtents: ExpressibleByArgument {
  let shape: Shape

  init?(argument: String) {
    let parts = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    let extents = parts.compactMap { $0 }
    guard parts.count == 3, extents.count == 3, extents.allSatisfy({ (1...4096).contains($0) })
    else { return nil }
    shape = Shape(extents)
  }
}
