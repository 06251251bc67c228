import Foundation
import TestSupport
import Testing

/// Mail as a user sends it, by a real server.
@Suite(.enabled("python3-aiosmtpd is absent") { MailServer.isAvailable })
struct MailCommandTests {
  @Test("What was not sent is named, in lines without a password, and the exit code says so")
  func failures() throws {
    try TestFiles.withTemporaryFolder { folder in
      let paper = #"[{"title": "A Paper on Bounds", "summary": "It bounds."}]"#
      try Data(paper.utf8).write(to: URL(fileURLWithPath: folder + "/page.json"))
      let certificate = try MailServer.certificate(in: folder)
      let server = try MailServer(
        in: folder, ["--user", "me", "right", "--certificate"] + certificate)
      func assay(_ words: String...) throws -> AssayProcess {
        try AssayProcess.run(["papers"] + words, in: folder)
      }
      _ = try assay("import", "page.json", "--quiet")
      let people = ["a", "reject", "grey"].flatMap { ["--to", "\($0)@x.org"] }
      let wrong = try AssayProcess.run(
        [
          "papers", "digest", "--quiet", "--since", "2", "--smtp",
          "smtp://me:s3cret@\(server.place)",
        ]
          + ["--authority", certificate[0]] + people, in: folder)
      #expect(wrong.exitCode == 69 && wrong.onlyError?.contains("535") == true)
      #expect(!(wrong.output + wrong.errors).contains("s3cret"))
      let stranger = try assay("deliver", "--smtp", "smtp://me:right@\(server.place)")
      #expect(stranger.exitCode == 69 && stranger.onlyError?.contains("certificate") == true)
      #expect(server.taken.isEmpty)
      let right = try assay(
        "deliver", "--smtp", "smtp://me:right@\(server.place)", "--authority", certificate[0])
      #expect(right.exitCode == 75)
      #expect(
        right.onlyError == "Error: Not all mail was sent: 1 to be tried again, 1 refused.")
      #expect(
        right.output.split(separator: "\n").sorted() == [
          "Not to reject@x.org: The mail was refused: 550 5.1.1 There is no such person",
          "Not yet to grey@x.org, again in 60 s: 451 4.7.1 Greylisted, come again",
          "Sent to a@x.org",
        ])
      #expect(server.taken.map(\.recipient) == ["a@x.org"])
    }
  }
}
