import Synchronization

/// A site that opens after its server: what is asked before is told to come again.
public final class LateSite: Sendable {
  private let site = Mutex<DeskSite?>(nil)

  public init() {}

  public func open(_ site: DeskSite) { self.site.withLock { $0 = site } }

  public func response(to request: HTTPRequest) -> HTTPResponse {
    guard let site = site.withLock({ $0 }) else {
      return HTTPResponse(503, type: "text/plain; charset=utf-8", body: [])
    }
    return site.response(to: request)
  }

  public func stop() { site.withLock { $0 }?.stop() }
}
