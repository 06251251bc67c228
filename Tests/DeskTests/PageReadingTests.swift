import Foundation
import TestSupport
import Testing

@testable import Desk

struct PageReadingTests {
  static let abstract =
    "We study how networks behave when their inputs change a little. Our method bounds the outputs "
    + "of every layer by linear functions of the input, which is tighter than intervals and nearly "
    + "as quick. Experiments on several data sets show that the bounds hold and help training."
  static let other =
    "Training with noisy labels makes networks remember mistakes. We propose a loss whose gradient "
    + "stays bounded, and prove that its minimum is that of clean labels under mild conditions. On "
    + "images it is more accurate than cross-entropy by several points without further cost."

  private func read(_ text: String) throws -> PageReading {
    try Importer.read(
      Array(text.utf8), source: "page", today: DateComponents(year: 2026, month: 3, day: 5))
  }

  @Test(
    "The saved pages give all their papers, each whole",
    .enabled("../shared is absent") { TestFiles.shared("pages") != nil },
    arguments: [("page-a.txt", 39), ("page-b.txt", 62), ("page-c.txt", 36)])
  func savedPages(_ file: String, _ count: Int) throws {
    let path = try #require(TestFiles.shared("pages/" + file))
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let reading = try read(text)
    #expect(reading.entries.count == count)
    #expect(reading.unreadable.isEmpty)
    // On these pages, the long lines are the abstracts, and the titles stand two lines before.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let places = lines.indices.filter { lines[$0].count > 300 }
    #expect(reading.entries.map(\.rawAbstract) == places.map { lines[$0].singleSpaced })
    #expect(reading.entries.map(\.rawTitle) == places.map { lines[$0 - 2].singleSpaced })
  }

  @Test("Details below an abstract belong to it, a day above belongs to the page")
  func details() throws {
    let reading = try read(
      """
      Daily Papers
      Apr 17
      Bounds for Everyone
      \(Self.abstract)
      Uchicago University of Chicago
      ·
      Dec 3, 2025 2
      A Loss: Is It Robust?
      \(Self.other)
      • 4 authors
      ·
      Apr 6
      """)
    #expect(reading.entries.map(\.title) == ["Bounds for Everyone", "A Loss: Is It Robust?"])
    let (first, second) = (reading.entries[0], reading.entries[1])
    #expect(first.organisation == "Uchicago University of Chicago")
    #expect(first.posted == "2025-12-03" && first.comments == 2)
    #expect(second.authorCount == 4 && second.organisation == nil)
    // Without a year, a day that lies ahead is last year's.
    #expect(second.posted == "2025-04-06" && second.comments == nil)
    #expect(first.line == 3 && second.line == 8)
  }

  @Test("Lines that were broken at a width are joined, with and without blank lines between papers")
  func brokenLines() throws {
    func broken(_ text: String) -> String {
      var (lines, line) = ([String](), "")
      for word in text.split(separator: " ") {
        if line.count + 1 + word.count > 72 {
          lines.append(line)
          line = ""
        }
        line += (line.isEmpty ? "" : " ") + word
      }
      return (lines + [line]).joined(separator: "\n")
    }
    for gap in ["\n", "\n\n"] {
      let page = [
        "Bounds for Everyone", broken(Self.abstract), "A Robust Loss", broken(Self.other),
      ]
      .joined(separator: gap)
      let reading = try read(page)
      #expect(reading.entries.map(\.rawTitle) == ["Bounds for Everyone", "A Robust Loss"])
      #expect(reading.entries.map(\.rawAbstract) == [Self.abstract, Self.other])
    }
  }

  @Test(
    "Furniture that is glued to a title is cut, and a name that begins like it is not",
    arguments: [
      ("SubscribeIncorporating Surrogates", "Incorporating Surrogates"),
      ("Get trending papers in your email inbox!SubscribeDaily PapersA Loss", "A Loss"),
      (
        "newGet trending papers in your email inbox! Subscribe Daily Papers byAK and the research "
          + "communityApr 173D Bounds", "3D Bounds"
      ),
      ("Daily PapersApr 17“Bounds” for All", "“Bounds” for All"),
      ("Bounds for EveryoneUpvote 12", "Bounds for Everyone"),
      ("Subscribers Prefer Bounds", "Subscribers Prefer Bounds"),
      ("CodeBERT: Bounds", "CodeBERT: Bounds"), ("ShareGPT4V: Bounds", "ShareGPT4V: Bounds"),
      ("PDFTriage of Bounds", "PDFTriage of Bounds"),
      ("May 3D Bounds Help?", "May 3D Bounds Help?"),
      ("Newton's Bounds", "Newton's Bounds"), ("Subscribe to Bounds", "Subscribe to Bounds"),
    ])
  func gluedFurniture(_ line: String, _ title: String) throws {
    let pages = [
      "\(line)\n\(Self.abstract)\n",
      "Daily Papers\n\nApr 17\n\n\(line)\n\n\(Self.abstract)\n\n4 authors",
      "<html><body><div><a href='/s'>\(line)</a></div><p>\(Self.abstract)</p></body></html>",
      "<html><body><h3>\(line)</h3><p>\(Self.abstract)</p></body></html>",
    ]
    let store = try StoreKind.sqlite.store()
    _ = try store.merge(PaperEntry(title: title, abstract: Self.abstract), from: "twin")
    for page in pages {
      #expect(try read(page).entries.map(\.rawTitle) == [title], "\(page)")
      let imported = try Importer(into: store).take(Array(page.utf8), source: "page")
      #expect(imported.merged == 1)
    }
    #expect(try store.counts().papers == 1)
  }

  @Test("Votes stand above a title, names between it and its abstract")
  func votesAndNames() throws {
    let reading = try read(
      """
      Submitted by
      somebody
      42
      Bounds for Everyone
      Ada Lovelace, Alan Turing and Grace Hopper
      \(Self.abstract)
      Upvote
      7
      A Robust Loss
      Authors: Emmy Noether, David Hilbert
      \(Self.other)
      https://github.com/noether/loss.
      arXiv: 2401.01234
      """)
    #expect(reading.entries.map(\.rawTitle) == ["Bounds for Everyone", "A Robust Loss"])
    #expect(reading.entries.map(\.votes) == [42, 7])
    #expect(reading.entries[0].authors == ["Ada Lovelace", "Alan Turing", "Grace Hopper"])
    #expect(reading.entries[1].authors == ["Emmy Noether", "David Hilbert"])
    #expect(reading.entries[1].arxivID == "2401.01234")
    #expect(
      reading.entries[1].allLinks.contains(PaperLink(.code, "https://github.com/noether/loss")))
  }

  @Test("Details that stand above their titles belong to the papers below")
  func detailsAhead() throws {
    let reading = try read(
      """
      [1] arXiv:2401.00001 [pdf, other]
      Jun 1, 2024
      10 upvotes
      Title: Bounds for Everyone
      Abstract: \(Self.abstract)
      [2] arXiv:2401.00002
      Jun 2, 2024
      20 upvotes
      A Robust Loss
      \(Self.other)
      """)
    #expect(reading.entries.map(\.rawTitle) == ["Bounds for Everyone", "A Robust Loss"])
    #expect(reading.entries.map(\.rawAbstract) == [Self.abstract, Self.other])
    #expect(reading.entries.map(\.arxivID) == ["2401.00001", "2401.00002"])
    #expect(reading.entries.map(\.posted) == ["2024-06-01", "2024-06-02"])
    #expect(reading.entries.map(\.votes) == [10, 20])
  }

  @Test("A sentence between two paragraphs is no title, and a heading of comments neither")
  func noTitles() throws {
    let reading = try read(
      "Bounds for Everyone\n\(Self.abstract)\nOur contributions are threefold.\n\(Self.other)\n")
    #expect(reading.entries.count == 1 && reading.entries[0].rawAbstract.hasSuffix(Self.other))
    let page = try read(
      "<html><h2>Bounds</h2><p>\(Self.abstract)</p><h4>Comments</h4><p>\(Self.other)</p></html>")
    #expect(page.entries.map(\.title) == ["Bounds"])
  }

  @Test("Numbers that no count is do no harm, and links belong to the paper beside them")
  func oddDetails() throws {
    let reading = try read(
      """
      <html><h3>Bounds</h3><p>We extend <a href="https://arxiv.org/abs/2401.00009">X</a>. \(Self.abstract)</p>
      <a href="https://arxiv.org/abs/2401.00001"><svg></svg></a><p>99999999999999999999k upvotes</p>
      <h3>A Robust Loss</h3><p>\(Self.other)</p><p>9223372036854775807 votes</p></html>
      """)
    #expect(reading.entries.map(\.arxivID) == ["2401.00001", nil])
    #expect(reading.entries.map(\.votes) == [1_000_000_000, 1_000_000_000])
  }

  @Test("HTML: headings are titles, scripts and styles are not read, links tell identifiers")
  func html() throws {
    let reading = try read(
      """
      <!DOCTYPE html><html><head><title>Daily Papers</title><style>p{}</style></head><body>
      <nav><a href="/">Home</a></nav>
      <article><h3><a href="/papers/2401.01234">Bounds &amp; <em>Proofs</em></a></h3>
      <p>\(Self.abstract)</p><ul><li>5 authors</li></ul><time>Jun 8, 2024</time></article>
      <article><h3>A Robust Loss</h3><p>\(Self.other)</p></article>
      <script>alert("\(Self.other)")</script></body></html>
      """)
    #expect(reading.entries.map(\.rawTitle) == ["Bounds & Proofs", "A Robust Loss"])
    #expect(reading.entries.map(\.rawAbstract) == [Self.abstract, Self.other])
    #expect(reading.entries[0].arxivID == "2401.01234" && reading.entries[0].authorCount == 5)
    #expect(reading.entries[0].posted == "2024-06-08")
  }

  @Test("HTML: the data that a page carries for its script are preferred to what it shows")
  func embeddedData() throws {
    let data = """
      {"dailyPapers":[{"paper":{"id":"2401.01234","title":"Bounds\\nfor Everyone","summary":"\(Self.abstract)",\
      "upvotes":12,"authors":[{"name":"Ada Lovelace"}],"publishedAt":"2024-06-08T00:00:00.000Z"},"numComments":3}]}
      """
    let escaped = data.replacing("\"", with: "&quot;")
    let reading = try read(
      "<html><body><div data-props=\"\(escaped)\"></div><h3>Bounds</h3><p>cut…</p></body></html>")
    let entry = try #require(reading.entries.first)
    #expect(reading.entries.count == 1 && entry.rawTitle == "Bounds for Everyone")
    #expect(entry.votes == 12 && entry.comments == 3 && entry.authors == ["Ada Lovelace"])
    #expect(entry.posted == "2024-06-08" && entry.arxivID == "2401.01234")
  }

  @Test("HTML: the tags for libraries describe one paper")
  func libraryTags() throws {
    let reading = try read(
      """
      <html><head><meta name="citation_title" content="Bounds for Everyone">
      <meta name="citation_author" content="Lovelace, Ada"><meta name="citation_date" content="2024/06/08">
      <meta name="citation_arxiv_id" content="2401.01234">
      <meta name="citation_abstract" content="\(Self.abstract)"></head><body><h1>Title:</h1></body></html>
      """)
    let entry = try #require(reading.entries.first)
    #expect(entry.authors == ["Ada Lovelace"] && entry.posted == "2024-06-08")
    #expect(entry.rawAbstract == Self.abstract && entry.arxivID == "2401.01234")
  }

  @Test("Atom of arXiv, RSS, and RSS with HTML inside")
  func feeds() throws {
    let atom = try read(
      """
      <?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom">
      <title>arXiv Query</title><entry><id>http://arxiv.org/abs/2401.01234v2</id>
      <published>2024-01-02T10:00:00Z</published><title>Bounds for
        Everyone</title><summary>  \(Self.abstract)
      </summary><author><name>Ada Lovelace</name></author><author><name>Alan Turing</name></author>
      <link href="http://arxiv.org/abs/2401.01234v2" rel="alternate"/></entry></feed>
      """)
    let entry = try #require(atom.entries.first)
    #expect(entry.rawTitle == "Bounds for Everyone" && entry.rawAbstract == Self.abstract)
    #expect(entry.authors == ["Ada Lovelace", "Alan Turing"] && entry.arxivID == "2401.01234")
    let rss = try read(
      """
      <rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>New</title>
      <item><title>A Robust Loss</title><link>https://example.org/loss</link>
      <description>&lt;p&gt;\(Self.other)&lt;/p&gt;</description><dc:creator>Emmy Noether</dc:creator>
      <pubDate>Sat, 08 Jun 2024 00:00:00 GMT</pubDate></item><item><title>Empty</title></item></channel></rss>
      """)
    let loss = try #require(rss.entries.first)
    #expect(loss.rawAbstract == Self.other && loss.authors == ["Emmy Noether"])
    #expect(loss.posted == "2024-06-08" && rss.unreadable.count == 1)
    #expect(loss.links == [PaperLink(.page, "https://example.org/loss")])
  }

  @Test("Feeds: a source's or picture's title is not the paper's, and XHTML is read")
  func nestedFeeds() throws {
    let atom = try read(
      """
      <?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="m"><entry>
      <title>Bounds</title><media:title>thumb</media:title><source><title>Planet</title></source>
      <summary type="xhtml"><div xmlns="x"><p>\(Self.abstract)</p></div></summary></entry></feed>
      """)
    #expect(atom.entries.map(\.rawTitle) == ["Bounds"])
    #expect(atom.entries.map(\.rawAbstract) == [Self.abstract])
  }

  @Test("BibTeX: comments are no papers, abbreviations are written out, and an open entry ends")
  func brokenBibTeX() throws {
    let reading = try read(
      """
      @string{nips = {Advances in Learning}}
      @comment{x @article{zz, title={Ghost}}}
      @article{one, title = nips # { and Bounds}, year = 2020
      @article{two, title = {Second}, year = 2021}
      """)
    #expect(reading.entries.map(\.title) == ["Second"] && reading.unreadable.count == 1)
    let whole = try read("@string{nips = {Learning}}\n@misc{a, title = nips # { and Bounds}}\n")
    #expect(whole.entries.map(\.title) == ["Learning and Bounds"])
  }

  @Test("BibTeX: nested braces, quotes, joined pieces, and an entry that does not end")
  func bibTeX() throws {
    let reading = try read(
      """
      % a comment
      @article{one, title = {The {B}ounds of {Sch\\"odinger}}, author = "Lovelace, Ada and Alan Turing",
        year = 2024, abstract = {\(Self.abstract)}, eprint={2401.01234}}
      @inproceedings(two, title = "A " # "Loss", author={Emmy Noether})
      @misc{three, title = {Open
      """)
    #expect(reading.entries.map(\.title) == ["The Bounds of Schödinger", "A Loss"])
    #expect(reading.entries[0].authors == ["Ada Lovelace", "Alan Turing"])
    #expect(reading.entries[0].posted == "2024" && reading.entries[0].arxivID == "2401.01234")
    #expect(reading.unreadable.count == 1)
  }

  @Test("What is no page is refused with one line that says why")
  func refusals() throws {
    let deep = String(repeating: "<div>", count: 100_000)
    let cases: [(bytes: [UInt8], part: String)] = [
      ([], "no paper"), ([0x50, 0, 0x51], "byte 1"), ([0x41, 0xFF, 0x42], "byte 1"),
      (Array("Just a shopping list\nmilk\neggs\n".utf8), "no paper"),
      (Array("{\"a\": [1, 2".utf8), "JSON"), (Array("<?xml version='1.0'?><svg/>".utf8), "RSS"),
      (Array("<html><body>\(deep)".utf8), "nested"),
      (Array("[{\"title\": \"A\", \"authors\": []}]".utf8), "abstract"),
    ]
    for (bytes, part) in cases {
      let error = #expect(throws: ImportError.self) {
        try Importer.read(bytes, source: "page")
      }
      let text = error?.description ?? ""
      #expect(text.contains(part) && !text.contains("\n"), "\(text)")
    }
    let title = String(repeating: "long ", count: 20_000)
    let reading = try read(
      "<html><h1>Bounds</h1><p>\(Self.abstract)</p><h1>\(title)</h1><p>\(Self.other)</p></html>")
    #expect(reading.entries.map(\.title) == ["Bounds"])
    #expect(reading.unreadable.map(\.reason).first?.hasPrefix("a title of") == true)
  }

  @Test("A script in a title stays text, and an entity bomb is not expanded")
  func hostileText() throws {
    let reading = try read("<script>alert(1)</script> & Friends\n\(Self.abstract)\n")
    #expect(reading.entries[0].title == "<script>alert(1)</script> & Friends")
    let bomb = """
      <?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">
      <!ENTITY c "&b;&b;&b;&b;&b;&b;">]><feed><entry><title>&c;</title><summary>x</summary></entry></feed>
      """
    #expect(throws: ImportError.self) { try read(bomb) }
  }
}
