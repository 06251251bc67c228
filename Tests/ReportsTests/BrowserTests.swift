import Audit
import Datasets
import Foundation
import Testing

@testable import Reports

/// Draws the report in a real browser. Set `ASSAY_SAMPLE_REPORT` to a path to keep the page.
@Suite(
  .enabled("Chromium or the chart bundle is absent") {
    Chromium.path != nil && Chromium.bundle != nil
  })
struct BrowserTests {
  @Test("Every chart is drawn, and nothing fails")
  func drawsEveryChart() throws {
    let bundle = try #require(Chromium.bundle)
    let page = HTMLReport(chartBundle: bundle).text(of: .sample)
    if let path = ProcessInfo.processInfo.environment["ASSAY_SAMPLE_REPORT"] {
      try AtomicFile.write(Data(page.utf8), to: path)
    }
    let charts = 5
    let (document, log) = try Chromium.dump(page, width: 500)
    #expect(count("data-state=\"drawn\">", document) == charts)
    #expect(count("class=\"marks\"", document) == charts)
    let console = log.split(separator: "\n").filter { $0.contains("CONSOLE") }
    #expect(console.isEmpty)
  }

  @Test("A chart that cannot be drawn opens its data table")
  func opensTheTable() throws {
    let broken = "window.vegaEmbed = () => Promise.reject(new Error('broken'));"
    let (document, log) = try Chromium.dump(
      HTMLReport(chartBundle: broken).text(of: .sample), width: 800)
    #expect(count("data-state=\"failed\">", document) == 5)
    #expect(count("<details open=\"\">", document) == 4)
    #expect(count("broken", log) > 0)
  }

  @Test("Hostile text stays text")
  func runsNoHostileScript() throws {
    let page = HTMLReport(chartBundle: Chromium.bundle).text(of: .hostile)
    let (document, _) = try Chromium.dump(page, width: 800)
    #expect(count("data-hacked", document) == 0)
    #expect(count("data-state=\"drawn\">", document) == 5)
  }

  @Test("On a phone, nothing is wider than the screen", arguments: ReportCase.allCases)
  func fitsAPhone(_ example: ReportCase) throws {
    let page = HTMLReport(chartBundle: Chromium.bundle).text(of: example.report)
    let phone = """
      <body><iframe width="390" height="800" style="border:0" srcdoc="\(page.htmlEscaped)"></iframe>
      <script>
      setTimeout(() => {
        const inside = document.querySelector("iframe").contentDocument;
        const drawn = inside.querySelectorAll("[data-state=drawn]").length;
        const { scrollWidth, clientWidth } = inside.documentElement;
        document.body.innerHTML = `over by ${scrollWidth - clientWidth} drawn ${drawn}`;
      }, 4000);
      </script>
      """
    let (document, _) = try Chromium.dump(phone, width: 800)
    #expect(count("over by 0 drawn 5", document) == 1, "\(document.suffix(300))")
  }

  /// Counts outside of `#expect`, so that a failure does not print the whole page.
  private func count(_ text: String, _ document: String) -> Int { document.ranges(of: text).count }
}

/// A headless browser, where there is one.
enum Chromium {
  static var path: String? {
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// The chart bundle, as setting up leaves it in the package's folder.
  static var bundle: String? {
    let package = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let file = package.appendingPathComponent(".assay/charts/vega-bundle.js")
    return try? String(contentsOf: file, encoding: .utf8)
  }

  /// Returns the document after its scripts ran, and the browser's log.
  static func dump(_ page: String, width: Int) throws -> (document: String, log: String) {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("assay-browser-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("report.html")
    try Data(page.utf8).write(to: file)
    let (output, errors) = (
      folder.appendingPathComponent("out"), folder.appendingPathComponent("err")
    )
    for log in [output, errors] { try Data().write(to: log) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path ?? "")
    process.arguments = [
      "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
      "--user-data-dir=\(folder.path)/profile", "--window-size=\(width),2000",
      "--virtual-time-budget=8000", "--dump-dom", file.absoluteString,
    ]
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    let overdue = DispatchWorkItem { process.terminate() }
    DispatchQueue.global().asyncAfter(deadline: .now() + 60, execute: overdue)
    process.waitUntilExit()
    overdue.cancel()
    return (
      try String(contentsOf: output, encoding: .utf8),
      String(decoding: try Data(contentsOf: errors), as: UTF8.self)
    )
  }
}
