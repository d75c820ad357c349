// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "Espalier",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Espalier", targets: ["Espalier"]),
    .executable(name: "espalier", targets: ["EspalierTool"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
  ],
  targets: [
    // C: what the machine computes.
    .systemLibrary(
      name: "CMatio", path: "Sources/SystemLibraries/CMatio", pkgConfig: "matio",
      providers: [.apt(["libmatio-dev"]), .brew(["libmatio"])]),
    .systemLibrary(
      name: "CLibSVM", path: "Sources/SystemLibraries/CLibSVM",
      providers: [.apt(["libsvm-dev"]), .brew(["libsvm"])]),
    .systemLibrary(
      name: "CZlib", path: "Sources/SystemLibraries/CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "CKernels"),
    .target(name: "COneDNN", linkerSettings: [.linkedLibrary("dnnl")]),

    // Swift, imports run downwards only.
    .target(name: "Kernels", dependencies: ["CKernels", "COneDNN"]),
    .target(name: "Tensors"),
    .target(name: "Datasets", dependencies: ["Tensors", "CMatio", "CZlib"]),
    .target(name: "Networks", dependencies: ["Tensors", "Kernels"]),
    .target(name: "Evaluation", dependencies: ["Tensors", "Datasets", "CLibSVM"]),
    .target(name: "Selection", dependencies: ["Tensors", "Datasets", "Networks", "Kernels"]),
    .target(
      name: "Reports",
      dependencies: [
        "Selection", "Evaluation", .product(name: "Mustache", package: "swift-mustache"),
      ]),
    .target(
      name: "Espalier",
      dependencies: ["Tensors", "Datasets", "Networks", "Evaluation", "Selection", "Reports"]),
    .executableTarget(
      name: "EspalierTool",
      dependencies: [
        "Espalier", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
