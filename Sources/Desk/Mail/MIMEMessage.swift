import Foundation

/// A mail with a plain and an HTML form of one text.
public struct MIMEMessage: Sendable, Hashable {
  public var sender: String
  public var recipient: String
  public var subject: String
  public var plain: String
  public var html: String
  /// What tells this mail from all others; a mail that is sent again keeps it, so that its receiver
  /// can tell.
  public var identifier: String
  public var date: Date
  /// Where the receiver can stop such mail with one click.
  public var unsubscribeAddress: String?

  /// The mail as it goes over the wire, its lines ended by CR LF and none longer than 78 bytes or a
  /// single word.
  ///
  /// - Source: RFC 5322 (the form), 2045 to 2047 (parts and words), 2369 and 8058 (unsubscribing).
  public var text: String {
    let boundary = "=_assay_\(identifier)"
    var headers = [
      ("From", sender), ("To", recipient), ("Subject", Self.encoded(subject)),
      ("Date", Self.date(date)), ("Message-ID", "<\(identifier)@\(domain)>"),
      ("MIME-Version", "1.0"),
      ("Content-Type", "multipart/alternative;\r\n boundary=\"\(boundary)\""),
    ]
    if let unsubscribeAddress {
      headers.append(("List-Unsubscribe", "<\(unsubscribeAddress)>"))
      headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    }
    let head = headers.map { "\($0): \(Self.oneLine($1))" }.joined(separator: "\r\n")
    let parts = [("plain", plain), ("html", html)].map { kind, content in
      """
      --\(boundary)\r
      Content-Type: text/\(kind); charset=utf-8\r
      Content-Transfer-Encoding: base64\r
      \r
      \(Self.base64(content))\r

      """
    }
    return head + "\r\n\r\n" + parts.joined() + "--\(boundary)--\r\n"
  }

  private var domain: String {
    let name = sender.split(separator: "@").last.map(String.init) ?? ""
    return name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") }
  }

  /// A header cannot begin a new one, whatever a title holds.
  private static func oneLine(_ text: String) -> String {
    text.replacing("\r\n ", with: "\u{0}").filter { !$0.isNewline }
      .replacing("\u{0}", with: "\r\n ")
  }

  /// Text of any script as words of a header.
  private static func encoded(_ text: String) -> String {
    let line = text.singleSpaced
    guard !line.allSatisfy(\.isASCII) || line.utf8.count > 60 else { return line }
    var words: [String] = []
    var piece = ""
    for character in line {
      if piece.utf8.count + character.utf8.count > 42 {
        words.append(piece)
        piece = ""
      }
      piece.append(character)
    }
    words.append(piece)
    return words.map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }
      .joined(separator: "\r\n ")
  }

  private static func base64(_ text: String) -> String {
    Data(text.utf8).base64EncodedString(options: [
      .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
    ])
  }

  private static func date(_ date: Date) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "UTC")
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss '+0000'"
    return formatter.string(from: date)
  }
}

/// An address that mail can be sent to.
public struct MailAddress: Sendable, Hashable, CustomStringConvertible {
  public let description: String

  /// Makes an address, or returns nil if `text` cannot be one.
  public init?(_ text: String) {
    guard text.utf8.count <= 254,
      text.wholeMatch(
        of: /[A-Za-z0-9.!#$%&'*+\/=?^_`{|}~\-]+@[A-Za-z0-9](?:[A-Za-z0-9.\-]*[A-Za-z0-9])?/) != nil
    else { return nil }
    description = text
  }
}
