import Foundation

/// What a line beside a paper can say of it: how many authors, when, how much it is liked.
enum PageMetadata: Sendable, Hashable {
  case authorCount(Int)
  /// The day as `2024-06-08`, and the number that stood after it.
  case posted(String, comments: Int?)
  case votes(Int)
  case comments(Int)
  case arxiv(String)
  case link(PaperLink)
  /// A number or sign by itself, the name of a button, who brought the paper.
  case furniture
  /// The line says that the next one is a name of no interest.
  case furnitureBeforeName

  /// What kind of detail this is, of those that pages put above or below their papers.
  enum Kind: Hashable {
    case authorCount, posted, votes, comments, arxiv
  }

  var kind: Kind? {
    switch self {
    case .authorCount: .authorCount
    case .posted: .posted
    case .votes: .votes
    case .comments: .comments
    case .arxiv: .arxiv
    case .link, .furniture, .furnitureBeforeName: nil
    }
  }

  /// - Parameter today: the day of reading, for dates without a year.
  init?(_ line: PageLine, today: DateComponents) {
    // An expression takes a hundred times as long as a look for what it cannot do without.
    let isBare = line.text.utf8.first.map { $0 < 128 && $0 != 45 && $0 != 124 } ?? true
    let text =
      isBare ? line.text[...] : line.text.trimmingPrefix(/[•·▲△↑★⭐👍💬🔥\-–—|]+\s*/)
    let lower = text.lowercased()
    if text.isEmpty || lower.allSatisfy({ "•·▲△↑▼|#-–—…".contains($0) }) {
      self = .furniture
    } else if let detail = Self.detail(text, lower, today: today) {
      self = detail
    } else if lower.hasPrefix("http"), let match = text.wholeMatch(of: /https?:\/\/\S+/) {
      let repositories = PaperLink.repositories(in: String(match.output))
      self = .link(repositories.first ?? PaperLink(.page, String(match.output)))
    } else if lower == "submitted by" || lower == "by" {
      self = .furnitureBeforeName
    } else if Self.isFurniture(lower) {
      self = .furniture
    } else {
      return nil
    }
  }

  /// What a line with a number in it tells of a paper.
  private static func detail(
    _ text: Substring, _ lower: String, today: DateComponents
  ) -> PageMetadata? {
    guard text.utf8.contains(where: { 48...57 ~= $0 }) else { return nil }
    if lower.contains("author"), let match = lower.wholeMatch(of: /([0-9][0-9,]*)\s+authors?/) {
      return .authorCount(number(match.output.1))
    }
    if PageDate.mayStand(in: text),
      let match = text.wholeMatch(
        of: /(?i)(?:published|posted|submitted|updated)?(?:\s+on)?:?\s*(.+)/),
      let (day, rest) = PageDate.leading(String(match.output.1), today: today),
      let comments = trailingNumber(rest)
    {
      return .posted(day, comments: comments == -1 ? nil : comments)
    }
    if ["vote", "like", "point"].contains(where: lower.contains),
      let match = lower.wholeMatch(
        of:
          /(?:upvotes?|votes?|likes?)\s*:?\s*([0-9][0-9,.]*k?)|([0-9][0-9,.]*k?)\s*(?:upvotes?|votes?|likes?|points?)/
      )
    {
      return .votes(number(match.output.1 ?? match.output.2 ?? ""))
    }
    if ["comment", "repl"].contains(where: lower.contains),
      let match = lower.wholeMatch(
        of: /([0-9][0-9,]*)\s*(?:comments?|replies)|(?:comments?|replies)\s*:?\s*([0-9][0-9,]*)/)
    {
      return .comments(number(match.output.1 ?? match.output.2 ?? ""))
    }
    if ["arxiv", "huggingface"].contains(where: lower.contains),
      let match = text.wholeMatch(
        of:
          /(?i)(?:\[[0-9]+\]\s*)?(?:arxiv\s*:?\s*|https?:\/\/(?:www\.)?arxiv\.org\/(?:abs|pdf)\/|https?:\/\/huggingface\.co\/papers\/)([0-9]{4}\.[0-9]{4,5})(?:v[0-9]+)?(?:\.pdf)?(?:\s+[\[(][\w., \-]+[\])])*/
      )
    {
      return .arxiv(String(match.output.1))
    }
    return nil
  }

  private static func number(_ digits: some StringProtocol) -> Int {
    let plain = String(digits).replacing(",", with: "")
    if plain.hasSuffix("k") { return Int(min((Double(plain.dropLast()) ?? 0) * 1000, 1e9)) }
    return Int(plain) ?? 0
  }

  /// The number that is all of `text`, -1 if there is none, nil if there is something else.
  private static func trailingNumber(_ text: String) -> Int? {
    let rest = text.trimmingPrefix(/[\s·•|,]+/)
    if rest.isEmpty { return -1 }
    return rest.wholeMatch(of: /([0-9]+)(?:\s+comments?)?/).map { number($0.output.1) }
  }

  /// Whether the line belongs to every page of its kind.
  private static func isFurniture(_ lower: String) -> Bool {
    // An expression goes through a row of figures once for each of them.
    let isFigures = lower.utf8.count > 40 && lower.utf8.first! < 60
    return names.contains(lower)
      || starts.contains(where: lower.hasPrefix) && !isFigures
        && lower.prefixMatch(
          of:
            /(?:by ?ak and the research community|get trending papers|submitted by\b|organization:|github\b.{0,12}$|arxiv page|view (?:pdf|arxiv|all)|project page|[0-9][0-9,.]*k?$|page [0-9]+|back to|©|copyright\b|\+?[0-9]+ more\b)/
        ) != nil
  }

  /// How furniture begins that is no single name.
  private static let starts =
    (0...9).map(String.init) + [
      "by", "get ", "submitted", "organization", "github", "arxiv", "view", "project", "page",
      "back", "©", "copyright", "+",
    ]

  private static let names: Set<String> = [
    "new", "subscribe", "daily papers", "trending papers", "papers", "upvote", "vote", "share",
    "log in", "login", "sign up", "models", "datasets", "spaces", "docs", "enterprise", "pricing",
    "previous", "next", "view all", "today", "yesterday", "this week", "this month", "trending",
    "daily", "weekly", "monthly", "abstract", "pdf", "code", "html", "summary", "read more", "more",
    "show more", "abs", "comments", "discussion", "hugging face", "arxiv", "github", "save",
    "company",
    "search", "tos", "privacy", "about", "jobs", "website", "inference endpoints", "home", "menu",
  ]
}
