// swift-tools-version: 6.0
import Foundation
import PackageDescription

/// Where libtorch's `include` and `lib` lie: `ASSAY_LIBTORCH`, or the folder that `Scripts/setup`
/// fills.
let libtorch =
  ProcessInfo.processInfo.environment["ASSAY_LIBTORCH"]
  ?? Context.packageDirectory + "/.assay/libtorch"

/// Where `Scripts/setup` compiled the conic solver SCS to.
let scs =
  Context.packageDirectory + "/.assay/scs"

/// Shims and system libraries; nothing above includes a C header.
let shims: [Target] = [
  .target(
    name: "CTorch",
    // Its loops over numbers are slow without optimization, and tests run them.
    cxxSettings: [.unsafeFlags(["-I\(libtorch)/include", "-w", "-O2"])],
    linkerSettings: [
      .unsafeFlags(["-L\(libtorch)/lib", "-Xlinker", "-rpath", "-Xlinker", "\(libtorch)/lib"]),
      .linkedLibrary("torch_cpu"), .linkedLibrary("c10"),
    ]),
  .target(
    name: "CONNX", cxxSettings: [.unsafeFlags(["-w"])],
    linkerSettings: [.linkedLibrary("onnx_proto"), .linkedLibrary("protobuf")]),
  .target(name: "CZip", linkerSettings: [.linkedLibrary("z")]),
  .target(
    name: "CImaging", linkerSettings: [.linkedLibrary("png16"), .linkedLibrary("jpeg")]),
  .target(name: "CCrypto", linkerSettings: [.linkedLibrary("crypto")]),
  .target(
    name: "CSCS", cSettings: [.unsafeFlags(["-I\(scs)/include", "-w"])],
    linkerSettings: [
      .unsafeFlags(["-L\(scs)/lib"]), .linkedLibrary("scsdir"), .linkedLibrary("openblas"),
    ]),
  .systemLibrary(name: "CSQLite"),
  .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq"),
  .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
  .target(name: "CMicroHTTPD", linkerSettings: [.linkedLibrary("microhttpd")]),
  .target(
    name: "CMarkup", cSettings: [.unsafeFlags(["-I/usr/include/libxml2"])],
    linkerSettings: [.linkedLibrary("xml2")]),
]

/// One target a room, lowest floor first; arrows point down only.
let rooms: [Target] = [
  .target(name: "Spelling"),
  .target(name: "Methods", dependencies: ["Spelling"]),
  .target(name: "Tensors", dependencies: ["CTorch"]),
  .target(name: "Networks", dependencies: ["Tensors", "CONNX", "CZip"]),
  .target(name: "Datasets", dependencies: ["Tensors", "CCrypto", "CZip", "CImaging"]),
  .target(name: "Models", dependencies: ["Networks"]),
  .target(name: "Training", dependencies: ["Datasets", "Methods", "Models"]),
  .target(name: "Architectures", dependencies: ["Models", "Networks"]),
  .target(name: "Attacks", dependencies: ["Methods", "Models"]),
  .target(
    name: "Certification", dependencies: ["CSCS", "Datasets", "Methods", "Models", "Training"]),
  .target(name: "Confidence", dependencies: ["Methods", "Models", "Networks"]),
  .target(name: "Explanation", dependencies: ["Methods", "Models"]),
  .target(
    name: "Hardening", dependencies: ["Datasets", "Methods", "Models", "Training"]),
  .target(name: "LanguageModels", dependencies: ["Networks", "Tensors"]),
  .target(
    name: "Audit",
    dependencies: [
      "Attacks", "Certification", "Confidence", "Datasets", "Explanation", "Hardening", "Methods",
    ]),
  .target(name: "Evidence", dependencies: ["Datasets", "Methods", "Models", "Tensors"]),
  .target(name: "Reports", dependencies: ["Audit", "Datasets", "Evidence"]),
  .target(
    name: "ExperimentSettings",
    dependencies: [
      "Architectures", "Datasets", "Evidence", "Models", "Networks", "Tensors", "Training",
    ],
    path: "Sources/Experiments/Settings"),
]

/// The experiments, one target a room, so that a change of one compiles its own room alone.
let experimentRooms: [(name: String, uses: [Target.Dependency])] = [
  ("Architectures", ["Architectures", "Training"]),
  ("Attacks", ["Attacks"]),
  ("Certification", ["Attacks", "Certification", "Training"]),
  ("Explanation", ["Explanation"]),
  ("Hardening", ["Hardening", "Training"]),
  ("Training", ["Attacks", "Hardening", "Training"]),
]

let settings: [Target.Dependency] = [
  "Datasets", "Evidence", "ExperimentSettings", "Methods", "Models", "Networks", "Tensors",
]

var experiments: [Target] = experimentRooms.map { room in
  .target(
    name: room.name + "Experiments", dependencies: settings + room.uses,
    path: "Sources/Experiments/" + room.name)
}

experiments.append(
  .target(
    name: "Experiments",
    dependencies: ["Evidence", "Methods"]
      + experimentRooms.map { Target.Dependency(stringLiteral: $0.name + "Experiments") },
    path: "Sources/Experiments", exclude: experimentRooms.map(\.name) + ["Settings"],
    sources: ["Experiments.swift"]))

/// What shows evidence: the cards, the desk, and all of it together.
let upperFloors: [Target] = [
  .target(
    name: "Catalogue", dependencies: ["Evidence", "Methods"],
    resources: [.copy("Resources/cards.jsonl")]),
  .target(
    name: "Desk",
    dependencies: [
      "CCurl", "CMarkup", "CPostgreSQL", "CSQLite", "Catalogue", "Evidence", "Experiments",
      "LanguageModels", "Reports", "Spelling", "Tensors",
    ]),
  .target(
    name: "Service",
    dependencies: [
      "CMicroHTTPD", "Catalogue", "Desk", "Evidence", "Experiments", "Reports",
    ], resources: [.copy("Assets")]),
  .target(
    name: "Assay",
    dependencies: [
      "Architectures", "Attacks", "Audit", "Catalogue", "Certification", "Confidence", "Datasets",
      "Evidence", "Experiments", "Explanation", "Hardening", "LanguageModels", "Methods", "Models",
      "Networks",
      "Reports", "Tensors", "Training",
    ]),
]

/// The command line, which holds no science.
let commands: [Target] = [
  .target(name: "Arguments", dependencies: ["Spelling"]),
  .executableTarget(
    name: "AssayCommand",
    dependencies: [
      "Architectures", "Arguments", "Attacks", "Audit", "Catalogue", "Certification", "Confidence",
      "Datasets", "Desk", "Evidence", "Experiments", "Explanation", "Hardening", "Methods",
      "Models",
      "Networks", "Reports", "Service", "Tensors", "Training",
    ]),
]

/// What `./bench` measures beside the peers; no product, so that only it builds them.
let benchmarks: [Target] = [
  .executableTarget(
    name: "AssayBenchmarks",
    dependencies: [
      "Architectures", "Attacks", "Certification", "Datasets", "Models", "Networks", "Tensors",
      "Training",
    ],
    path: "Benchmarks/Sources"),
  .executableTarget(
    name: "DeskBenchmarks", dependencies: ["Desk", "Evidence", "LanguageModels", "Tensors"],
    path: "Benchmarks/Desk", exclude: ["wrk"]),
  .executableTarget(
    name: "VerifyRandomly", dependencies: ["Tensors", "VerificationOracle"],
    path: "Benchmarks/VerifyRandomly"),
]

/// The README's examples, which the tests build and run.
let examples: [Target] = [
  .executableTarget(name: "AssaySnippets", dependencies: ["Assay"], path: "Examples/Snippets")
]

let tests: [Target] = [
  .target(
    name: "TestSupport", dependencies: ["Datasets", "Tensors"], path: "Tests/TestSupport",
    exclude: ["Mail"]),
  .target(
    name: "VerificationOracle", dependencies: ["Certification", "Models", "Networks", "Tensors"],
    path: "Tests/VerificationOracle"),
  .testTarget(name: "MethodsTests", dependencies: ["Methods"]),
  .testTarget(name: "SpellingTests", dependencies: ["Spelling"]),
  .testTarget(name: "TensorsTests", dependencies: ["Tensors", "TestSupport"]),
  .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "TestSupport"]),
  .testTarget(name: "NetworksTests", dependencies: ["Datasets", "Networks", "TestSupport"]),
  .testTarget(name: "ModelsTests", dependencies: ["Datasets", "Models", "TestSupport"]),
  .testTarget(
    name: "TrainingTests",
    dependencies: ["Datasets", "Models", "Networks", "Tensors", "TestSupport", "Training"]),
  .testTarget(
    name: "ArchitecturesTests",
    dependencies: ["Architectures", "Datasets", "Networks", "Tensors", "TestSupport", "Training"]),
  .testTarget(name: "AttacksTests", dependencies: ["Attacks", "Datasets", "TestSupport"]),
  .testTarget(name: "ConfidenceTests", dependencies: ["Confidence", "Datasets", "TestSupport"]),
  .testTarget(name: "ExplanationTests", dependencies: ["Datasets", "Explanation", "TestSupport"]),
  .testTarget(name: "HardeningTests", dependencies: ["Datasets", "Hardening", "TestSupport"]),
  .testTarget(
    name: "CertificationTests",
    dependencies: [
      "Attacks", "Certification", "Datasets", "TestSupport", "Training", "VerificationOracle",
    ]),
  .testTarget(
    name: "AuditTests",
    dependencies: [
      "Attacks", "Audit", "Confidence", "Datasets", "Explanation", "Hardening", "Models",
      "Networks",
      "Reports", "Tensors", "TestSupport",
    ]),
  .testTarget(
    name: "ReportsTests",
    dependencies: ["Audit", "Datasets", "Evidence", "Reports", "TestSupport"]),
  .testTarget(name: "EvidenceTests", dependencies: ["Datasets", "Evidence", "TestSupport"]),
  .testTarget(
    name: "ExperimentsTests",
    dependencies: [
      "Architectures", "Datasets", "Evidence", "ExperimentSettings", "Experiments", "Networks",
      "Tensors", "TestSupport", "Training",
    ]),
  .testTarget(
    name: "CatalogueTests",
    dependencies: [
      "Attacks", "Catalogue", "Certification", "Confidence", "Evidence", "Experiments",
      "Explanation",
      "Hardening", "Methods", "TestSupport", "Training",
    ]),
  .testTarget(
    name: "LanguageModelsTests",
    dependencies: ["Datasets", "LanguageModels", "Tensors", "TestSupport"]),
  .testTarget(
    name: "DeskTests",
    dependencies: ["Desk", "Evidence", "LanguageModels", "Tensors", "TestSupport"]),
  .testTarget(name: "ServiceTests", dependencies: ["Desk", "Evidence", "Service", "TestSupport"]),
  .testTarget(name: "ArgumentsTests", dependencies: ["Arguments"]),
  .testTarget(
    name: "AssayCommandTests",
    dependencies: [
      "AssayCommand", "Architectures", "Certification", "Datasets", "Evidence", "Experiments",
      "Networks", "Tensors", "TestSupport",
    ], exclude: ["Browser", "Slurm"]),
  .testTarget(
    name: "ExamplesTests", dependencies: ["AssayCommand", "AssaySnippets", "TestSupport"]),
]

let targets: [Target] =
  shims + rooms + experiments + upperFloors + commands + benchmarks + examples + tests

let package = Package(
  name: "Assay",
  products: [
    .library(name: "Assay", targets: ["Assay"]),
    .executable(name: "assay", targets: ["AssayCommand"]),
  ],
  targets: targets,
  cxxLanguageStandard: .cxx20
)

// The fuzz targets need their own build, with sanitizers; `Fuzz/run` makes it.
if ProcessInfo.processInfo.environment["ASSAY_FUZZ"] == "1" {
  package.targets += [
    .target(name: "FuzzMain", path: "Fuzz/Sources/FuzzMain"),
    .executableTarget(
      name: "FuzzNPZ", dependencies: ["Datasets", "FuzzMain"], path: "Fuzz/Sources/FuzzNPZ",
      swiftSettings: [.unsafeFlags(["-parse-as-library"])]),
    .executableTarget(
      name: "FuzzONNX", dependencies: ["FuzzMain", "Networks"], path: "Fuzz/Sources/FuzzONNX",
      swiftSettings: [.unsafeFlags(["-parse-as-library"])]),
    .executableTarget(
      name: "FuzzVNNLIB", dependencies: ["Certification", "FuzzMain", "Models", "Tensors"],
      path: "Fuzz/Sources/FuzzVNNLIB", swiftSettings: [.unsafeFlags(["-parse-as-library"])]),
  ]
}
