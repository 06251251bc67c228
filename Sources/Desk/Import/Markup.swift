import CMarkup

/// What an HTML or XML document consists of, in its order.
enum MarkupEvent {
  case start(String, [String: String])
  case end(String)
  case text(String)
}

/// Reads documents with limits on their depth.
enum Markup {
  enum Language {
    case html, xml
  }

  /// Elements inside of each other, more than which no honest page has.
  static let depth: Int32 = 200

  /// Calls `body` with each event.
  ///
  /// - Throws: `ImportError.malformed`.
  static func read(
    _ text: String, as language: Language, source: String, _ body: @escaping (MarkupEvent) -> Void
  ) throws(ImportError) {
    let handler = Handler(body)
    var events = assay_markup_events(
      start: { context, name, attributes in
        var pairs: [String: String] = [:]
        var place = 0
        while let attributes, let key = attributes[place] {
          pairs[String(cString: key)] = attributes[place + 1].map { String(cString: $0) } ?? ""
          place += 2
        }
        Handler.at(context).body(.start(String(cString: name!), pairs))
      },
      end: { context, name in Handler.at(context).body(.end(String(cString: name!))) },
      text: { context, bytes, count in
        let buffer = UnsafeRawBufferPointer(start: bytes, count: count)
        Handler.at(context).body(.text(String(decoding: buffer, as: UTF8.self)))
      })
    var text = text
    let status = withExtendedLifetime(handler) {
      text.withUTF8 { buffer in
        buffer.withMemoryRebound(to: CChar.self) { bytes in
          let context = Unmanaged.passUnretained(handler).toOpaque()
          return switch language {
          case .html: assay_read_html(bytes.baseAddress, bytes.count, depth, &events, context)
          case .xml: assay_read_xml(bytes.baseAddress, bytes.count, depth, &events, context)
          }
        }
      }
    }
    switch status {
    case 0: return
    case 2:
      throw .malformed(source: source, reason: "elements are nested deeper than \(depth) levels")
    case 3: throw .malformed(source: source, reason: "there is no memory to read it")
    case 4: throw .malformed(source: source, reason: "a tag has more than 250 attributes")
    default: throw .malformed(source: source, reason: "not well-formed XML")
    }
  }

  /// Keeps the closure where C can find it.
  private final class Handler {
    let body: (MarkupEvent) -> Void

    init(_ body: @escaping (MarkupEvent) -> Void) {
      self.body = body
    }

    static func at(_ context: UnsafeMutableRawPointer?) -> Handler {
      Unmanaged<Handler>.fromOpaque(context!).takeUnretainedValue()
    }
  }
}
