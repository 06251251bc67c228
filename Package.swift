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
    .target(name: "CZip", linkerSettings: [.linkedLibrary("z")]),
    .target(
      name: "CImaging", linkerSettings: [.linkedLibrary("png16"), .linkedLibrary("jpeg")]),
    .target(name: "Datasets", dependencies: ["Tensors", "CZip", "CImaging"]),
    .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "TestSupport"]),
    .target(name: "TestSupport", dependencies: ["Tensors"], path: "Tests/TestSupport"),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors", "TestSupport"]),
  ],
  cxxLanguageStandard: .cxx20
)

// The fuzz targets need their own build, with sanitizers; `Fuzz/run` makes it.
if ProcessInfo.processInfo.environment["ASSAY_FUZZ"] == "1" {
  package.targets += [
    .target(name: "FuzzMain", path: "Fuzz/Sources/FuzzMain"),
    .executableTarget(
      name: "FuzzNPZ", dependencies: ["Datasets", "FuzzMain"], path: "Fuzz/Sources/FuzzNPZ",
      swiftSettings: [.unsafeFlags(["-parse-as-library"])]),
  ]
}
