import Datasets
import Foundation
import Networks
import Tensors
import Training

/// Networks that many experiments start from, trained by the first that asks and then kept.
///
/// A network's file is named after the SHA-256 digest of everything that decides its parameters: its
/// name, the parameters that it starts from, the data, the recipe, and `codeVersion`. The file
/// appears whole or not at all, holds the digest of its numbers, and is made anew if it does not
/// match. Several threads and processes may ask at once: one trains, the others wait for it.
///
/// The bits of a training depend on the machine and its number of threads, of which the name says
/// nothing: a network that was trained elsewhere is as good.
package struct TrainedOnce: Sendable {
  /// Where networks are kept; made when the first is.
  package let folder: String

  /// To be raised when training by the same recipe comes to other parameters.
  package static let codeVersion = 1

  /// - Parameter folder: where networks are kept; `standardFolder` if left out.
  package init(folder: String = TrainedOnce.standardFolder) {
    self.folder = folder
  }

  /// `stand-ins` in `ASSAY_HOME`, or in Assay's folder in the user's cache.
  package static var standardFolder: String {
    let environment = ProcessInfo.processInfo.environment
    if let home = environment["ASSAY_HOME"] { return home + "/stand-ins" }
    let base = environment["XDG_CACHE_HOME"] ?? NSHomeDirectory() + "/.cache"
    return base + "/assay/stand-ins"
  }

  /// Returns the networks that `train` makes of `start`, from their file if there is one.
  ///
  /// - Parameters:
  ///   - name: what the networks are called, which tells apart what is trained by other losses.
  ///   - start: the networks before training.
  ///   - data: everything that they are trained on and chosen by.
  ///   - recipe: what they are trained by.
  ///   - train: makes the trained networks; called once if the file is not there.
  /// - Throws: what `train` throws, and `NetworkError.cannotWrite`.
  package func networks(
    _ name: String, from start: [Network], on data: [Dataset], by recipe: TrainingRecipe,
    train: ([Network]) throws -> [Network]
  ) throws -> [Network] {
    let key = try Key(
      codeVersion: Self.codeVersion, name: name, start: start.contentDigest,
      data: data.map(\.digest), recipe: recipe
    ).digest
    let path = "\(folder)/\(name)-\(key).safetensors"
    if let kept = start.loadingKept(path) { return kept }
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    let lock = try FileLock(path: path + ".lock")
    return try lock.whileHeld {
      if let kept = start.loadingKept(path) { return kept }
      let trained = try train(start)
      var file = trained.safeTensors
      file.metadata[digestName] = trained.contentDigest
      try file.write(to: path)
      return trained
    }
  }

  /// Returns the network that `train` makes of `start`, as `networks` does for several.
  ///
  /// - Throws: what `train` throws, and `NetworkError.cannotWrite`.
  package func network(
    _ name: String, from start: Network, on data: [Dataset], by recipe: TrainingRecipe,
    train: (Network) throws -> Network
  ) throws -> Network {
    try networks(name, from: [start], on: data, by: recipe) { [try train($0[0])] }[0]
  }
}

/// What decides the parameters of networks.
private struct Key: Encodable {
  let codeVersion: Int
  let name: String
  let start: String
  let data: [String]
  let recipe: TrainingRecipe

  var digest: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return FileDigest.sha256(of: try encoder.encode(self))
    }
  }
}

/// What the digest of the numbers is called in a file.
private let digestName = "assay.sha256"

extension [Network] {
  /// All parameters and buffers, named after the place of their network.
  fileprivate var safeTensors: SafeTensors {
    var all: [String: Tensor] = [:]
    for (place, network) in enumerated() {
      for (name, tensor) in network.safeTensors.tensors { all["\(place).\(name)"] = tensor }
    }
    return SafeTensors(all)
  }

  /// The digest of names, shapes and numbers of all parameters and buffers.
  fileprivate var contentDigest: String { FileDigest.sha256(of: safeTensors.encoded()) }

  /// These networks with the parameters of a file; nil if it is not there or not as it was written.
  fileprivate func loadingKept(_ path: String) -> [Network]? {
    guard let file = try? SafeTensors(reading: path) else { return nil }
    var kept: [Network] = []
    for (place, network) in enumerated() {
      let own = file.tensors.filter { $0.key.hasPrefix("\(place).") }
      let named = own.map { (String($0.key.dropFirst("\(place).".count)), $0.value) }
      let tensors = SafeTensors(Dictionary(uniqueKeysWithValues: named))
      guard let loaded = try? network.loading(tensors, path: path) else { return nil }
      kept.append(loaded)
    }
    return kept.contentDigest == file.metadata[digestName] ? kept : nil
  }
}
