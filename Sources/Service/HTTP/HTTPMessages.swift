import Foundation
import Reports

/// What a browser asks for.
public struct HTTPRequest: Sendable, Hashable {
  public var method: String
  /// The path, its escapes resolved.
  public var path: String
  public var parameters: [String: String] = [:]
  public var headers: [String: String] = [:]
  public var cookies: [String: String] = [:]
  /// The fields of a form that was sent.
  public var form: [String: String] = [:]

  public init(method: String, path: String) {
    (self.method, self.path) = (method, path)
  }

  /// The parts of the path between its slashes.
  var parts: [String] { path.split(separator: "/").map(String.init) }
}

/// What the desk answers.
public struct HTTPResponse: Sendable {
  public var status: Int
  public var headers: [(name: String, value: String)]
  public var body: [UInt8]

  init(_ status: Int, type: String, body: [UInt8]) {
    (self.status, self.body) = (status, body)
    headers = [("Content-Type", type)]
  }

  /// A page of the desk.
  static func page(_ page: HTML, status: Int = 200) -> HTTPResponse {
    HTTPResponse(status, type: "text/html; charset=utf-8", body: Array(page.text.utf8))
  }

  static func json(_ text: String) -> HTTPResponse {
    HTTPResponse(200, type: "application/json", body: Array(text.utf8))
  }

  /// Sends the browser on to a path of the desk, with a new request.
  static func redirect(to path: String) -> HTTPResponse {
    var response = HTTPResponse(303, type: "text/plain; charset=utf-8", body: [])
    response.headers.append(("Location", path))
    return response
  }

  public subscript(header name: String) -> String? {
    headers.first { $0.name == name }?.value
  }
}

/// The fields of a form as browsers send them.
enum FormFields {
  /// The most fields that are read.
  private static let limit = 64

  static func read(_ bytes: some Collection<UInt8>) -> [String: String] {
    var fields: [String: String] = [:]
    for pair in bytes.split(separator: UInt8(ascii: "&")).prefix(limit) {
      let parts = pair.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      fields[text(parts[0])] = parts.count > 1 ? text(parts[1]) : ""
    }
    return fields
  }

  private static func text(_ bytes: some Sequence<UInt8>) -> String {
    let plain = bytes.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
    let escaped = String(decoding: plain, as: UTF8.self)
    return escaped.removingPercentEncoding ?? escaped
  }
}
