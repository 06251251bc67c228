import Arguments

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Work with public data sets.", subcommands: [FetchCommand.self])
}

struct FetchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch", abstract: "Fetch a public data set into the cache, split in two.")

  @Argument(help: "Which one.")
  var name: PublicDataset

  @Flag(help: "Say nothing but results and errors.")
  var quiet = false

  func run() throws {
    let folder = Installation.dataFolder
    try name.ensure(in: folder, isQuiet: quiet)
    for part in name.parts(in: folder) { print(part) }
  }
}
