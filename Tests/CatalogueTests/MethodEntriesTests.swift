import Attacks
import Catalogue
import Certification
import Confidence
import Experiments
import Explanation
import Foundation
import Hardening
import Methods
import TestSupport
import Testing
import Training

/// What holds for every method of every room.
struct MethodEntriesTests {
  struct Room: CustomTestStringConvertible, Sendable {
    let name: String
    let entries: [MethodEntry]
    var testDescription: String { name }
  }

  static let rooms = [
    Room(name: "Attacks", entries: MethodRegistry.attacks.entries),
    Room(name: "Certification", entries: MethodRegistry.certifiers.entries),
    Room(name: "Confidence", entries: MethodRegistry.calibrators.entries),
    Room(name: "Confidence", entries: MethodRegistry.detectors.entries),
    Room(name: "Explanation", entries: MethodRegistry.attributions.entries),
    Room(name: "Hardening", entries: MethodRegistry.hardeningMethods.entries),
    Room(name: "Training", entries: MethodRegistry.optimizers.entries),
    Room(name: "Training", entries: MethodRegistry.losses.entries),
  ]

  @Test(
    "Every method has a name, words for it and its settings, and defaults that it takes",
    arguments: rooms)
  func words(_ room: Room) throws {
    #expect(!room.entries.isEmpty)
    let name = /[a-z][a-z0-9]*(-[a-z0-9]+)*/
    for entry in room.entries {
      #expect(entry.name.wholeMatch(of: name) != nil, "\(entry.name)")
      #expect(entry.summary.hasSuffix(".") && entry.summary.count <= 100, "\(entry.name)")
      #expect(!entry.family.isEmpty, "\(entry.name)")
      for setting in entry.settings {
        #expect(setting.name.wholeMatch(of: name) != nil, "\(entry.name) \(setting.name)")
        #expect(setting.meaning.hasSuffix("."), "\(entry.name) \(setting.name)")
        #expect(throws: Never.self, "\(entry.name) \(setting.name)") {
          try entry.make(["\(setting.name)=\(setting.defaultValue)"])
        }
      }
    }
  }

  @Test(
    "A method of a paper is named by its experiment and its card; a yardstick names its source",
    arguments: rooms)
  func origins(_ room: Room) throws {
    let catalogue = try Catalogue()
    for entry in room.entries {
      switch entry.origin {
      case .paper(let paper):
        let card = try #require(catalogue[paper], "\(entry.name)")
        let experiment = try #require(Experiments.experiment(on: paper), "\(entry.name)")
        let methods = type(of: experiment).methods
        #expect(methods.contains(entry.typeName), "\(entry.name): \(methods)")
        #expect(card.target == room.name || methods.count > 1, "\(entry.name)")
      case .yardstick(let source):
        #expect(source.contains(/\([0-9]{4}\)$/), "\(entry.name): \(source)")
      }
    }
  }

  @Test(
    "Every method has a file of its name, and says in its documentation where it comes from",
    arguments: rooms)
  func documentation(_ room: Room) throws {
    let folder = TestFiles.package.appending(path: "Sources/" + room.name)
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)!
      .compactMap { $0 as? URL }
    for entry in room.entries {
      let text = try String(
        contentsOf: try #require(files.first { $0.lastPathComponent == entry.typeName + ".swift" }),
        encoding: .utf8)
      let comment = text.components(separatedBy: "public struct \(entry.typeName):")[0]
        .components(separatedBy: "\n\n").last!
      #expect(comment.contains("/// - Source: "), "\(entry.name)")
    }
  }
}
