import Foundation

/// The identifiers by which papers are told from each other, each in one spelling.
enum PaperIdentifier {
  /// The arXiv identifier that an address or a line names, without its version.
  ///
  /// Old identifiers lose the class of their subject, which need not be written:
  /// `math.GT/0309136` is `math/0309136`.
  static func arxiv(in text: String) -> String? {
    guard text.utf8.contains(where: { 48...57 ~= $0 }) else { return nil }
    if let match = text.firstMatch(
      of:
        /(?i)(?:arxiv\.org\/(?:abs|pdf|html)\/|huggingface\.co\/papers\/|^\/papers\/|\barxiv(?:\.org)?\s*[:.]\s*|^abs\/)(?:([0-9]{4}\.[0-9]{4,5})(?![0-9])|([a-z]+(?:-[a-z]+)?)(?:\.[a-z]{2})?\/([0-9]{7})(?![0-9]))/
    ) {
      return spelled(match.output.1, match.output.2, match.output.3)
    }
    return nil
  }

  /// The arXiv identifier that is all of `text`, with or without its version and the archive's name.
  static func arxiv(_ text: String) -> String? {
    guard
      let match = text.wholeMatch(
        of:
          /(?i)\s*(?:arxiv\s*:\s*)?(?:([0-9]{4}\.[0-9]{4,5})|([a-z]+(?:-[a-z]+)?)(?:\.[a-z]{2})?\/([0-9]{7}))(?:v[0-9]+)?(?:\s*\[[\w.\-]+\])?\s*/
      )
    else { return arxiv(in: text) }
    return spelled(match.output.1, match.output.2, match.output.3)
  }

  private static func spelled(
    _ number: Substring?, _ archive: Substring?, _ old: Substring?
  ) -> String? {
    if let number { return String(number) }
    guard let archive, let old else { return nil }
    return "\(archive.lowercased())/\(old)"
  }

  /// The digital object identifier that a text consists of or an address names, in small letters.
  static func doi(_ text: String) -> String? {
    guard text.contains("10."),
      let match = text.firstMatch(
        of: /(?i)(?:^|doi\.org\/|\bdoi\s*:\s*)\s*(10\.[0-9]{1,9}(?:\.[0-9]+)*\/[^\s"<>{}]+)/)
    else { return nil }
    var doi = String(match.output.1).removingPercentEncoding ?? String(match.output.1)
    while let last = doi.last, ".,;".contains(last) { doi.removeLast() }
    return doi.utf8.count > 300 ? nil : doi.lowercased()
  }
}

extension PaperEntry {
  /// Takes what the page links to from this paper.
  mutating func take(linked address: String) {
    if let id = PaperIdentifier.arxiv(in: address) {
      take(arxiv: id)
    } else if address.contains("doi"), let doi = PaperIdentifier.doi(address) {
      take(doi: doi)
    } else if let code = PaperLink.repositories(in: address).first {
      links.append(code)
    }
  }

  /// Takes an arXiv identifier as `PaperIdentifier` spells it.
  mutating func take(arxiv id: String) {
    arxivID = arxivID ?? id
    add(PaperLink(.page, "https://arxiv.org/abs/\(id)"))
  }

  /// Takes a digital object identifier as `PaperIdentifier` spells it.
  mutating func take(doi: String) {
    // The archive registers its own papers as objects, too.
    if let match = doi.wholeMatch(of: /10\.48550\/arxiv\.(.+)/),
      let id = PaperIdentifier.arxiv(String(match.output.1))
    {
      return take(arxiv: id)
    }
    self.doi = self.doi ?? doi
    add(PaperLink(.page, "https://doi.org/\(doi)"))
  }

  private mutating func add(_ link: PaperLink) {
    if !links.contains(link) { links.append(link) }
  }
}
