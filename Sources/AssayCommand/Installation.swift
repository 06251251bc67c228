import Evidence
import Foundation

/// Where this copy of Assay keeps what belongs to it.
enum Installation {
  /// The package's folder: `ASSAY_ROOT`, which the launcher sets, or what the build folder is in.
  static var root: String {
    if let root = ProcessInfo.processInfo.environment["ASSAY_ROOT"] { return root }
    let path = Bundle.main.executablePath ?? CommandLine.arguments[0]
    let parts = path.components(separatedBy: "/.build/")
    return parts.count > 1 ? parts[0] : FileManager.default.currentDirectoryPath
  }

  /// The sources of this copy's experiments and methods; nil where it came without.
  static let experimentSources = ExperimentSources(root: root)

  /// The commit of this copy, with `+` where files were changed since; nil where there is no `git`
  /// or no repository.
  static let commit: String? = {
    func git(_ words: String...) -> String? {
      let process = Process()
      let pipe = Pipe()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["git", "-C", root] + words
      (process.standardOutput, process.standardError) = (pipe, FileHandle.nullDevice)
      guard (try? process.run()) != nil else { return nil }
      let output = pipe.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return process.terminationStatus == 0 ? String(decoding: output, as: UTF8.self) : nil
    }
    guard let commit = git("rev-parse", "HEAD")?.trimmingCharacters(in: .whitespacesAndNewlines)
    else { return nil }
    let changes = git("status", "--porcelain", "--untracked-files=no", "Sources") ?? ""
    return changes.isEmpty ? commit : commit + "+"
  }()

  /// This program.
  static var executable: String { Bundle.main.executablePath ?? CommandLine.arguments[0] }

  /// Where fetched data are kept: `ASSAY_HOME`, or a folder in the user's cache.
  static var cache: String {
    let environment = ProcessInfo.processInfo.environment
    if let home = environment["ASSAY_HOME"] { return home }
    let base = environment["XDG_CACHE_HOME"] ?? NSHomeDirectory() + "/.cache"
    return base + "/assay"
  }

  /// Where public datasets are kept.
  static var dataFolder: String { cache + "/data" }

  /// Where what the user made is kept, such as notes on papers: `ASSAY_HOME`, or a folder among the
  /// user's data.
  static var home: String {
    let environment = ProcessInfo.processInfo.environment
    if let home = environment["ASSAY_HOME"] { return home }
    let base = environment["XDG_DATA_HOME"] ?? NSHomeDirectory() + "/.local/share"
    return base + "/assay"
  }

  /// The model for searching papers by meaning, if set-up has fetched it.
  static var sentenceModel: String? {
    let folder = root + "/.assay/minilm"
    return FileManager.default.fileExists(atPath: folder + "/vocab.txt") ? folder : nil
  }

  /// The script that draws charts in reports, if set-up has made it.
  static var chartBundlePath: String { root + "/.assay/charts/vega-bundle.js" }

  static var dataFetcher: String { root + "/Scripts/fetch-data" }
  static var exampleModel: String { root + "/Examples/digits/digits.onnx" }
  static var exampleData: String { root + "/Examples/digits/digits-test.npz" }
}
