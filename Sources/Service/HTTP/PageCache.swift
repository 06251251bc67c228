import Synchronization

/// Pages that were made not long ago, as long as nothing in the store has changed.
final class PageCache: Sendable {
  /// A page cut where each session's form token goes.
  private struct Page {
    var response: HTTPResponse
    let pieces: [[UInt8]]
    let time: ContinuousClock.Instant

    func filled(with token: String) -> HTTPResponse {
      var response = response
      response.body = Array(pieces.joined(separator: token.utf8))
      return response
    }
  }

  private struct State {
    var version = ""
    var pages: [String: Page] = [:]
    var bytes = 0
  }

  private let state = Mutex(State())
  /// The most bytes of pages that are kept.
  private static let limit = 32 << 20
  /// How long a page that depends on the time is shown as it is.
  private static let lifetime = Duration.seconds(60)

  /// The answer to a request, with a session's form token in it.
  ///
  /// - Parameter version: a text that changes whenever a page might.
  func response(
    to request: HTTPRequest, version: String, formToken: String, make: () throws -> HTTPResponse
  ) throws -> HTTPResponse {
    let key = Self.key(request)
    let now = ContinuousClock.now
    let found = state.withLock { state -> Page? in
      if state.version != version { state = State(version: version) }
      guard let page = state.pages[key], page.time + Self.lifetime > now else { return nil }
      return page
    }
    if let found { return found.filled(with: formToken) }
    var response = try make()
    let pieces = Self.pieces(of: response.body)
    let size = response.body.count
    response.body = []
    let page = Page(response: response, pieces: pieces, time: now)
    guard response.status == 200 else { return page.filled(with: formToken) }
    state.withLock { state in
      guard state.version == version else { return }
      if state.bytes + size > Self.limit { state = State(version: version) }
      state.bytes += size
      state.pages[key] = page
    }
    return page.filled(with: formToken)
  }

  /// The bytes between the places of form tokens.
  private static func pieces(of body: [UInt8]) -> [[UInt8]] {
    body.split(separator: Array(Sessions.placeholder.utf8), omittingEmptySubsequences: false)
      .map(Array.init)
  }

  private static func key(_ request: HTTPRequest) -> String {
    request.path + "\n"
      + request.parameters.sorted { $0.key < $1.key }.map { "\($0.key)\n\($0.value)" }
      .joined(separator: "\n")
  }
}
