import CCurl
import Foundation

/// Fetches pages from the network, with limits on what untrusted pages can make it do.
public struct PageFetcher: Sendable, Hashable {
  /// The most bytes of a page.
  public var limit = 32 << 20
  /// The most seconds that a page may take.
  public var seconds = 60
  /// The most seconds for which a server may say nothing.
  public var silence = 30
  public var redirects = 5

  public init() {}

  /// The bytes of a page that is a text of some kind.
  ///
  /// - Throws: `ImportError.cannotFetch`, `.tooLarge`.
  public func contents(of address: String) throws(ImportError) -> [UInt8] {
    var limits = assay_fetch_limits(
      timeout: seconds, silence: silence, redirects: redirects, limit: limit)
    var body: UnsafeMutablePointer<UInt8>?
    var (size, status) = (0, 0)
    var type = [CChar](repeating: 0, count: Int(assay_curl_message))
    var message = type
    let result = assay_fetch(address, &limits, &body, &size, &type, &status, &message)
    defer { free(body) }
    switch result {
    case 0: break
    case 2: throw .tooLarge(source: address, size: 0, limit: limit)
    default: throw .cannotFetch(address: address, reason: Self.text(message))
    }
    guard 200..<300 ~= status else {
      throw .cannotFetch(address: address, reason: "the server answers \(status)")
    }
    let contentType = Self.text(type).lowercased()
    guard contentType.isEmpty || Self.types.contains(where: contentType.contains) else {
      throw .cannotFetch(address: address, reason: "it is \(contentType), not a page")
    }
    return Array(UnsafeBufferPointer(start: body, count: size))
  }

  /// Parts of the types that pages and feeds have.
  private static let types = ["text/", "json", "xml", "bibtex", "x-tex"]

  private static func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
