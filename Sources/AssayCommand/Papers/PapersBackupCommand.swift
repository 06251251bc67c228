import Arguments
import Desk

struct PapersBackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Check the store of papers and write a copy of it.")

  @Argument(help: "The file for the copy.")
  var file: String

  @OptionGroup var desk: DeskOptions

  func run() throws {
    try OutputPath.check(file: file)
    let store = try desk.paperStore()
    try store.database.checkIntegrity()
    try store.database.backUp(to: file)
    print(file)
  }
}
