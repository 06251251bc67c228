import Foundation

/// What Assay looks for on a machine.
enum Doctor {
  struct Item {
    let name: String
    let path: String
    let remedy: String

    var isThere: Bool { FileManager.default.fileExists(atPath: path) }

    var line: String {
      isThere ? "found    \(name): \(path)" : "MISSING  \(name): \(path) (\(remedy))"
    }
  }

  static var items: [Item] {
    [
      Item(
        name: "script for charts", path: Installation.chartBundlePath,
        remedy: "reports show tables instead; run Scripts/setup"),
      Item(
        name: "example model", path: Installation.exampleModel, remedy: "check the file out again"),
      Item(
        name: "example data", path: Installation.exampleData, remedy: "check the file out again"),
      Item(
        name: "fetcher of public data", path: Installation.dataFetcher,
        remedy: "run Assay from its package folder"),
    ]
  }
}
