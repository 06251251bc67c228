import Foundation
import Reports

/// What is new for a reader, as a mail.
public struct Digest: Sendable, Hashable {
  public let items: [Recommendation]
  /// The first day that it is about, as `2024-06-08`.
  public let since: String
  public let day: String
  /// Where the desk is to be reached, such as `http://127.0.0.1:8080`.
  public let desk: String

  public init(items: [Recommendation], since: String, day: String, desk: String) {
    (self.items, self.since, self.day, self.desk) = (items, since, day, desk)
  }

  public var subject: String {
    items.count == 1 ? "1 new paper, \(day)" : "\(items.count) new papers, \(day)"
  }

  /// The digest as plain text.
  ///
  /// - Parameter footer: what stands at the end, such as how to unsubscribe.
  public func plain(footer: String = "") -> String {
    let papers = items.enumerated().map { number, item in
      """
      \(number + 1). \(item.paper.title)
         \([item.paper.origin, item.reasons.joined(separator: "; ")].filter { !$0.isEmpty }.joined(separator: "\n   "))
         \(address(of: item.paper))
      """
    }
    return ["New papers since \(since)\n", papers.joined(separator: "\n\n"), footer]
      .filter { !$0.isEmpty }.joined(separator: "\n") + "\n"
  }

  /// The digest as a page that mail programs show: no script, no picture, no style from elsewhere.
  public func html(footer: String = "") -> String {
    let papers = items.map { item in
      """
      <li style="margin:0 0 22px">
      <a href="\(address(of: item.paper).htmlEscaped)" style="font-size:17px;font-weight:600;color:#1a4f8b;text-decoration:none">\(item.paper.title.htmlEscaped)</a>
      <div style="color:#666;font-size:13px;margin:3px 0">\(item.paper.origin.htmlEscaped)</div>
      <div style="margin:5px 0">\(Snippet(of: item.paper.summary, words: []).text.htmlEscaped)</div>
      <div style="color:#2d6a3e;font-size:13px">Why: \(item.reasons.joined(separator: "; ").htmlEscaped)</div>
      </li>
      """
    }
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
      <title>\(subject.htmlEscaped)</title></head>
      <body style="font:15px/1.5 system-ui,sans-serif;color:#222;background:#fff;max-width:640px;margin:0 auto;padding:20px">
      <h1 style="font-size:22px;margin:0 0 18px">New papers since \(since.htmlEscaped)</h1>
      <ol style="padding-left:22px;margin:0">
      \(papers.joined(separator: "\n"))
      </ol>
      <p style="color:#666;font-size:13px;border-top:1px solid #ddd;padding-top:12px">\(footer.htmlEscaped)</p>
      </body></html>

      """
  }

  private func address(of paper: Paper) -> String { "\(desk)/paper/\(paper.name)" }
}

extension Paper {
  /// Who, where and when, as far as it is known.
  public var origin: String {
    let people =
      authors.isEmpty ? authorCount.map { $0 == 1 ? "1 author" : "\($0) authors" } : authors
    return [people, organisation, posted].compactMap(\.self).joined(separator: " · ")
  }
}
