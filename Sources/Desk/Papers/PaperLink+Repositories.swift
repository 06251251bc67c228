extension PaperLink {
  /// The code repositories that a text names, each once, in their order.
  public static func repositories(in text: String) -> [PaperLink] {
    guard text.contains(".com/") || text.contains(".org/") || text.contains(".co/") else {
      return []
    }
    var seen: Set<String> = []
    return text.matches(of: pattern).compactMap { match in
      let host = match.output.1.lowercased()
      let owner = String(match.output.2)
      var name = String(match.output.3)
      // A sentence's end is no part of an address.
      while let last = name.last, last == "." || last == "-" || last == "_" { name.removeLast() }
      if name.hasSuffix(".git") { name.removeLast(4) }
      guard !name.isEmpty else { return nil }
      let url = "https://\(host)/\(owner)/\(name)"
      return seen.insert(url.lowercased()).inserted ? PaperLink(.code, url) : nil
    }
  }

  private static var pattern: Regex<(Substring, Substring, Substring, Substring)> {
    /(?:https?:\/\/)?(?:www\.)?((?i:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|huggingface\.co))\/([A-Za-z0-9][A-Za-z0-9._\-]*)\/([A-Za-z0-9._\-]+)/
  }
}
