import Foundation
import TestSupport
import Testing

@testable import Desk

/// Feeds of all kinds and encodings, right and broken.
struct FeedReadingTests {
  private static let cases = TestFiles.shared("cases/feed-encodings") != nil

  private func read(_ text: String) throws -> PageReading {
    try Importer.read(Array(text.utf8), source: "feed")
  }

  private func read(case name: String) throws -> PageReading {
    let path = try #require(TestFiles.shared("cases/" + name))
    return try Importer.read([UInt8](Data(contentsOf: URL(fileURLWithPath: path))), source: name)
  }

  @Test("Saved: Atom's types of text", .enabled("../shared is absent") { cases })
  func savedTypes() throws {
    let entries = try read(case: "atom-text-types/types.xml").entries
    #expect(
      entries.map(\.title) == [
        "Titles with <meta> elements and a < b rule", "Xhtml italic three",
        "Cdata Jahresrückblick & more four",
      ])
    #expect(
      entries.map(\.abstract) == [
        "The <script> element and x < y and y > z hold.", "P1. P2.", "Body & soul",
      ])
  }

  @Test("Saved: an entity that XML does not know", .enabled("../shared is absent") { cases })
  func savedEntity() throws {
    let reading = try read(case: "undefined-entity/rss1.xml")
    #expect(
      reading.entries.map(\.title) == [
        "Synthetic RSS Item One", "Replaced Item Two", "Old Format Item Three.",
        "Content Encoded Item Four", "Escaped Cdata Five", "Entity – Undefined Six é",
      ])
    #expect(reading.entries[0].abstract == "We study synthetic things & more.")
    #expect(reading.entries[2].abstract == "An old html abstract.")
    #expect(reading.entries[4].abstract == "some escaped text")
    #expect(
      reading.entries.map(\.authors) == [
        ["Ann One", "Bob Two", "Cy Three"], ["Dee Four"], ["Eve Five", "Fay Six"], ["Gus Seven"],
        [], [],
      ])
    #expect(
      reading.entries.map(\.arxivID) == ["2502.00001", "2502.00002", "2201.00003", nil, nil, nil])
    #expect(reading.unreadable.count == 1)
  }

  @Test("Saved: Latin-1 and UTF-16", .enabled("../shared is absent") { cases })
  func savedEncodings() throws {
    for file in ["at_latin1.xml", "at_u16.xml"] {
      let entries = try read(case: "feed-encodings/" + file).entries
      #expect(
        entries.map(\.title) == [
          "Synthetic Bounds for Two Line Titles", "Old Style Identifier Entry",
        ])
      #expect(entries.first?.authors == ["Ana Beta", "José Gamma"])
      #expect(entries.map(\.arxivID) == ["2501.00001", "hep-th/9901001"])
      #expect(entries.first?.doi == "10.1/x")
      #expect(entries.first?.rawAbstract == "First line second line with <b> & $x < y$.")
    }
    let error = #expect(throws: ImportError.self) { try read(case: "feed-encodings/latin1.bib") }
    #expect(error?.description.contains("UTF-8; if it is Latin-1") == true)
  }

  private static func atom(_ encoding: String?) -> String {
    """
    <?xml version="1.0"\(encoding.map { " encoding='\($0)'" } ?? "")?>
    <feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Čapek – “a” § é</title>
    <summary>Größe</summary><author><name>Jörg Müller</name></author></entry></feed>
    """
  }

  @Test(
    "Encodings by name and by mark",
    arguments: [
      ("utf-8", String.Encoding.utf8, []), (nil, .utf8, []), ("UTF-8", .utf8, [0xEF, 0xBB, 0xBF]),
      ("ISO-8859-1", .utf8, []), ("UTF-16", .utf16LittleEndian, [0xFF, 0xFE]),
      ("UTF-16", .utf16BigEndian, [0xFE, 0xFF]), ("utf-16le", .utf16LittleEndian, []),
      ("utf-16be", .utf16BigEndian, []), (nil, .utf32LittleEndian, [0xFF, 0xFE, 0, 0]),
      ("UTF-16", .utf8, []),
    ] as [(String?, String.Encoding, [UInt8])])
  func encodings(_ name: String?, _ encoding: String.Encoding, _ mark: [UInt8]) throws {
    let data = try #require(Self.atom(name).data(using: encoding))
    let entry = try #require(try Importer.read(mark + [UInt8](data), source: "a").entries.first)
    #expect(entry.title == "Čapek – “a” § é" && entry.abstract == "Größe")
    #expect(entry.authors == ["Jörg Müller"])
  }

  @Test("Windows-1252, Latin-1 with its quotes, Latin-2, a page and a bibliography that say so")
  func declaredEncodings() throws {
    func entry(_ start: String, _ bytes: [UInt8], _ end: String) throws -> PaperEntry? {
      try Importer.read(Array(start.utf8) + bytes + Array(end.utf8), source: "a").entries.first
    }
    for (name, title) in [
      ("Windows-1252", "“ø”"), ("iso-8859-1", "“ø”"), ("ISO-8859-2", "\u{93}ř\u{94}"),
    ] {
      let start = "<?xml version='1.0' encoding='\(name)'?><rss><channel><item><title>a "
      let read = try entry(
        start, [0x93, 0xF8, 0x94], "</title><description>x</description></item></channel></rss>")
      #expect(read?.title == "a \(title)", "\(name)")
    }
    let bibliography = try entry("% Encoding: Cp1252\n@misc{a, title={M", [0xFC], "ller}}")
    #expect(bibliography?.title == "Müller")
    let page = try entry(
      "<html><head><meta charset=\"iso-8859-1\"></head><body><h2>M", [0xFC],
      "ller</h2><p>\(PageReadingTests.abstract)</p></body></html>")
    #expect(page?.title == "Müller")
    for name in ["utf-8", "klingon", "//TRANSLIT", "UTF-16"] {
      #expect(throws: ImportError.self) {
        try entry("<?xml version='1.0' encoding='\(name)'?><rss>", [0xFC], "</rss>")
      }
    }
  }

  @Test("A broken item is named, and the others are taken")
  func brokenItems() throws {
    let reading = try read(
      """
      <?xml version="1.0"?>
      <!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://example.org/rss.dtd">
      <rss version="0.91"><channel><title>Feed</title>
      <item><title>One</title><description>AT&T, a < b &eacute; &#146; &nosuch; \u{8}&#8;</description>
      <link>http://example.org/?a=1&b=2</link></item>
      <item><title>Two</title><description>a <br> b</description></item>
      <item><title>Three</title><description><b>in</b> it</description></item>
      <item><title>Four</title><description>never
      <item><title>Five</title><description>five</description></item>
      <item><title>Six</title><descr
      """)
    #expect(reading.entries.map(\.title) == ["One", "Three", "Five"])
    #expect(reading.entries[0].abstract == "AT&T, a < b é ’ &nosuch; \u{FFFD}")
    #expect(reading.entries[0].links == [PaperLink(.page, "http://example.org/?a=1&b=2")])
    #expect(reading.entries[1].abstract == "in it")
    #expect(reading.unreadable.map(\.line) == [6, 8, 10])
  }

  @Test("RSS 1.0, names in every form, and what extensions call a title")
  func rdf() throws {
    let reading = try read(
      """
      <?xml version="1.0"?><rdf:RDF xmlns:rdf="r" xmlns="http://purl.org/rss/1.0/" xmlns:dc="d">
      <channel rdf:about="x"><title>Feed</title><items><rdf:Seq><rdf:li resource="a"/></rdf:Seq></items>
      </channel><item rdf:about="http://arxiv.org/abs/cs.LG/0701001"><title>Titles of &lt;T&gt; &amp;amp; more</title>
      <dc:title>Titles again</dc:title><media:title>thumb</media:title>
      <description>&lt;p&gt;x&lt;/p&gt;&lt;script&gt;evil()&lt;/script&gt;&lt;p&gt;y&amp;ouml;&lt;/p&gt;</description>
      <dc:creator>Doe, Jane</dc:creator><dc:creator>Müller, J.</dc:creator><dc:date>2024-06</dc:date>
      <dc:identifier>doi:10.1000/ABC.</dc:identifier></item></rdf:RDF>
      """)
    let entry = try #require(reading.entries.first)
    #expect(entry.title == "Titles of <T> & more" && entry.abstract == "x yö")
    #expect(entry.authors == ["Jane Doe", "J. Müller"] && entry.posted == "2024-06")
    #expect(entry.arxivID == "cs/0701001" && entry.doi == "10.1000/abc")
    for (text, names) in [
      ("lawyer@example.org (Ann Lawyer)", ["Ann Lawyer"]),
      ("A. One, B. Two", ["A. One", "B. Two"]),
      ("Ann One, Bob Two and Cy Three", ["Ann One", "Bob Two", "Cy Three"]),
      ("Doe, Jane; Roe, Ann", ["Jane Doe", "Ann Roe"]),
      ("van der Berg, J. K.", ["J. K. van der Berg"]),
      ("Plato", ["Plato"]), ("", []),
    ] {
      #expect(FeedNames(text).names == names)
    }
  }

  @Test("Atom with prefixes, content by type, and the feed's own authors")
  func atomForms() throws {
    let reading = try read(
      """
      \n<?xml version="1.0"?><a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>Feed</a:title>
      <a:author><a:name>Ann Feed</a:name></a:author>
      <a:entry><a:title type="html">x &amp;lt; y &amp;amp; &lt;b&gt;z&lt;/b&gt;</a:title>
      <a:content type="image/png">AAAA</a:content><a:summary type="text">1 &amp;amp; 2</a:summary>
      <a:link rel="self" href="http://example.org/self"/><a:link href="http://example.org/page"/></a:entry>
      <a:entry><a:title>Two</a:title><a:author><a:name>Doe, Jane</a:name><a:uri>u</a:uri></a:author>
      <a:content type="html"><![CDATA[<style>p{}</style><li>one<li>two]]></a:content></a:entry></a:feed>
      """)
    #expect(reading.entries.map(\.title) == ["x < y & z", "Two"])
    #expect(reading.entries.map(\.abstract) == ["1 &amp; 2", "one two"])
    #expect(reading.entries.map(\.authors) == [["Ann Feed"], ["Doe, Jane"]])
    #expect(reading.entries[0].links == [PaperLink(.page, "http://example.org/page")])
  }

  @Test("JSON Feed and the JSON of reference managers")
  func json() throws {
    let feed = try read(
      """
      {"version": "https://jsonfeed.org/version/1.1", "title": "Feed", "description": "Of papers",
       "items": [{"id": "1", "url": "https://example.org/1", "title": "One & <T>",
         "content_html": "<p>a</p><p>b &eacute;</p>", "date_published": "2024-06-08T00:00:00Z",
         "authors": [{"name": "Ann Roe"}]}, {"id": "2", "title": 7, "content_text": "x"},
         {"id": "3", "title": "Three", "content_text": "x < y", "author": {"name": "Bo Li"}}]}
      """)
    #expect(feed.entries.map(\.title) == ["One & <T>", "Three"])
    #expect(feed.entries.map(\.abstract) == ["a b é", "x < y"])
    #expect(feed.entries.map(\.authors) == [["Ann Roe"], ["Bo Li"]])
    #expect(feed.entries[0].posted == "2024-06-08")
    let items = try read(
      """
      [{"id": "a", "title": "One", "DOI": "10.1000/ABC", "abstract": "x", "issued": {"date-parts": [[2024, 6]]},
        "author": [{"family": "Beethoven", "given": "Ludwig", "non-dropping-particle": "van"}, {"literal": "ACM, Inc."}]}]
      """)
    #expect(items.entries[0].authors == ["Ludwig van Beethoven", "ACM, Inc."])
    #expect(items.entries[0].doi == "10.1000/abc" && items.entries[0].posted == "2024-06")
  }

  @Test("Hostile feeds end soon, in one line")
  func hostile() throws {
    for text in [
      String(repeating: "<!--", count: 20_000), String(repeating: "<item>", count: 5_000),
      String(repeating: "&", count: 50_000), String(repeating: "<![CDATA[", count: 10_000),
    ] {
      let error = #expect(throws: ImportError.self) {
        try read("<?xml version='1.0'?><rss><channel>" + text)
      }
      #expect(error?.description.contains("\n") == false)
    }
  }
}
