/// Which papers a search is limited to.
public struct SearchFilter: Sendable, Hashable {
  /// Only papers whose method runs here.
  public var runs = false
  /// A family of the catalogue, such as `attacks`.
  public var family: String?
  /// The first day, month or year of posting.
  public var since: String?
  public var tag: String?

  public init() {}

  var isEmpty: Bool { self == SearchFilter() }

  /// The condition on `papers`, which begins with AND, and its values.
  var condition: (text: String, values: [SQLValue]) {
    var (text, values) = ("", [SQLValue]())
    if runs { text += " AND papers.status IN ('runs', 'tested')" }
    if let family {
      text += " AND papers.family = ?"
      values.append(.text(family))
    }
    if let since {
      text += " AND papers.posted >= ?"
      values.append(.text(since))
    }
    if let tag {
      text += " AND papers.id IN (SELECT paper FROM tags WHERE tag = ?)"
      values.append(.text(tag))
    }
    return (text, values)
  }
}
