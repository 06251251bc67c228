import Arguments
import Foundation

/// Numbers separated by commas.
struct NumberList: ExpressibleByArgument, Sendable {
  let values: [Float]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Float($0.trimmingCharacters(in: .whitespaces)) }
    guard !numbers.isEmpty, numbers.count == parts.count else { return nil }
    values = numbers
  }
}

/// Words separated by commas.
struct WordList: ExpressibleByArgument, Sendable {
  let words: [String]

  init?(argument: String) {
    words = argument.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    if words.isEmpty { return nil }
  }
}
