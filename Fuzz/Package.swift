// swift-tools-version: 6.1
import PackageDescription

// Programs that feed damaged files to the readers; see Scripts/fuzz-decoders.
let package = Package(
  name: "Fuzz",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "Espalier", path: "..")],
  targets: [
    .executableTarget(
      name: "Decoders", dependencies: [.product(name: "Espalier", package: "Espalier")],
      path: "Decoders")
  ],
  swiftLanguageModes: [.v6]
)
