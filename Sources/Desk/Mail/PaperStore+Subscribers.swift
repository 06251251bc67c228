import Foundation

/// Who gets the digest by mail.
public struct Subscriber: Sendable, Hashable {
  public enum State: String, Sendable, Hashable {
    /// Asked for, and not confirmed from the address itself.
    case pending
    case confirmed, unsubscribed
  }

  public let address: String
  /// What proves that a request comes from the address.
  public let token: String
  public let state: State

  init(address: String, token: String, state: State) {
    (self.address, self.token, self.state) = (address, token, state)
  }

  /// One who is in no store, as a dry run needs.
  public init(pending address: MailAddress) {
    self.init(address: address.description, token: "", state: .pending)
  }
}

extension PaperStore {
  /// Asks for mail to an address, which must confirm it.
  ///
  /// - Returns: the subscriber; an address that has confirmed stays confirmed.
  public func subscribe(_ address: MailAddress) throws -> Subscriber {
    try database.run(
      """
      INSERT INTO subscribers (address, token, state, changed) VALUES (?, ?, 'pending', ?)
      ON CONFLICT (address) DO UPDATE SET changed = excluded.changed,
        state = CASE subscribers.state WHEN 'confirmed' THEN 'confirmed' ELSE 'pending' END
      """, [.text(address.description), .text(Self.newToken()), .integer(now)])
    return try subscribers("address = ?", [.text(address.description)])[0]
  }

  /// Confirms the subscription that a token belongs to; returns nil if there is none.
  public func confirm(token: String) throws -> Subscriber? { try set(.confirmed, token: token) }

  /// Ends the subscription that a token belongs to; returns nil if there is none.
  public func unsubscribe(token: String) throws -> Subscriber? {
    try set(.unsubscribed, token: token)
  }

  /// Those who confirmed.
  public func confirmedSubscribers() throws -> [Subscriber] {
    try subscribers("state = 'confirmed'", [])
  }

  /// The subscriber with an address or token.
  public func subscriber(_ name: String) throws -> Subscriber? {
    try subscribers("address = ? OR token = ?", [.text(name), .text(name)]).first
  }

  private func set(_ state: Subscriber.State, token: String) throws -> Subscriber? {
    try database.run(
      "UPDATE subscribers SET state = ?, changed = ? WHERE token = ?",
      [.text(state.rawValue), .integer(now), .text(token)])
    return try subscribers("token = ?", [.text(token)]).first
  }

  private func subscribers(_ condition: String, _ values: [SQLValue]) throws -> [Subscriber] {
    try database.run(
      "SELECT address, token, state FROM subscribers WHERE \(condition) ORDER BY id", values
    ).map {
      Subscriber(
        address: $0[0].text!, token: $0[1].text!,
        state: Subscriber.State(rawValue: $0[2].text!) ?? .pending)
    }
  }

  /// 128 random bits, which nobody guesses.
  static func newToken() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<4).map { _ in
      let digits = String(UInt32.random(in: 0 ... .max, using: &generator), radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }
}
