import Reports

/// What stands around the contents of every page.
struct PageFrame {
  let title: String
  /// The path of the part of the desk that the page belongs to.
  let current: String?
  var query = ""
  /// Seconds after which a browser without script loads the page again.
  var refresh: Int?

  private static let parts = [
    ("/", "Today"), ("/trending", "Trending"), ("/search", "Search"), ("/evidence", "Evidence"),
    ("/list", "Reading list"), ("/following", "Following"), ("/audits", "Audits"),
  ]

  func page(_ contents: HTML) -> HTML {
    let parts: [HTML] = Self.parts.map { path, name in
      let mark: HTML = path == current ? " aria-current=\"page\"" : ""
      return "<a href=\"\(path)\"\(mark)>\(name)</a>"
    }
    let again: HTML =
      refresh.map {
        "<noscript><meta http-equiv=\"refresh\" content=\"\($0)\"></noscript>"
      } ?? ""
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      \(again)<title>\(title) · Assay</title>
      <link rel="stylesheet" href="/desk.css">
      <link rel="icon" href="/favicon.svg">
      <script src="/desk.js" defer></script>
      </head>
      <body>
      <a class="skip" href="#contents">To the contents</a>
      <header><div class="bar">
      <a class="name" href="/">Assay</a>
      <nav aria-label="Parts">\(parts)</nav>
      <form action="/search" role="search"><input type="search" name="q" value="\(query)" placeholder="Search papers" aria-label="Search papers"></form>
      </div></header>
      <main id="contents">
      \(contents)
      </main>
      <footer><span class="keys"><kbd>/</kbd> search <kbd>j</kbd> <kbd>k</kbd> next, previous <kbd>s</kbd> save</span></footer>
      </body>
      </html>

      """
  }
}

/// A button that changes something, as a form of its own.
struct ActionButton {
  /// Where the form goes.
  let path: String
  let label: String
  var fields: [(name: String, value: String)] = []
  var name = ""
  var isPrimary = false

  var html: HTML {
    let fields: [HTML] = fields.map {
      "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">"
    }
    let look: HTML = isPrimary ? " class=\"primary\"" : ""
    let naming: HTML = name.isEmpty ? "" : " name=\"\(name)\""
    return
      "<form method=\"post\" action=\"\(path)\">\(FormToken.field)\(fields)<button\(look)\(naming)>\(label)</button></form>"
  }
}

/// What shows that a form comes from a page of this desk.
enum FormToken {
  static let field: HTML =
    "<input type=\"hidden\" name=\"form-token\" value=\"\(Sessions.placeholder)\">"
}
