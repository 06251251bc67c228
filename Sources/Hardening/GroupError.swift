/// Why examples are not grouped.
public enum GroupError: Error, Equatable, CustomStringConvertible {
  case unequalLengths(examples: Int, groups: Int)
  case badGroup(Int)
  case empty(group: Int)

  public var description: String {
    switch self {
    case .unequalLengths(let examples, let groups):
      "There are \(examples) examples, but groups are given for \(groups)."
    case .badGroup(let group):
      "No group is called \(group); groups are counted from 0 and there are fewer than examples."
    case .empty(let group): "No example is in group \(group), but some are in later ones."
    }
  }
}
