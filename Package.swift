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
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
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
    .systemLibrary(
      name: "CZip", path: "Sources/SystemLibraries/CZip", pkgConfig: "libzip",
      providers: [.apt(["libzip-dev"]), .brew(["libzip"])]),
    .systemLibrary(
      name: "CHDF5", path: "Sources/SystemLibraries/CHDF5", pkgConfig: "hdf5",
      providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),
    .systemLibrary(
      name: "CPNG", path: "Sources/SystemLibraries/CPNG", pkgConfig: "libpng",
      providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(
      name: "CTurboJPEG", path: "Sources/SystemLibraries/CTurboJPEG", pkgConfig: "libturbojpeg",
      providers: [.apt(["libturbojpeg0-dev"]), .brew(["jpeg-turbo"])]),
    .systemLibrary(
      name: "CCrypto", path: "Sources/SystemLibraries/CCrypto", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
    .target(name: "CKernels"),
    .target(name: "COneDNN", linkerSettings: [.linkedLibrary("dnnl")]),

    // Swift, imports run downwards only.
    .target(name: "Kernels", dependencies: ["CKernels", "COneDNN"]),
    .target(name: "Tensors"),
    .target(
      name: "Datasets",
      dependencies: ["Tensors", "CMatio", "CZlib", "CZip", "CHDF5", "CPNG", "CTurboJPEG"],
      linkerSettings: [
        .linkedLibrary("hdf5_serial", .when(platforms: [.linux])),
        .linkedLibrary("hdf5", .when(platforms: [.macOS])),
      ]),
    .target(name: "Networks", dependencies: ["Tensors", "Kernels"]),
    .target(name: "Evaluation", dependencies: ["Tensors", "Datasets", "CLibSVM"]),
    .target(name: "Training", dependencies: ["Tensors", "Datasets", "Networks", "Kernels"]),
    .target(
      name: "Formats",
      dependencies: [
        "Tensors", "Datasets", "Networks", "Training", "CCrypto",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["ONNX/Protobuf/onnx.proto"]),
    .target(
      name: "Selection",
      dependencies: ["Tensors", "Datasets", "Networks", "Kernels", "Training", "Evaluation"]),
    .target(
      name: "Pruning", dependencies: ["Tensors", "Datasets", "Networks", "Kernels", "Training"]),
    .target(
      name: "Reports",
      dependencies: [.product(name: "Mustache", package: "swift-mustache")]),
    .target(
      name: "Studies",
      dependencies: ["Tensors", "Datasets", "Formats", .product(name: "Yams", package: "Yams")]),
    .target(
      name: "Espalier",
      dependencies: [
        "Tensors", "Datasets", "Networks", "Training", "Pruning", "Formats", "Evaluation",
        "Selection", "Reports",
      ]),
    .executableTarget(
      name: "EspalierTool",
      dependencies: [
        "Espalier", "Studies",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Tests; each may see the internals of its target.
    .target(name: "CAllocationCounter", path: "Tests/Support/CAllocationCounter"),
    .target(
      name: "AllocationCounter", dependencies: ["CAllocationCounter"],
      path: "Tests/Support/AllocationCounter"),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors"], exclude: ["Fixtures"]),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels", "Tensors"]),
    .testTarget(
      name: "DatasetsTests",
      dependencies: ["Datasets", "CMatio", "CZlib", "CZip", "CHDF5", "CPNG", "CTurboJPEG"],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "NetworksTests", dependencies: ["Networks", "Kernels", "AllocationCounter"],
      exclude: ["Fixtures"]),
    .testTarget(name: "TrainingTests", dependencies: ["Training", "Networks", "Datasets"]),
    .testTarget(
      name: "FormatsTests", dependencies: ["Formats"], exclude: ["Fixtures"]),
    .testTarget(name: "EvaluationTests", dependencies: ["Evaluation"], exclude: ["Fixtures"]),
    .testTarget(
      name: "SelectionTests", dependencies: ["Selection", "Training"], exclude: ["Fixtures"]),
    .testTarget(name: "PruningTests", dependencies: ["Pruning", "Networks", "Training"]),
    .testTarget(name: "ReportsTests", dependencies: ["Reports"]),
    .testTarget(name: "StudiesTests", dependencies: ["Studies"], exclude: ["Fixtures"]),
    .testTarget(
      name: "EspalierToolTests", dependencies: ["EspalierTool", "Espalier"],
      exclude: ["Fixtures"]),
  ],
  swiftLanguageModes: [.v6]
)
