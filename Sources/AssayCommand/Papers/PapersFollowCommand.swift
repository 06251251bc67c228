import Arguments
import Desk

struct PapersFollowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "follow", abstract: "Follow a topic, or papers that are like one.")

  @Argument(help: "The topic, as one would search for it.")
  var topic: String?

  @Option(help: "A paper whose like to follow.")
  var like: String?

  @OptionGroup var desk: DeskOptions

  func validate() throws {
    guard (topic == nil) != (like == nil) else {
      throw ValidationError("Name a topic, or a paper with '--like', and not both.")
    }
    if let topic, SearchQuery(topic).isEmpty {
      throw ValidationError("'\(topic)' has no word to search for.")
    }
  }

  func run() throws {
    let store = try desk.desk().store
    if let topic { try store.follow(topic) }
    if let like { try store.follow(like: store.paper(named: like)) }
    show(try store.topics())
  }
}

struct PapersFollowingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "following", abstract: "Show what is followed.")

  @OptionGroup var desk: DeskOptions

  func run() throws { show(try desk.desk().store.topics()) }
}

struct PapersUnfollowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unfollow", abstract: "Stop following a topic or a paper.")

  @Argument(help: "The topic, or the paper.")
  var topic: String

  @OptionGroup var desk: DeskOptions

  func run() throws {
    let store = try desk.desk().store
    try store.unfollow(topic)
    show(try store.topics())
  }
}

private func show(_ topics: [Topic]) {
  if topics.isEmpty { print("Nothing is followed.") }
  for topic in topics { print(topic.example == nil ? topic.name : "like: \(topic.name)") }
}
