/// Cuts the furniture of a page off a title that it is glued to, as in `SubscribeIncorporating …`.
///
/// Pages show buttons and lines side by side that their text has without a space between. Only such
/// furniture is cut as begins no word of a title: `Code` is a button too, but `CodeBERT` is a name.
enum GluedFurniture {
  /// What is cut; that of several words also where a space follows.
  private static let names = [
    "Get trending papers in your email inbox!", "Get trending papers in your email inbox",
    "byAK and the research community", "by AK and the research community",
    "Inference Endpoints", "Trending Papers", "Daily Papers", "Hugging Face", "View arXiv page",
    "Project page", "View PDF", "View all", "Show more", "Read more", "Sign Up", "Sign up",
    "Log In",
    "Log in", "Subscribe", "Upvote",
  ]

  /// The line without the furniture that it begins or ends with.
  static func cut(from line: String) -> String {
    // The bytes tell sooner than the names that there is nothing to cut.
    guard line.utf8.count < 400 else { return line }
    return withoutEnd(withoutStart(line))
  }

  private static func withoutStart(_ line: String) -> String {
    var rest = line[...]
    if rest.hasPrefix("new"), names.contains(where: rest.dropFirst(3).hasPrefix) {
      rest = rest.dropFirst(3)
    }
    while true {
      if let name = names.first(where: rest.hasPrefix),
        let title = title(in: rest.dropFirst(name.count), isCertain: rest.count < line.count)
      {
        rest = title
      } else if rest.count < line.count, let match = rest.prefixMatch(of: day),
        title(in: rest[match.range.upperBound...]) != nil
      {
        rest = rest[match.range.upperBound...]
      } else {
        return String(rest)
      }
    }
  }

  /// A day as pages head themselves with it; by itself, "May 3D" begins a title.
  private static var day: Regex<Substring> {
    /(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* [0-9]{1,2}(?:, [0-9]{4})?/
  }

  /// What follows furniture, if it begins as a title does; a space may be between where more than one
  /// piece was cut already.
  private static func title(in rest: Substring, isCertain: Bool = false) -> Substring? {
    let title = isCertain ? rest.drop(while: \.isWhitespace) : rest
    guard let first = title.first, title.contains(where: \.isLetter) else { return nil }
    let isStart =
      names.contains(where: title.hasPrefix) || first.isUppercase || first.isNumber
      || "“\"'($[¿¡«".contains(first)
    return isStart ? title : nil
  }

  private static func withoutEnd(_ line: String) -> String {
    let end = line.suffix(12)
    guard ["Subscribe", "Upvote", "View "].contains(where: end.contains),
      let match = line.firstMatch(
        of: /([a-z?!)”"])(?:Subscribe|Upvote\s?[0-9]*|View all|View PDF)$/)
    else { return line }
    return String(line[..<match.output.1.endIndex])
  }
}
