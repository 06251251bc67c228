import Foundation
import Reports

/// Reports that audits left in a folder.
struct AuditPages {
  let folder: String?

  /// The list of reports, or one of them.
  func response(to parts: [String]) -> HTTPResponse {
    let reports = reports
    guard parts.count > 1 else { return .page(list(reports)) }
    // Only what the folder lists can be asked for, so that no path leads out of it.
    let name = parts.dropFirst().joined(separator: "/")
    guard let path = reports[name], let data = FileManager.default.contents(atPath: path) else {
      let frame = PageFrame(title: "404", current: "/audits")
      return .page(frame.page("<p>There is no such report.</p>"), status: 404)
    }
    return HTTPResponse(200, type: "text/html; charset=utf-8", body: [UInt8](data))
  }

  /// The reports' files by name: those in the folder, and `index.html` in folders inside of it.
  private var reports: [String: String] {
    guard let folder, let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
    else {
      return [:]
    }
    var reports: [String: String] = [:]
    for name in names where !name.hasPrefix(".") {
      let path = folder + "/" + name
      if name.hasSuffix(".html") { reports[name] = path }
      let inner = path + "/index.html"
      if FileManager.default.fileExists(atPath: inner) { reports[name + "/index.html"] = inner }
    }
    return reports
  }

  private func list(_ reports: [String: String]) -> HTML {
    let rows: [HTML] = reports.keys.sorted().map { name in
      let path = name.split(separator: "/").map {
        String($0).addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
      }.joined(separator: "/")
      return "<li><h3><a href=\"/audits/\(path)\">\(name)</a></h3></li>"
    }
    let contents: HTML =
      rows.isEmpty
      ? "<p>No report is here. Make one with <code>./assay audit MODEL DATA --out FOLDER</code>, and serve the folder with <code>--audits FOLDER</code>.</p>"
      : "<ul class=\"papers\">\(rows)</ul>"
    return PageFrame(title: "Audits", current: "/audits").page("<h1>Audits</h1>\(contents)")
  }
}
