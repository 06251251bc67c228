/// What a reader follows: papers that a query finds, or papers like one.
public struct Topic: Sendable, Hashable, Identifiable {
  public let id: Int
  /// The query, or the title of the paper.
  public let name: String
  /// The paper whose like are followed.
  public let example: Int?
}

extension PaperStore {
  public func topics() throws -> [Topic] {
    try database.run("SELECT id, name, example FROM topics ORDER BY id").map {
      Topic(id: $0[0].integer!, name: $0[1].text!, example: $0[2].integer)
    }
  }

  /// Follows a query; does nothing if it is followed already.
  public func follow(_ query: String) throws {
    try follow(name: query.singleSpaced, example: nil)
  }

  /// Follows papers that are like `paper`.
  public func follow(like paper: Paper) throws {
    try follow(name: paper.title, example: paper.id)
  }

  private func follow(name: String, example: Int?) throws {
    try database.run(
      "INSERT INTO topics (name, example, since) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING",
      [.text(name), .init(example), .integer(now)])
  }

  /// Stops following a query, or the papers like one that is named by title or name.
  ///
  /// - Throws: `StoreError.unknownTopic`.
  public func unfollow(_ name: String) throws {
    let topics = try topics()
    let example = try? paper(named: name).id
    guard
      let topic = topics.first(where: {
        $0.name.lowercased() == name.singleSpaced.lowercased()
          || (example != nil && $0.example == example)
      })
    else { throw StoreError.unknownTopic(name: name, known: topics.map(\.name)) }
    try database.run("DELETE FROM topics WHERE id = ?", [.integer(topic.id)])
  }
}
