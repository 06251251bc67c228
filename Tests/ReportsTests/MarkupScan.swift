/// The tags of an HTML text, and what is wrong with their nesting.
struct MarkupScan {
  struct Tag {
    var name: String
    var attributes: [String: String]
  }

  var tags: [Tag] = []
  var problems: [String] = []

  init(_ html: String) {
    let void: Set = ["meta", "img", "br", "hr", "path", "circle", "rect"]
    var open: [String] = []
    var rest = html[...]
    while let match = rest.firstMatch(of: /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^>"]|"[^"]*")*)>/) {
      let name = String(match.2).lowercased()
      rest = rest[match.range.upperBound...]
      if match.1 == "/" {
        if open.last == name { open.removeLast() } else { problems.append("</\(name)> in \(open)") }
        continue
      }
      let pairs = match.3.matches(of: /([a-zA-Z-]+)="([^"]*)"/)
      let attributes = pairs.map { (String($0.1), String($0.2)) }
      if Set(attributes.map(\.0)).count != attributes.count { problems.append("twice in <\(name)") }
      tags.append(Tag(name: name, attributes: Dictionary(attributes) { first, _ in first }))
      if match.3.hasSuffix("/") || void.contains(name) { continue }
      open.append(name)
      if name == "script" || name == "style" {  // raw text ends at the first end tag
        let end = rest.firstRange(of: "</\(name)") ?? rest.endIndex..<rest.endIndex
        rest = rest[end.lowerBound...]
      }
    }
    if !open.isEmpty { problems.append("open at the end: \(open)") }
  }
}
