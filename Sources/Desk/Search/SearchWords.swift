import Foundation

/// How text becomes the words that are searched for.
enum SearchWords {
  /// The words of `text`: runs of letters and digits, in lower case and without accents.
  static func words(of text: String) -> [String] {
    // By scalars: some letters draw a sign that follows them into one character.
    text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil).unicodeScalars
      .split { !$0.properties.isAlphabetic && $0.properties.numericType == nil }.map(String.init)
  }
}
