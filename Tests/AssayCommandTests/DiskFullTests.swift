import Foundation
import TestSupport
import Testing

/// The desk on a file system that is too small, which a user may mount in a space of names of his own.
@Suite(
  .enabled("no file system can be mounted here, or python3-aiosmtpd is absent") {
    MailServer.isAvailable && SmallDisk.isAvailable
  })
struct DiskFullTests {
  private let paper = #"[{"title": "A Paper on Bounds", "summary": "It bounds."}]"#

  /// A page of papers that a disk of two megabytes does not hold.
  private var largePage: String {
    let text = (0..<200).map { "word\($0)" }.joined(separator: " ")
    return "["
      + (0..<1500).map { #"{"title": "Paper \#($0) of Many", "summary": "\#($0) \#(text)"}"# }
      .joined(separator: ",") + "]"
  }

  @Test("An import that does not fit changes nothing, and succeeds once there is room")
  func importing() throws {
    try TestFiles.withTemporaryFolder { folder in
      try Data(paper.utf8).write(to: URL(fileURLWithPath: folder + "/small.json"))
      try Data(largePage.utf8).write(to: URL(fileURLWithPath: folder + "/large.json"))
      let run = try SmallDisk.run(
        """
        "$0" papers import small.json --quiet; echo "exit $?"
        "$0" papers import large.json --quiet; echo "exit $?"
        "$0" papers import small.json --quiet; echo "exit $?"
        mount -o remount,size=60m "$ASSAY_HOME"
        "$0" papers import large.json --quiet | tail -n 1
        "$0" papers backup copy.sqlite
        """, megabytes: 2, in: folder)
      let lines = run.output.split(separator: "\n")
      #expect(lines.filter { $0.hasPrefix("exit") } == ["exit 0", "exit 73", "exit 0"])
      #expect(
        lines.filter { $0.hasPrefix("Papers in the store") } == [
          "Papers in the store: 1", "Papers in the store: 1", "Papers in the store: 1501",
        ])
      #expect(run.onlyError?.hasSuffix("the disk is full; nothing was changed.") == true)
      #expect(lines.last == "copy.sqlite")
    }
  }

  @Test("Mail that is sent while the disk fills up is sent once")
  func sending() throws {
    try TestFiles.withTemporaryFolder { folder in
      try Data(paper.utf8).write(to: URL(fileURLWithPath: folder + "/small.json"))
      let server = try MailServer(in: folder)
      let people = (0..<12).map { "--to r\($0)@x.org" }.joined(separator: " ")
      let run = try SmallDisk.run(
        """
        "$0" papers import small.json --quiet
        "$0" papers digest --since 2 \(people) --smtp smtp://127.0.0.1:1 2>/dev/null
        for left in 0 20 40 60 80; do
          rm -f "$ASSAY_HOME/fill"
          room=$(df --output=avail "$ASSAY_HOME" | tail -n 1)
          dd if=/dev/zero of="$ASSAY_HOME/fill" bs=1k count=$((room - left)) 2>/dev/null
          "$0" papers deliver --smtp smtp://\(server.place) 2>>errors
        done
        rm "$ASSAY_HOME/fill"
        "$0" papers deliver --smtp smtp://\(server.place)
        """, megabytes: 8, in: folder)
      #expect(run.output.hasSuffix("12 sent, 0 waiting, 0 failed\n"))
      #expect(server.taken.map(\.recipient).sorted() == (0..<12).map { "r\($0)@x.org" }.sorted())
      let errors = try String(contentsOfFile: folder + "/errors", encoding: .utf8)
      #expect(errors.split(separator: "\n").allSatisfy { $0.contains("the disk is full") })
    }
  }
}

/// A small file system under `ASSAY_HOME`.
private enum SmallDisk {
  static let isAvailable: Bool = {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "unshare -rm mount -t tmpfs none /mnt 2>/dev/null"]
    return (try? process.run()) != nil && { process.waitUntilExit() }() == ()
      && process.terminationStatus == 0
  }()

  /// Runs a script in which `$0` is the program; the disk ends with it.
  static func run(
    _ script: String, megabytes: Int, in folder: String
  ) throws -> AssayProcess {
    try AssayProcess.run(
      [], in: folder,
      shell: """
        mkdir -p "$ASSAY_HOME"
        export ASSAY_ROOT="$ASSAY_HOME"  # without the model, which would fill the disk first
        exec unshare -rm sh -c 'mount -t tmpfs -o size=\(megabytes)m none "$ASSAY_HOME" || exit 99
        \(script)' "$@"
        """)
  }
}
