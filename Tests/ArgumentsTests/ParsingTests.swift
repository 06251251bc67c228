import Testing

@testable import Arguments

struct ParsingTests {
  /// A command line and what a property should be after it is parsed.
  struct Case: Sendable, CustomTestStringConvertible {
    var words: String
    var holds: @Sendable (AuditSample) -> Bool
    init(_ words: String, _ holds: @escaping @Sendable (AuditSample) -> Bool) {
      (self.words, self.holds) = (words, holds)
    }
    var testDescription: String { words }
  }

  static let cases: [Case] = [
    Case("m") { $0.model == "m" && $0.data == nil && $0.norm == .linf && $0.only.isEmpty },
    Case("m d") { $0.data == "d" },
    Case("--norm l2 m d") { $0.norm == .l2 && $0.data == "d" },
    Case("m --norm=l2") { $0.norm == .l2 },
    Case("m --norm l2 --norm linf") { $0.norm == .linf },
    Case("m --radius 0.1,0.2") { $0.radius?.values == [0.1, 0.2] },
    Case("m -r 0.1") { $0.radius?.values == [0.1] },
    Case("m -r=0.1") { $0.radius?.values == [0.1] },
    Case("m --radius -0.5") { $0.radius?.values == [-0.5] },
    Case("m --only a --only b") { $0.only == ["a", "b"] },
    Case("m --seed 18446744073709551615") { $0.seed == .max },
    Case("m --scale 1e-3") { $0.scale == 0.001 },
    Case("m --json=a=b") { $0.jsonFile == "a=b" },
    Case("m --json=") { $0.jsonFile == "" },
    Case("m --json -") { $0.jsonFile == "-" },
    Case("m --no-color") { !$0.color },
    Case("m --no-color --color") { $0.color },
    Case("m -qv") { $0.common.quiet && $0.verbose },
    Case("m --threads 4") { $0.common.threads == 4 },
    Case("-- --model -q") { $0.model == "--model" && $0.data == "-q" && !$0.common.quiet },
    Case("-3 m") { $0.model == "-3" && $0.data == "m" },
  ]

  @Test("A command line fills the properties", arguments: cases)
  func fills(_ sample: Case) throws {
    let command = try AuditSample.parse(sample.words.split(separator: " ").map(String.init))
    #expect(sample.holds(command))
  }

  @Test("A default array is replaced, not extended")
  func replacesDefaultArray() throws {
    struct Sample: ParsableCommand { @Option var check = ["accuracy"] }
    #expect(try Sample.parse([]).check == ["accuracy"])
    #expect(try Sample.parse(["--check", "attack"]).check == ["attack"])
  }

  @Test("Parsed commands are values")
  func commandsAreValues() throws {
    let first = try AuditSample.parse(["m"])
    var second = first
    second.model = "n"
    second.common.quiet = true
    #expect(first.model == "m" && second.model == "n")
    #expect(!first.common.quiet && second.common.quiet)
  }

  @Test("Commands are found by name, at every depth, or by default")
  func findsCommands() throws {
    #expect(try AssaySample.parseAsRoot(["audit", "m"]) is AuditSample)
    let fetch = try AssaySample.parseAsRoot(["data", "fetch", "digits", "mnist"]) as? FetchSample
    #expect(fetch?.names == ["digits", "mnist"])
    #expect((try DefaultSample.parseAsRoot(["digits"]) as? FetchSample)?.names == ["digits"])
  }

  @Test(
    "Property names become option names",
    arguments: [("radius", "radius"), ("maxRadius", "max-radius"), ("asJSON", "as-json")])
  func kebabCase(_ property: String, _ option: String) { #expect(property.kebabCased == option) }
}
