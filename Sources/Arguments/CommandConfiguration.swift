/// What a command is called, what help says about it, and which commands lie below it.
public struct CommandConfiguration: Sendable {
  /// The word that names the command; by default the type's name in kebab case.
  public var commandName: String?
  /// One sentence.
  public var abstract: String
  /// More than one sentence.
  public var discussion: String
  /// What `--version` prints; empty if the command has no version of its own.
  public var version: String
  public var subcommands: [any ParsableCommand.Type]
  /// The command that runs if none is named.
  public var defaultSubcommand: (any ParsableCommand.Type)?

  public init(
    commandName: String? = nil, abstract: String = "", discussion: String = "",
    version: String = "", subcommands: [any ParsableCommand.Type] = [],
    defaultSubcommand: (any ParsableCommand.Type)? = nil
  ) {
    self.commandName = commandName
    self.abstract = abstract
    self.discussion = discussion
    self.version = version
    self.subcommands = subcommands
    self.defaultSubcommand = defaultSubcommand
  }
}
