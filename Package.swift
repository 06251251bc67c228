// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "Assay",
  products: [],
  targets: [
    .target(name: "Arguments"),
    .testTarget(name: "ArgumentsTests", dependencies: ["Arguments"]),
    .target(name: "Audit"),
    .testTarget(name: "AuditTests", dependencies: ["Audit"]),
    .target(name: "Reports", dependencies: ["Audit"]),
    .testTarget(name: "ReportsTests", dependencies: ["Audit", "Reports"]),
  ]
)
