import Arguments
import Datasets
import Networks
import Tensors

/// How the model of a command is read, and the data that it is given.
struct ModelOptions: ParsableArguments {
  @Option(help: "The model's output to use, by name; by default the first with scores.")
  var output: String?

  @Option(
    help: """
      The shape of one example, such as 3,32,32, where the model leaves it open; INPUT=SHAPE if it \
      has several inputs.
      """)
  var exampleShape: [NamedShape] = []

  @Option(help: "Which array of the data goes to an input of the model, as INPUT=ARRAY.")
  var input: [NamedArray] = []

  /// Reads a model on its own.
  func read(_ model: String) throws -> Network {
    do throws(NetworkError) {
      return try Network(onnx: model, output: output, exampleShapes: givenShapes)
    } catch {
      guard case .openShape = error else { throw error }
      throw UnknownShape(error: error)
    }
  }

  private var givenShapes: [String: Shape] {
    Dictionary(exampleShape.map { ($0.name, $0.shape) }) { $1 }
  }

  /// A model and data that belong together.
  struct Pair {
    let network: Network
    /// In the shapes of the file that they come from.
    let data: Dataset
    /// What was found out about one from the other.
    let notes: [String]
  }

  /// Reads a model and its data: sizes that the model leaves open come from the data, and whole
  /// numbers stay what they are for a model that takes them.
  func read(
    _ model: String, with data: String, readsLabels: Bool = true
  ) throws -> Pair {
    var loader = DatasetLoader(readsLabels: readsLabels)
    var notes: [String] = []
    let network: Network
    do {
      network = try read(model)
    } catch let unknown as UnknownShape {
      loader.keepsWholeNumbers = true
      let shapes = try shapesOfData(data, loader)
      guard !shapes.isEmpty else { throw unknown }
      network = try Network(
        onnx: model, output: output, exampleShapes: shapes.merging(givenShapes) { $1 })
      notes.append(
        "The model leaves sizes open; they are those of the data: "
          + (network.inputParts.count > 1
            ? network.inputParts.map { "'\($0.name)' \($0.shape)" }.joined(separator: ", ")
            : "\(network.inputShape)") + ".")
    }
    notes += network.graph.notes
    if let count = network.fixedBatch, count > 1 {
      notes.append("The model takes \(count) examples at a time; the last ones are filled up.")
    }
    loader.keepsWholeNumbers = network.takesWholeNumbers
    if network.takesWholeNumbers {
      notes.append("The model takes integers; its inputs are not scaled.")
    }
    guard let archive = try loader.archive(at: data) else {
      guard input.isEmpty else {
        throw ValidationError("'--input' chooses among the arrays of an NPZ file.")
      }
      return Pair(network: network, data: try loader.load(path: data), notes: notes)
    }
    let parts = network.inputParts
    guard parts.count > 1 else {
      return Pair(
        network: network, data: try only(of: archive, for: network.inputName, loader), notes: notes)
    }
    let names = Dictionary(input.map { ($0.input, $0.array) }) { $1 }
    for name in names.keys where !parts.contains(where: { $0.name == name }) {
      let known = parts.map { "'\($0.name)'" }.joined(separator: ", ")
      throw ValidationError("The model has no input '\(name)'. There are: \(known).")
    }
    // One array of whole rows serves as well.
    if names.isEmpty, !parts.allSatisfy({ archive.names.contains($0.name) }),
      !Set(archive.names).isDisjoint(with: Dataset.inputNames)
    {
      let joined = parts.map { "'\($0.name)' columns \($0.range)" }.joined(separator: ", ")
      notes.append(
        "The model has several inputs, which are taken from each row in order: \(joined).")
      return Pair(network: network, data: try loader.load(path: data), notes: notes)
    }
    var arrays: [String: Tensor] = [:]
    for part in parts {
      let name = names[part.name] ?? part.name
      guard archive.names.contains(name) else {
        throw UnknownArray(input: part, array: name, data: data, names: archive.names)
      }
      let array = try archive.array(name)
      let isImage = array.dtype == .uint8 && !part.isWhole
      if isImage { notes.append("The bytes of '\(name)' were scaled to 0...1.") }
      arrays[part.name] = isImage ? array.cast(to: .float32) / 255 : array
    }
    let rows = try network.joiningInputs(arrays)
    return Pair(
      network: network, data: try Dataset(archive, inputs: rows, readsLabels: readsLabels),
      notes: notes)
  }

  /// The data for a model of one input, from the array that the user names or the usual one.
  private func only(
    of archive: NPZ, for name: String?, _ loader: DatasetLoader
  ) throws -> Dataset {
    guard let chosen = input.first else {
      return try Dataset(
        archive, readsLabels: loader.readsLabels, keepsWholeNumbers: loader.keepsWholeNumbers)
    }
    guard input.count == 1 else {
      throw ValidationError("The model has one input, but '--input' names \(input.count).")
    }
    if let name, chosen.input != name {
      throw ValidationError("The model has no input '\(chosen.input)'. There is: '\(name)'.")
    }
    return try Dataset(
      archive, inputs: archive.array(chosen.array), readsLabels: loader.readsLabels,
      keepsWholeNumbers: loader.keepsWholeNumbers)
  }

  /// The shapes of examples in the data, by the names of the model's inputs.
  private func shapesOfData(_ path: String, _ loader: DatasetLoader) throws -> [String: Shape] {
    guard let archive = try loader.archive(at: path) else {
      return ["": try loader.load(path: path).featureShape]
    }
    let wanted = Dictionary(input.map { ($0.array, $0.input) }) { $1 }
    var shapes: [String: Shape] = [:]
    for name in archive.names {
      let shape = try archive.array(name).shape
      if let input = wanted[name] ?? (wanted.isEmpty ? name : nil), !shape.isEmpty {
        shapes[input] = Array(shape.dropFirst())
      }
    }
    // A model of one input takes what any command takes for the inputs.
    if let only = Dataset.inputNames.first(where: { shapes[$0] != nil }), wanted.isEmpty {
      return [only: shapes[only]!]
    }
    return shapes
  }
}

/// A model that leaves sizes open which nothing tells.
struct UnknownShape: ExitCoding, CustomStringConvertible {
  let error: NetworkError

  var exitCode: ExitCode { .dataError }
  var description: String { "\(error) Say it with --example-shape, without the batch." }
}

/// An input of a model whose array is not in the data.
struct UnknownArray: ExitCoding, CustomStringConvertible {
  let input: InputPart
  let array: String
  let data: String
  let names: [String]

  var exitCode: ExitCode { .dataError }

  var description: String {
    "\(data): no array '\(array)' for the model's input '\(input.name)' of shape \(input.shape). "
      + "There are: \(names.joined(separator: ", ")). "
      + "Say which it is with --input \(input.name)=ARRAY."
  }
}

/// `3,32,32`, or `name=3,32,32`.
struct NamedShape: ExpressibleByArgument, Sendable {
  let name: String
  let shape: Shape

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard let sizes = parts.last else { return nil }
    let numbers = sizes.split(separator: ",", omittingEmptySubsequences: false).map {
      Int($0.trimmingCharacters(in: .whitespaces))
    }
    guard numbers.allSatisfy({ ($0 ?? 0) > 0 }) else { return nil }
    name = parts.count == 2 ? String(parts[0]) : ""
    shape = numbers.map { $0! }
  }
}

/// `input=array`.
struct NamedArray: ExpressibleByArgument, Sendable {
  let input: String
  let array: String

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    (input, array) = (String(parts[0]), String(parts[1]))
  }
}

extension Network {
  /// What the model calls its input, or the first of several.
  fileprivate var inputName: String? {
    graph.nodes.first { if case .input = $0.operation { true } else { false } }?.name
  }
}
