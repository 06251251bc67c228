import Arguments

/// The file of a network that a property declares, as in `teacher=models/large.onnx`.
struct NetworkFile: ExpressibleByArgument, Sendable, Hashable {
  let name: String
  let path: String

  var text: String { "\(name)=\(path)" }

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    (name, path) = (String(parts[0]), String(parts[1]))
  }
}
