/// Networks of version 2, and their tensors.
extension VNNLIBParser {
  /// `(declare-network NAME (equal-to NAME)? (declare-input NAME TYPE [SHAPE]) … (declare-hidden …) …
  /// (declare-output …) …)`
  ///
  /// The inputs of all networks are numbered in order, and so are the outputs.
  mutating func network(opened start: Int) throws(VNNLIBError) {
    guard !networks.isEmpty || inputs.count == 0 && outputs.count == 0 else {
      throw scanner.error(.unsupported("a network beside declare-const"), at: start)
    }
    let name = scanner.text(try word("the name of a network"))
    guard !networks.contains(where: { $0.name == name }) else {
      throw scanner.error(.duplicate(name))
    }
    guard networks.count < limits.networks else {
      throw scanner.error(.tooMany("networks", limit: limits.networks), at: start)
    }
    var network = VNNLIBNetwork(
      name: name, offset: start, inputs: inputs.count..<inputs.count,
      outputs: outputs.count..<outputs.count)
    while true {
      let token = try scanner.next()
      if token == .close { break }
      guard token == .open else { throw unexpected(token, "a declaration in parentheses", start) }
      let opened = scanner.start
      let kind = try word("declare-input, declare-hidden or declare-output")
      switch scanner.text(kind.prefix(40)) {
      case "equal-to", "isomorphic-to":
        let isEqual = scanner.isWord(kind, "equal-to")
        try congruence(of: &network, isEqual: isEqual, opened: opened)
      case "declare-input": try tensor(.input, opened: opened)
      case "declare-output": try tensor(.output, opened: opened)
      case "declare-hidden": try tensor(.hidden, opened: opened)
      default: throw scanner.error(.unsupported("'\(short(kind))' in a network"))
      }
    }
    network.inputsBefore = network.inputs.lowerBound
    network.inputs = network.inputs.lowerBound..<inputs.count
    network.outputs = network.outputs.lowerBound..<outputs.count
    guard !network.inputs.isEmpty else {
      throw scanner.error(.incomplete(name, "input"), at: start)
    }
    guard !network.outputs.isEmpty else {
      throw scanner.error(.incomplete(name, "output"), at: start)
    }
    if let place = network.equal {
      let other = networks[place]
      guard
        other.inputs.count == network.inputs.count, other.outputs.count == network.outputs.count
      else { throw scanner.error(.unlike(name, other.name), at: start) }
    }
    networks.append(network)
  }

  /// `(equal-to NAME)` or `(isomorphic-to NAME)`: of an earlier network, which is like no other.
  private mutating func congruence(
    of network: inout VNNLIBNetwork, isEqual: Bool, opened: Int
  ) throws(VNNLIBError) {
    let range = try word("the name of a network")
    let name = scanner.text(range)
    guard let place = networks.firstIndex(where: { $0.name == name }) else {
      throw scanner.error(.undeclared(short(range)))
    }
    guard !network.isCongruent, !networks[place].isCongruent else {
      throw scanner.error(.unsupported("a chain of networks like each other"), at: opened)
    }
    network.isCongruent = true
    if isEqual { network.equal = place }
    try close(opened)
  }

  /// `… NAME TYPE [SHAPE])`, after the command; of hidden ones the name in the model's file follows.
  private mutating func tensor(
    _ kind: VNNLIBTensor.Kind, opened: Int
  ) throws(VNNLIBError) {
    let name = scanner.text(try word("the name of a tensor"))
    guard tensors[name] == nil else { throw scanner.error(.duplicate(name)) }
    let sort = try word("an element type")
    let isKnown =
      Self.realTypes.contains(scanner.text(sort).lowercased())
      || kind != .input && Self.otherTypes.contains(scanner.text(sort).lowercased())
    guard isKnown else {
      let whose = kind == .input ? " of an input" : ""
      throw scanner.error(.unsupported("the element type '\(short(sort))'\(whose)"))
    }
    let shape = try self.shape()
    let place = kind == .output ? outputs.count : inputs.count
    if kind != .hidden {
      for index in place..<place + shape.reduce(1, *) {
        try declare(VNNLIBVariable(isOutput: kind == .output, index: index), at: opened)
      }
    }
    tensors[name] = VNNLIBTensor(kind: kind, network: networks.count, shape: shape, offset: place)
    guard kind != .hidden else { return try scanner.skipList(opened: opened) }
    let token = try scanner.next()
    if case .word(let range) = token {
      throw scanner.error(.unsupported("'\(short(range))' of a tensor"))
    }
    guard token == .close else { throw unexpected(token, "a closing parenthesis", opened) }
  }

  /// Real numbers; a network computes in the precision of its own file.
  private static let realTypes: Set = [
    "real", "float16", "float32", "float64", "bfloat16", "float", "double",
  ]

  /// What outputs may be besides.
  private static let otherTypes: Set = [
    "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool",
  ]

  /// Sizes in brackets, in one word or several; `[]` is a scalar's.
  mutating func shape() throws(VNNLIBError) -> [Int] {
    var text = scanner.text(try word("a shape in brackets"))
    while !text.hasSuffix("]") { text += scanner.text(try word("the end of a shape")) }
    guard let sizes = VNNLIBTensor.numbers(inBrackets: text[...]),
      sizes.allSatisfy({ $0 > 0 }),
      let count = sizes.reduce(
        1 as Int?,
        { product, size in
          product.flatMap { $0 <= limits.variables / size ? $0 * size : nil }
        }), count <= limits.variables
    else { throw scanner.error(.unsupported("the shape '\(text.prefix(40))'")) }
    return sizes
  }

  /// Forgets networks that no assertion is about, as what they compute does not matter.
  mutating func dropUnusedNetworks() {
    if !networks.contains(where: \.isUsed) { networks[0].isUsed = true }
    guard networks.contains(where: { !$0.isUsed }) else { return }
    let old = (inputs: inputs, outputs: outputs, box: box)
    (inputs, outputs, box) = (.init(letter: "X"), .init(letter: "Y"), .init())
    var (inputPlaces, outputPlaces): ([Int: Int], [Int: Int]) = ([:], [:])
    for place in networks.indices where networks[place].isUsed {
      let network = networks[place]
      networks[place].inputs = inputs.count..<inputs.count + network.inputs.count
      networks[place].outputs = outputs.count..<outputs.count + network.outputs.count
      for index in network.inputs {
        inputPlaces[index] = inputs.count
        box.include(inputs.count, lower: old.box.lower[index], upper: old.box.upper[index])
        _ = inputs.declare(inputs.count, at: old.inputs.offset(of: index))
      }
      for index in network.outputs {
        outputPlaces[index] = outputs.count
        _ = outputs.declare(outputs.count, at: old.outputs.offset(of: index))
      }
    }
    func moved(_ variable: VNNLIBVariable) -> VNNLIBVariable {
      let places = variable.isOutput ? outputPlaces : inputPlaces
      return VNNLIBVariable(isOutput: variable.isOutput, index: places[variable.index]!)
    }
    atoms = atoms.map { atom in
      Atom(
        terms: atom.terms.map {
          LinearSum.Term(variable: moved($0.variable), coefficient: $0.coefficient)
        },
        products: atom.products.map {
          LinearSum.Product(variables: $0.variables.map(moved), coefficient: $0.coefficient)
        },
        constant: atom.constant, acceptedConstant: atom.acceptedConstant, isStrict: atom.isStrict)
    }
  }

  /// An input as it is written in assertions.
  func name(ofInput index: Int) -> String {
    let owner = networks.first { $0.isUsed && $0.inputs.contains(index) } ?? networks.first
    guard let owner else { return "X_\(index)" }
    let place = index - owner.inputs.lowerBound + owner.inputsBefore
    for (name, tensor) in tensors where tensor.kind == .input {
      if let subscripts = tensor.subscripts(of: place) { return name + subscripts }
    }
    return "X_\(index)"
  }

  /// The networks that assertions are about.
  var declarations: [VerificationProperty.NetworkDeclaration] {
    networks.filter { $0.isUsed || networks.count == 1 }.map { network in
      .init(
        name: network.name, model: network.equal.map { networks[$0].name } ?? network.name,
        features: network.inputs, outputs: network.outputs)
    }
  }
}
