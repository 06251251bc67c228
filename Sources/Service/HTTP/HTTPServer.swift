import CMicroHTTPD
import Foundation

/// Why the desk cannot be served.
public enum ServiceError: Error, Hashable, Sendable, CustomStringConvertible {
  case cannotListen(host: String, port: Int)
  case needsToken(host: String)

  public var description: String {
    switch self {
    case .cannotListen(let host, let port):
      "Port \(port) of \(host) cannot be had. Is another server on it? Try '--port 0'."
    case .needsToken(let host):
      "\(host) can be reached by others: name a secret of 16 or more characters with '--token'."
    }
  }
}

/// How a server treats those who connect.
public struct HTTPServerOptions: Sendable, Hashable {
  public var host = "127.0.0.1"
  /// 0 takes any port that is free.
  public var port = 8080
  public var threads = 2
  public var connections = 1024
  /// The seconds after which a connection without a byte is closed.
  public var timeout = 15
  /// The most bytes of a request's head.
  public var head = 16 << 10
  /// The most bytes of a request's body.
  public var body = 256 << 10

  public init() {}
}

/// Takes requests over HTTP and hands them to a handler.
///
/// A request that is too large, too slow or no HTTP is refused before the handler sees it.
public final class HTTPServer: Sendable {
  public typealias Handler = @Sendable (HTTPRequest) -> HTTPResponse

  private let handler: Handler
  // Set once at the end of the initializer, and used again only to stop.
  private nonisolated(unsafe) var server: OpaquePointer?
  private static let cookie = "assay_session"

  /// Starts serving.
  ///
  /// - Throws: `ServiceError.cannotListen`.
  public init(_ options: HTTPServerOptions, handler: @escaping Handler) throws(ServiceError) {
    self.handler = handler
    let context = Unmanaged.passUnretained(self).toOpaque()
    server = options.host.withCString { host in
      var settings = assay_server_options(
        address: host, port: UInt16(options.port), threads: UInt32(options.threads),
        connections: UInt32(options.connections), timeout: UInt32(options.timeout),
        memory: options.head, body: options.body)
      return assay_server_start(
        &settings,
        { context, request in
          Unmanaged<HTTPServer>.fromOpaque(context!).takeUnretainedValue().answer(request!)
        }, context)
    }
    guard server != nil else {
      throw .cannotListen(host: options.host, port: options.port)
    }
  }

  /// The port that is served, also if it was chosen.
  public var port: Int { Int(assay_server_port(server)) }

  /// Takes no more requests, and waits for the answers that were begun.
  ///
  /// - Precondition: it was not stopped before.
  public func stop() {
    assay_server_stop(server)
    server = nil
  }

  private func answer(_ raw: OpaquePointer) {
    var request = HTTPRequest(
      method: String(cString: assay_request_method(raw)),
      path: String(cString: assay_request_path(raw)))
    for name in ["Host", "Origin", "Authorization", "Content-Type", "Sec-Fetch-Site"] {
      if let value = assay_request_header(raw, name) {
        request.headers[name] = String(cString: value)
      }
    }
    if let value = assay_request_cookie(raw, Self.cookie) {
      request.cookies[Self.cookie] = String(cString: value)
    }
    for name in ["q", "family", "since", "runs", "tag", "page", "token"] {
      if let value = assay_request_parameter(raw, name) {
        request.parameters[name] = String(cString: value)
      }
    }
    var count = 0
    if let body = assay_request_body(raw, &count) {
      request.form = FormFields.read(UnsafeBufferPointer(start: body, count: count))
    }
    let response = handler(request)
    let texts = response.headers.flatMap { [strdup($0.name), strdup($0.value)] }
    defer { for text in texts { free(text) } }
    let pointers = texts.map { UnsafePointer($0) }
    assay_answer(
      raw, UInt32(response.status), pointers, response.headers.count, response.body,
      response.body.count)
  }
}
