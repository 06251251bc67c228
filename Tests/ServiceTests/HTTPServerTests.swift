import Foundation
import Testing

@testable import Service

struct HTTPServerTests {
  /// Sends bytes to the server and returns what comes back until it closes or is silent.
  private func talk(_ port: Int, _ text: String) throws -> String {
    let socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var wait = timeval(tv_sec: 2, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(connected == 0)
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { break }
      sent += count
    }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(socket, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      answer += buffer[..<count]
    }
    return String(decoding: answer, as: UTF8.self)
  }

  private func serve(_ body: (Int) throws -> Void) throws {
    var options = HTTPServerOptions()
    (options.port, options.body, options.timeout) = (0, 1000, 2)
    let server = try HTTPServer(options) { request in
      let form = request.form.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      let text = "\(request.method) \(request.path) \(request.parameters["q"] ?? "") \(form)"
      return HTTPResponse(200, type: "text/plain", body: Array(text.utf8))
    }
    defer { server.stop() }
    try body(server.port)
  }

  @Test("Paths, parameters and forms arrive with their escapes resolved")
  func requests() throws {
    try serve { port in
      let page = try talk(
        port, "GET /a%20b?q=%C3%BC+x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      #expect(page.contains("200 OK") && page.hasSuffix("GET /a b ü x []"))
      let body = "name=a+b%26&empty=&name2=%zz"
      let form = try talk(
        port,
        "POST /f HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
      )
      #expect(form.hasSuffix("[\"empty=\", \"name=a b&\", \"name2=%zz\"]"))
    }
  }

  @Test("What is too large, too slow or no HTTP is refused, and the server goes on")
  func refusals() throws {
    try serve { port in
      let large = String(repeating: "x", count: 5000)
      let body = try talk(
        port,
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(large.count)\r\nConnection: close\r\n\r\n\(large)"
      )
      #expect(body.contains(" 413 "))
      let head = try talk(
        port, "GET / HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "y", count: 100_000))\r\n\r\n")
      #expect(!head.contains("200 OK"))
      #expect(!(try talk(port, "\u{1}\u{2} nonsense\r\n\r\n")).contains("200 OK"))
      #expect(!(try talk(port, "GET / HTTP/1.1\r\nHos")).contains("200 OK"))
      let after = try talk(port, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      #expect(after.contains("200 OK"))
    }
  }

  @Test("A port that is taken is named")
  func takenPort() throws {
    try serve { port in
      var options = HTTPServerOptions()
      options.host = "no address"
      #expect(throws: ServiceError.cannotListen(host: "no address", port: 8080)) {
        try HTTPServer(options) { _ in HTTPResponse(200, type: "", body: []) }
      }
    }
  }
}
