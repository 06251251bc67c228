import Foundation

/// A file that pages refer to: the desk's style and script.
struct Asset: Sendable {
  let response: HTTPResponse

  /// The asset at a path, if there is one.
  static func named(_ path: String) -> Asset? { all[path] }

  private static let all: [String: Asset] = [
    "/desk.css": Asset("desk.css", type: "text/css; charset=utf-8"),
    "/desk.js": Asset("desk.js", type: "text/javascript; charset=utf-8"),
    "/favicon.svg": Asset("favicon.svg", type: "image/svg+xml"),
  ]

  /// - Precondition: the file was built into the program's folder.
  private init(_ name: String, type: String) {
    guard
      let url = Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Assets"),
      let data = try? Data(contentsOf: url)
    else { preconditionFailure("\(name) is not beside the program") }
    var response = HTTPResponse(200, type: type, body: [UInt8](data))
    response.headers.append(("Cache-Control", "max-age=300"))
    self.response = response
  }
}
