import Foundation

/// How text becomes the words that are searched for.
enum SearchWords {
  /// The words of `text`: runs of letters and digits, in lower case and without accents.
  static func words(of text: String) -> [String] {
    text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
      .split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }
}
