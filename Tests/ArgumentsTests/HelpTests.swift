import Testing

@testable import Arguments

struct HelpTests {
  @Test("Help lists arguments, options, values and defaults")
  func commandHelp() {
    let outcome = AssaySample.outcome(of: ["audit", "--help"])
    #expect(outcome.exitCode == .success)
    #expect(
      outcome.text == """
        OVERVIEW: Audits a model.

        Runs every check.

        USAGE: assay audit <model> [<data>] [--norm <norm>] [--radius <radius>]
               [--only <only> ...] [--seed <number>] [--scale <scale>]
               [--json <json-file>] [--color] [-v] [--quiet] [--threads <threads>]

        ARGUMENTS:
          <model>                 The model.
          <data>                  The data.

        OPTIONS:
          --norm <norm>           How changes are measured. (values: linf, l2) (default:
                                  linf)
          -r, --radius <radius>   Radii.
          --only <only>           A check to run.
          --seed <number>         Seed. (default: 0)
          --scale <scale>         (default: 1.0)
          --json <json-file>
          --color/--no-color      Use color. (default: --color)
          -v
          -q, --quiet             Print less.
          --threads <threads>     Threads to use. (default: 2)
          --version               Show the version.
          -h, --help              Show help information.
        """)
  }

  @Test(
    "Help lists subcommands, however it is asked for",
    arguments: [["--help"], ["-h"], ["help"], ["data", "--help"], ["help", "data"]])
  func rootHelp(_ words: [String]) {
    let outcome = AssaySample.outcome(of: words)
    #expect(outcome.exitCode == .success)
    let expected =
      words.contains("data")
      ? ["USAGE: assay data <subcommand>", "  fetch                   Fetches data."]
      : ["USAGE: assay <subcommand>", "  audit                   Audits a model."]
    for line in expected { #expect(outcome.text.split(separator: "\n").contains { $0 == line }) }
    #expect(outcome.text.contains("See 'assay help <subcommand>' for detailed help."))
  }

  @Test("Help asked for after the terminator is an argument")
  func terminator() throws {
    #expect(try AuditSample.parse(["--", "--help"]).model == "--help")
  }

  @Test("A command without its own run shows its help")
  func defaultRun() {
    let outcome = AssaySample.outcome(of: ["audit", "m"])
    #expect(outcome.exitCode == .success && outcome.text.contains("USAGE: assay audit"))
  }

  @Test("The default subcommand is marked")
  func marksDefault() { #expect(DefaultSample.helpMessage().contains("  fetch (default)")) }
}
