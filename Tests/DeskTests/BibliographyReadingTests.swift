import Foundation
import TestSupport
import Testing

@testable import Desk

/// Bibliographies as people keep them.
struct BibliographyReadingTests {
  private func read(_ text: String) throws -> PageReading {
    try Importer.read(Array(text.utf8), source: "a.bib")
  }

  @Test(
    "The saved bibliography: case of 'and', comments, groups, others",
    .enabled("../shared is absent") { TestFiles.shared("cases/bib-authors") != nil })
  func savedCase() throws {
    let path = try #require(TestFiles.shared("cases/bib-authors/au.bib"))
    let reading = try read(try String(contentsOfFile: path, encoding: .utf8))
    #expect(
      reading.entries.map(\.authors) == [
        ["G Gil", "H Hal"], ["G Gil", "H Hal"], ["Barnes and Noble, Inc.", "Ann Rand"],
        ["John Smith"], ["R Q"],
      ])
    #expect(reading.entries.map(\.hasMoreAuthors) == [false, false, false, true, false])
    #expect(reading.entries[3].authorText == "John Smith et al.")
    #expect(reading.entries[4].doi == "10.1000/abc")
    #expect(reading.unreadable.isEmpty)
  }

  @Test(
    "Names in every form that BibTeX knows, and in some that it does not",
    arguments: [
      ("Beethoven, Ludwig van", "Ludwig van Beethoven"),
      (
        "van Beethoven, Ludwig and Charles Louis Xavier Joseph de la Vall{\\'e}e Poussin",
        "Ludwig van Beethoven|Charles Louis Xavier Joseph de la Vallée Poussin"
      ),
      ("King, Jr., Martin Luther And Davis, III, Sammy", "Martin Luther King Jr.|Sammy Davis III"),
      ("Smith, Jr.", "Smith Jr."), ("Jane Doe\n\tAND\nBo Li", "Jane Doe|Bo Li"),
      (
        "{European Space Agency} and {\\'E}cole {d'Art et} Lettres",
        "European Space Agency|École d'Art et Lettres"
      ),
      ("{{Procter and Gamble}} and Anderson, Anders", "Procter and Gamble|Anders Anderson"),
      ("Sandra Brand and Alexander, Ferdinand", "Sandra Brand|Ferdinand Alexander"),
      ("Knuth, Donald~E. and M{\\\"u}ller, J{\\\"o}rg", "Donald E. Knuth|Jörg Müller"),
      ("Doe, Jane; Roe, Richard", "Jane Doe|Richard Roe"),
      ("Ann One, Bob Two, Cy Three", "Ann One|Bob Two|Cy Three"),
      ("given=Hans, family=Harman, prefix=de and Doe, Jane", "Hans de Harman|Jane Doe"),
      (" and Doe, Jane and ", "Jane Doe"), ("others", ""), ("Doe,", "Doe"), ("{}", ""), (",", ""),
    ])
  func names(_ field: String, _ expected: String) {
    #expect(BibTeXNames(field).names.joined(separator: "|") == expected)
  }

  @Test("A bad entry is named, and the others are taken")
  func badEntries() throws {
    let reading = try read(
      """
      Kept by hand. 100% of it.
      % @misc{old, title={Commented out}}
      @misc{a, title={One}, oops, year={2020}}
      @misc{b, title={Two}}, author={Doe, Jane}, year={2020}}
        @misc{c, title={Three
        @misc(d, title="Four", % "a" {b
          % author={Nobody},
          author="Doe, Jane" # " and " # "Roe, Ann", year = 2020 % then
        )
      @misc{title={Five, without a key}, year={2021}}
      @misc{f, year={2022}}
      @misc{g, title={Six}, author={One Two, Three Four, Five Six}, date={2023-04-05}}
      @misc{h, title={Seven}, title={Again}, subtitle={The End}, year={(c.~2019)}, month=jan,
        editor={Poe, Edgar}, eprint={hal-0001}, archiveprefix={HAL}, url={https://a.org/x\\_y}}
      """)
    #expect(
      reading.entries.map(\.title) == [
        "One", "Two", "Four", "Five, without a key", "Six", "Seven: The End",
      ])
    #expect(reading.entries[2].authors == ["Jane Doe", "Ann Roe"])
    #expect(reading.entries.map(\.posted) == ["2020", nil, "2020", "2021", "2023-04-05", "2019"])
    #expect(reading.entries[4].authors == ["One Two", "Three Four", "Five Six"])
    #expect(reading.entries[5].authors == ["Edgar Poe"] && reading.entries[5].arxivID == nil)
    #expect(reading.entries[5].links == [PaperLink(.page, "https://a.org/x_y")])
    #expect(
      reading.unreadable.map(\.line) == [3, 4, 5, 11, 12],
      "\(reading.unreadable)")
  }

  @Test("A name without its comma, and an abbreviation without a meaning")
  func oddities() throws {
    let reading = try read("@misc{a title={One}, year=2020}\n@misc{b, title={Two}, month=foo}")
    #expect(reading.entries.map(\.title) == ["One", "Two"])
    #expect(reading.entries[0].posted == "2020")
    #expect(reading.unreadable.map(\.line) == [2])
  }

  @Test("Abbreviations are written out, months too")
  func abbreviations() throws {
    let reading = try read(
      """
      @string(acm = "ACM")
      @string{jd = {Doe, Jane}}
      @misc{a, title = acm # { in } # mar, author = jd # { and Roe, Ann}}
      """)
    #expect(reading.entries.map(\.title) == ["ACM in March"])
    #expect(reading.entries[0].authors == ["Jane Doe", "Ann Roe"])
  }
}
