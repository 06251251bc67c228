import Synchronization

/// Pages that were made not long ago, as long as nothing in the store has changed.
final class PageCache: Sendable {
  private struct State {
    var version = ""
    var pages: [String: (response: HTTPResponse, time: ContinuousClock.Instant)] = [:]
    var bytes = 0
  }

  private let state = Mutex(State())
  /// The most bytes of pages that are kept.
  private static let limit = 32 << 20
  /// How long a page is taken for new: records of experiments change without the store.
  private static let lifetime = Duration.seconds(5)

  func response(
    to request: HTTPRequest, version: String, make: () throws -> HTTPResponse
  ) throws -> HTTPResponse {
    let key = Self.key(request)
    let now = ContinuousClock.now
    let found = state.withLock { state -> HTTPResponse? in
      if state.version != version { state = State(version: version) }
      guard let page = state.pages[key], page.time + Self.lifetime > now else { return nil }
      return page.response
    }
    if let found { return found }
    let response = try make()
    guard response.status == 200 else { return response }
    state.withLock { state in
      guard state.version == version else { return }
      if state.bytes + response.body.count > Self.limit { state = State(version: version) }
      state.bytes += response.body.count - (state.pages[key]?.response.body.count ?? 0)
      state.pages[key] = (response, now)
    }
    return response
  }

  func clear() { state.withLock { $0 = State() } }

  private static func key(_ request: HTTPRequest) -> String {
    request.path + "\n"
      + request.parameters.sorted { $0.key < $1.key }.map { "\($0.key)\n\($0.value)" }
      .joined(separator: "\n")
  }
}
