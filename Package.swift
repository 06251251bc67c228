// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "Assay",
  products: [],
  targets: [
    .target(name: "Arguments"),
    .testTarget(name: "ArgumentsTests", dependencies: ["Arguments"]),
    .target(name: "Audit"),
    .target(name: "Reports", dependencies: ["Audit"]),
    .testTarget(name: "ReportsTests", dependencies: ["Reports"]),
  ]
)
