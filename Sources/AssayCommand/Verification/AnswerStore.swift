import Datasets
import Foundation

/// A folder with one file for each answer, which machines that share a disk write at once.
struct AnswerStore: Sendable {
  let folder: String

  private struct Entry: Codable {
    let instance: VerificationInstance
    let answer: AnswerRow
  }

  private func path(_ item: NumberedInstance) -> String { "\(folder)/\(item.number).json" }

  /// The file appears complete or not at all.
  ///
  /// - Throws: `DataError.cannotWrite`.
  func put(_ row: AnswerRow, for item: NumberedInstance) throws {
    let data = try JSONEncoder().encode(Entry(instance: item.instance, answer: row))
    try AtomicFile.write(data, to: path(item))
  }

  /// The answer to this very instance, its time included; nil if there is none.
  func answer(to item: NumberedInstance) -> AnswerRow? {
    guard let data = FileManager.default.contents(atPath: path(item)),
      let entry = try? JSONDecoder().decode(Entry.self, from: data),
      entry.instance == item.instance
    else { return nil }
    return entry.answer
  }

  /// Forgets an answer, so that it is found again.
  func remove(_ item: NumberedInstance) {
    try? FileManager.default.removeItem(atPath: path(item))
  }
}
