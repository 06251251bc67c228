import Testing

@testable import Arguments

struct OutcomeTests {
  /// A command line, what is printed for it, and the exit code.
  struct Case: Sendable, CustomTestStringConvertible {
    var words: String
    var code: ExitCode
    var text: String
    init(_ words: String, _ code: ExitCode, _ text: String) {
      (self.words, self.code, self.text) = (words, code, text)
    }
    var testDescription: String { words }
  }

  static let failures: [Case] = [
    Case(
      "", .usage, "Error: Missing a command, one of: audit, fail, data. See 'assay --help'."),
    Case(
      "audti", .usage, "Error: Unknown command 'audti'. Did you mean 'audit'? See 'assay --help'."),
    Case("zzz", .usage, "Error: Unknown command 'zzz'. See 'assay --help'."),
    Case(
      "data fetsh", .usage,
      "Error: Unknown command 'fetsh'. Did you mean 'fetch'? See 'assay data --help'."),
    Case(
      "--versoin", .usage,
      "Error: Unknown option '--versoin'. Did you mean '--version'? See 'assay --help'."),
    Case("audit", .usage, "Error: Missing '<model>'. See 'assay audit --help'."),
    Case(
      "audit m --radus 1", .usage,
      "Error: Unknown option '--radus'. Did you mean '--radius'? See 'assay audit --help'."),
    Case("audit m d x", .usage, "Error: Unexpected argument 'x'. See 'assay audit --help'."),
    Case(
      "audit m --norm lnif", .usage,
      "Error: The value 'lnif' is not valid for '--norm'. Did you mean 'linf'?"
        + " See 'assay audit --help'."),
    Case(
      "audit m --norm circle", .usage,
      "Error: The value 'circle' is not valid for '--norm'. It may be: linf, l2."
        + " See 'assay audit --help'."),
    Case(
      "audit m --seed -1", .usage,
      "Error: The value '-1' is not valid for '--seed'. See 'assay audit --help'."),
    Case(
      "audit m --seed", .usage,
      "Error: Option '--seed' needs a value, as in '--seed <number>'. See 'assay audit --help'."),
    Case(
      "audit m --seed --norm l2", .usage,
      "Error: Option '--seed' needs a value, as in '--seed <number>'. See 'assay audit --help'."),
    Case(
      "audit m --quiet=yes", .usage,
      "Error: Flag '--quiet' takes no value, but was given 'yes'. See 'assay audit --help'."),
    Case(
      "audit m --threads 0", .usage,
      "Error: '--threads' must be at least 1, but is 0. See 'assay audit --help'."),
    Case("help nothing", .usage, "Error: Unknown command 'nothing'. See 'assay --help'."),
    Case("fail data", .dataError, "Error: The file 'a.npz' is truncated. Try another."),
    Case("fail plain", .internal, "Error: Oops."),
    Case("fail code", .policyFailure, ""),
    Case("fail cancel", .interrupted, "Error: Interrupted."),
    Case("fail clean", .success, "Bye."),
    Case("fail none", .success, ""),
    Case("--version", .success, "1.2.3"),
    Case("audit --version", .success, "1.2.3"),
  ]

  @Test("Every outcome is one line and an exit code", arguments: failures)
  func outcome(_ sample: Case) {
    let outcome = AssaySample.outcome(of: sample.words.split(separator: " ").map(String.init))
    #expect(outcome == CommandOutcome(text: sample.text, exitCode: sample.code))
  }

  @Test("A word near a command's name is not taken as an argument of the default command")
  func defaultCommandHint() {
    let outcome = DefaultSample.outcome(of: ["fetsh"])
    #expect(outcome.text.contains("Did you mean 'fetch'?"))
  }

  @Test("Exit codes follow sysexits")
  func exitCodes() {
    #expect(ExitCode.usage.rawValue == 64 && ExitCode.dataError.rawValue == 65)
    #expect(ExitCode.noInput.rawValue == 66 && ExitCode.internal.rawValue == 70)
    #expect(ExitCode.cantCreate.rawValue == 73 && ExitCode.interrupted.rawValue == 130)
    #expect(AuditSample.exitCode(for: ValidationError("no")) == .usage)
    #expect(AuditSample.fullMessage(for: ExitCode.policyFailure).isEmpty)
  }
}
