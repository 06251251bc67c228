import Arguments

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Work with public datasets.", subcommands: [FetchCommand.self])
}

struct FetchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch",
    abstract: "Fetch a public dataset into the cache, split in training and test.")

  @Argument(help: "The dataset.")
  var name: PublicDataset

  @Flag(help: "Print nothing but results and errors.")
  var quiet = false

  func run() throws {
    let folder = Installation.dataFolder
    try name.ensure(in: folder, isQuiet: quiet)
    for part in name.parts(in: folder) { print(part) }
  }
}
