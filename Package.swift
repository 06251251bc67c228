// swift-tools-version: 6.0
import Foundation
import PackageDescription

/// Where libtorch's `include` and `lib` lie: `ASSAY_LIBTORCH`, or the folder that `Scripts/setup` fills.
let libtorch =
  ProcessInfo.processInfo.environment["ASSAY_LIBTORCH"]
  ?? Context.packageDirectory + "/.assay/libtorch"

let package = Package(
  name: "Assay",
  products: [],
  targets: [
    .target(
      name: "CTorch",
      cxxSettings: [.unsafeFlags(["-I\(libtorch)/include", "-w"])],
      linkerSettings: [
        .unsafeFlags(["-L\(libtorch)/lib", "-Xlinker", "-rpath", "-Xlinker", "\(libtorch)/lib"]),
        .linkedLibrary("torch_cpu"), .linkedLibrary("c10"),
      ]),
    .target(name: "Tensors", dependencies: ["CTorch"]),
    .target(
      name: "CONNX", cxxSettings: [.unsafeFlags(["-w"])],
      linkerSettings: [.linkedLibrary("onnx_proto"), .linkedLibrary("protobuf")]),
    .target(name: "Networks", dependencies: ["Tensors", "CONNX"]),
    .target(name: "Models", dependencies: ["Networks"]),
    .target(name: "Attacks", dependencies: ["Models"]),
    .target(name: "Confidence", dependencies: ["Models"]),
    .target(name: "Explanation", dependencies: ["Models"]),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors"]),
    .target(name: "Arguments"),
    .testTarget(name: "ArgumentsTests", dependencies: ["Arguments"]),
    .target(name: "Audit"),
    .testTarget(name: "AuditTests", dependencies: ["Audit"]),
    .target(name: "Reports", dependencies: ["Audit"]),
    .testTarget(name: "ReportsTests", dependencies: ["Audit", "Reports"]),
  ],
  cxxLanguageStandard: .cxx20
)
