/// Values with names, in a fixed order; a later value replaces an earlier one of the same name.
public struct NamedList<Value> {
  public struct Entry {
    public let name: String
    public var value: Value
  }

  public private(set) var entries: [Entry] = []

  public init() {}

  /// The value named `name`; setting `nil` removes it, setting a new name appends it.
  public subscript(name: String) -> Value? {
    get { entries.first { $0.name == name }?.value }
    set {
      let index = entries.firstIndex { $0.name == name }
      switch (index, newValue) {
      case (let index?, let value?): entries[index].value = value
      case (let index?, nil): entries.remove(at: index)
      case (nil, let value?): entries.append(Entry(name: name, value: value))
      case (nil, nil): break
      }
    }
  }
}

extension NamedList: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, Value)...) {
    for (name, value) in elements { self[name] = value }
  }
}

extension NamedList: RandomAccessCollection {
  public var startIndex: Int { entries.startIndex }
  public var endIndex: Int { entries.endIndex }
  public subscript(position: Int) -> Entry { entries[position] }
}

extension NamedList.Entry: Equatable where Value: Equatable {}
extension NamedList.Entry: Hashable where Value: Hashable {}
extension NamedList.Entry: Sendable where Value: Sendable {}
extension NamedList: Equatable where Value: Equatable {}
extension NamedList: Hashable where Value: Hashable {}
extension NamedList: Sendable where Value: Sendable {}
