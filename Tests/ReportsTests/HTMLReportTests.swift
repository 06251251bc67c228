import Audit
import Testing

@testable import Reports

struct HTMLReportTests {
  /// A page with charts, whose bundle tries to end its script early.
  static func page(_ report: AuditReport) -> String {
    HTMLReport(chartBundle: "var a = '</script><!--';").text(of: report)
  }

  @Test("Tags close in order", arguments: ReportCase.allCases)
  func structure(_ example: ReportCase) {
    let markup = MarkupScan(Self.page(example.report))
    #expect(markup.problems.isEmpty)
    #expect(MarkupScan(HTMLReport(chartBundle: nil).text(of: example.report)).problems.isEmpty)
  }

  @Test("Headings start at one and skip no level", arguments: ReportCase.allCases)
  func headings(_ example: ReportCase) {
    let levels = MarkupScan(Self.page(example.report)).tags.compactMap { tag -> Int? in
      tag.name.wholeMatch(of: /h([1-6])/).flatMap { Int($0.1) }
    }
    #expect(levels.first == 1 && levels.count { $0 == 1 } == 1)
    #expect(zip(levels, levels.dropFirst()).allSatisfy { $1 <= $0 + 1 })
  }

  @Test("Nothing is loaded from anywhere", arguments: ReportCase.allCases)
  func loadsNothing(_ example: ReportCase) {
    let page = Self.page(example.report)
    for tag in MarkupScan(page).tags {
      for name in ["src", "href", "srcset", "action", "data", "poster"] {
        guard let value = tag.attributes[name] else { continue }
        #expect(value.hasPrefix("#") || value.hasPrefix("data:image/png;base64,"))
      }
      #expect(!["link", "iframe", "object", "embed", "base"].contains(tag.name))
    }
    #expect(!HTMLReport.style.contains("url(") && !HTMLReport.style.contains("@import"))
    #expect(page.contains("default-src 'none'"))
    #expect(!HTMLReport(chartBundle: nil).text(of: example.report).contains("https:"))
  }

  @Test("Hostile text makes no tags, attributes or ends of scripts")
  func hostile() {
    let page = Self.page(.hostile)
    #expect(!page.contains("<img src=x") && !page.contains("\u{1}"))
    let tags = MarkupScan(page).tags
    #expect(tags.allSatisfy { $0.attributes["onerror"] == nil })
    #expect(tags.count { $0.name == "script" } == 7)  // five specifications, bundle, drawing
    #expect(page.contains("\\u003c/script\\u003e"))
    #expect(page.contains("var a = '<\\/script><\\!--';"))
  }

  @Test("Every chart has words and a table, every picture words", arguments: ReportCase.allCases)
  func alternatives(_ example: ReportCase) {
    let tags = MarkupScan(Self.page(example.report)).tags
    let charts = tags.filter { $0.attributes["data-chart"] != nil }
    #expect(charts.count == 5)
    #expect(charts.allSatisfy { $0.attributes["role"] == "img" })
    #expect(charts.allSatisfy { ($0.attributes["aria-label"] ?? "").count > 20 })
    #expect(tags.count { $0.name == "details" } == 4)  // reliability has two charts and one table
    let pictures = tags.filter { $0.name == "img" }
    #expect(!pictures.isEmpty && pictures.allSatisfy { $0.attributes["alt"]?.isEmpty == false })
  }

  @Test("Ids are unique, and what refers to them finds them", arguments: ReportCase.allCases)
  func references(_ example: ReportCase) {
    let tags = MarkupScan(Self.page(example.report)).tags
    let ids = tags.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count)
    let links = tags.compactMap { $0.attributes["href"] }.map { String($0.dropFirst()) }
    let references =
      links
      + ["aria-labelledby", "data-chart"].flatMap { name in
        tags.compactMap { $0.attributes[name] }
      }
    #expect(references.count > 10 && references.allSatisfy(ids.contains))
  }

  @Test("The page says what a reader came for")
  func content() {
    let page = Self.page(.sample)
    let expected = [
      "<title>Fail: audit of digits-cnn.onnx</title>", "2 of 10 checks do not meet the policy",
      "97.4%", "95.7% – 98.5%", "<span class=\"badge skipped\">", "What to do", "540 examples",
      "assay audit Examples/digits/digits-cnn.onnx", AuditReport.sample.model.sha256,
      AuditReport.sample.data.sha256, "libtorch", "Conv × 2",
    ]
    for text in expected { #expect(page.contains(text), "\(text)") }
    for landmark in ["<header", "<nav", "<main", "<footer", "class=\"skip\""] {
      #expect(page.contains(landmark))
    }
  }

  @Test("The text is the same every time")
  func deterministic() { #expect(Self.page(.sample) == Self.page(.sample)) }

  @Test("Without a bundle there are tables and no scripts")
  func withoutBundle() {
    let page = HTMLReport(chartBundle: nil).text(of: .sample)
    #expect(!page.contains("<script") && !page.contains("<details"))
    #expect(page.contains("<caption class=\"hidden\">Reliability by confidence</caption>"))
  }

  @Test("Many classes give a list of confusions instead of a matrix")
  func manyClasses() {
    var counts = Array(repeating: Array(repeating: 0, count: 100), count: 100)
    (counts[3][5], counts[7][1], counts[2][2]) = (4, 9, 50)
    let figure = Figure.Confusion(labels: (0..<100).map { "c\($0)" }, counts: counts)
    let html = figure.html.text
    let cells = html.replacing("\n", with: "")
    #expect(cells.contains("<th scope=\"row\">c7</th><td>c1</td><td>9</td>"))
    #expect(html.firstRange(of: "c7")!.lowerBound < html.firstRange(of: "c3")!.lowerBound)
    #expect(!html.contains("50"))
  }
}
