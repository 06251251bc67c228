import Arguments
import Evidence
import Experiments
import Foundation
import Methods

struct PapersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "papers",
    abstract: "Find papers, run their methods, and reproduce their claims.",
    discussion: "Alone, it shows what is new, what runs and what is tested.",
    subcommands: [
      PapersImportCommand.self, PapersSearchCommand.self, PapersShowCommand.self,
      PapersRunCommand.self, PapersEvidenceCommand.self, PapersFollowCommand.self,
      PapersFollowingCommand.self, PapersUnfollowCommand.self, PapersDigestCommand.self,
      PapersSaveCommand.self, PapersNoteCommand.self, PapersTagCommand.self,
      PapersExportCommand.self, PapersSubscribeCommand.self, PapersConfirmCommand.self,
      PapersUnsubscribeCommand.self, PapersDeliverCommand.self, PapersTableCommand.self,
      PapersBackupCommand.self, PapersOverviewCommand.self,
    ], defaultSubcommand: PapersOverviewCommand.self)

  /// Where records are kept: `Evidence` in the package's folder when inside of it, else in the
  /// current one.
  static var defaultFolder: String {
    let current = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
    let root = URL(fileURLWithPath: Installation.root).standardizedFileURL.path
    let isInside = (current.standardizedFileURL.path + "/").hasPrefix(root + "/")
    return (isInside ? root : current.path) + "/Evidence"
  }
}

extension PaperID: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
  public static var allValueStrings: [String] { Experiments.all.map(\.paper.slug) }
}

extension ExperimentScale: ExpressibleByArgument {}

/// A paper that no experiment is about.
struct UnknownPaper: ExitCoding, CustomStringConvertible {
  let paper: PaperID
  var description: String {
    let known = Experiments.all.map(\.paper.slug).joined(separator: ", ")
    return "There is no experiment on '\(paper)'. There are: \(known)."
  }
  var exitCode: ExitCode { .usage }
}
