import Foundation
import Testing

@testable import Methods

/// A method with a setting of each kind.
private struct Sample: Method, Equatable {
  enum Kind: String, CaseIterable, Sendable { case plain, crossEntropy }

  var steps = 3
  var limit: Int? = nil
  var share = 0.5
  var size: Float = 1
  var isRandom = true
  var kind = Kind.plain

  static let access = ModelAccess.scores
  static let description = MethodDescription<Self>(
    "sample", "Shows settings.", family: "test", origin: .paper("sample-paper"),
    settings: [
      .integer("steps", \.steps, 1...10, "Steps."),
      .integer("limit", \.limit, 1...5, orWord: "all", "A limit."),
      .number("share", \.share, .within(0..<1), "A share."),
      .number("size", \.size, .above(0), "A size."),
      .flag("is-random", \.isRandom, "Whether it is random."),
      .choice("kind", \.kind, "A kind."),
    ])
}

private struct Other: Method {
  static let access = ModelAccess.none
  static let description = MethodDescription<Self>(
    "other", "Has none.", family: "test", origin: .yardstick("A paper (2000)"))
}

struct MethodRegistryTests {
  private let registry = MethodRegistry<any Method>(
    command: "try", [Sample.self, Other.self])

  @Test("Settings are what they are set to, and defaults where nothing is set")
  func settings() throws {
    let made = try #require(
      registry.make(
        "sample",
        settings: [
          "steps=7", "limit=2", "share=0", "size=1e-3", "is-random=false", "kind=cross-entropy",
        ]
      ) as? Sample)
    #expect(
      made
        == Sample(
          steps: 7, limit: 2, share: 0, size: 1e-3, isRandom: false, kind: .crossEntropy))
    #expect(
      made.settings == [
        "steps=7", "limit=2", "share=0.0", "size=0.001", "is-random=false", "kind=cross-entropy",
      ])
    #expect(try registry.make("sample") as? Sample == Sample())
    #expect(try registry.make("sample", settings: ["limit=2", "limit=all"]) as? Sample == Sample())
    #expect(registry.entries.map(\.name) == ["other", "sample"])
    let entry = try registry.entry("sample")
    #expect(entry.settings.map(\.defaultValue) == ["3", "all", "0.5", "1.0", "true", "plain"])
    #expect(entry.access == .scores && entry.typeName == "Sample")
  }

  @Test(
    "What is no value of a setting is refused, and the message says what is",
    arguments: [
      ("steps=0", "integer, 1 to 10"), ("steps=2.5", "integer"), ("steps=", "integer"),
      ("limit=0", "or 'all'"), ("share=1", "0 to below 1"), ("share=nan", "0 to below 1"),
      ("size=0", "above 0"), ("size=inf", "above 0"), ("is-random=yes", "true or false"),
      ("kind=crossEntropy", "plain or cross-entropy"), ("stesp=3", "Did you mean 'steps'?"),
      ("steps", "NAME=VALUE"), ("=3", "NAME=VALUE"),
    ])
  func refusals(assignment: String, words: String) {
    #expect {
      try registry.make("sample", settings: [assignment])
    } throws: { "\($0)".contains(words) }
  }

  @Test("An unknown method is named, with the one that was meant")
  func unknownMethods() {
    #expect {
      try registry.make("smaple")
    } throws: {
      "\($0)"
        == "'try' has no method 'smaple'. Did you mean 'sample'? There are: other, sample."
    }
    #expect {
      try registry.make("other", settings: ["steps=1"])
    } throws: { "\($0)" == "The method 'other' has no settings." }
  }

  @Test("A choice survives being written down, and leaves out what a file leaves out")
  func choices() throws {
    let sample = Sample(steps: 4, limit: nil, share: 0.25, isRandom: false, kind: .crossEntropy)
    let choice = MethodChoice(sample)
    let bytes = try JSONEncoder().encode(choice)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("\"isRandom\":false") && text.contains("\"steps\":4"))
    let read = try JSONDecoder().decode(MethodChoice.self, from: bytes)
    #expect(
      try registry.make(read.name, settings: read.assignments) as? Sample == sample)
    let short = try JSONDecoder().decode(
      MethodChoice.self, from: Data(#"{"Sample": {"steps": 5}}"#.utf8))
    #expect(short.name == "sample" && short.assignments == ["steps=5"])
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(MethodChoice.self, from: Data(#"{"a": {}, "b": {}}"#.utf8))
    }
  }
}
