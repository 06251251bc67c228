import Models
import Networks
import Tensors

/// A property of several networks as one of a single network, which has all of their inputs and
/// computes all of their outputs.
///
/// Inputs that every case of the property sets equal become one: no search would hit upon them.
public struct JointQuery: Sendable {
  public let network: Network
  public let property: VerificationProperty
  /// The joint network's feature that each input is.
  private let places: [Int]

  /// - Parameter networks: by the names that the property reads them by.
  /// - Throws: `VerificationError.missingNetwork`, `.otherNetwork`, `.cannotJoin`; `NetworkError`.
  public init(_ property: VerificationProperty, networks: [String: Network]) throws {
    var parts: [(declaration: VerificationProperty.NetworkDeclaration, network: Network)] = []
    for declaration in property.networks {
      guard let network = networks[declaration.model] else {
        throw VerificationError.missingNetwork(declaration.model)
      }
      let (features, outputs) = (
        network.inputShape.reduce(1, *), network.graph.outputType.count
      )
      guard declaration.features.count == features, declaration.outputs.count == outputs else {
        throw VerificationError.otherNetwork(
          features: declaration.features.count, outputs: declaration.outputs.count,
          actualFeatures: features, actualOutputs: outputs)
      }
      parts.append((declaration, network))
    }
    guard let dtype = parts.first?.network.graph.inputType.dtype,
      parts.allSatisfy({ $0.network.graph.inputType.dtype == dtype })
    else { throw VerificationError.cannotJoin("They compute in different precisions.") }
    guard parts.allSatisfy({ ($0.network.fixedBatch ?? 1) == 1 }) else {
      throw VerificationError.cannotJoin("A file fixed a batch of several examples.")
    }
    places = property.sharedPlaces
    let count = (places.max() ?? -1) + 1
    let isFixed = parts.contains { $0.network.fixedBatch != nil }
    let batch: Dimension = isFixed ? 1 : .batch
    var builder = GraphBuilder()
    let input = builder.addInput(ValueType([batch, Dimension(count)], dtype))
    var outputs: [Graph.ValueID] = []
    for (declaration, network) in parts {
      let own = Array(places[declaration.features])
      let picked = try builder.add(.gather(axis: 1), [input, builder.addConstant(Tensor(own))])
      outputs.append(
        try builder.add(network, named: declaration.name, on: picked, batch: batch))
    }
    let output = try builder.add(.concatenate(axis: 1), outputs)
    network = builder.network(output: output)
    self.property = property.merged(places, count: count)
  }

  /// The inputs and outputs of all networks, one after the other.
  public func expanded(_ found: Counterexample) -> Counterexample {
    Counterexample(
      input: found.input.flattened().gathering(Tensor(places)), output: found.output)
  }
}

extension GraphBuilder {
  /// Adds a network's nodes, from rows of features to rows of outputs.
  fileprivate mutating func add(
    _ network: Network, named name: String, on features: Graph.ValueID, batch: Dimension
  ) throws -> Graph.ValueID {
    func sizes(_ shape: [Dimension]) -> [Dimension] {
      shape.map { $0.isPerExample && !batch.isPerExample ? Dimension($0.size) : $0 }
    }
    let shape = [batch] + network.inputShape.map { Dimension($0) }
    var places: [Graph.ValueID] = []
    for node in network.graph.nodes {
      let operands = node.operands.map { places[$0] }
      let label = "\(name).\(node.name)"
      switch node.operation {
      case .input: places.append(try add(.reshape(shape), [features], name: label))
      case .parameter(let index):
        places.append(addParameter(network.parameters.tensors[index], name: label))
      case .buffer(let index):
        places.append(addBuffer(network.buffers.tensors[index], name: label))
      case .constant(let tensor): places.append(addConstant(tensor, name: label))
      case .reshape(let shape):
        places.append(try add(.reshape(sizes(shape)), operands, name: label))
      case .broadcast(let shape):
        places.append(try add(.broadcast(sizes(shape)), operands, name: label))
      default: places.append(try add(node.operation, operands, name: label))
      }
    }
    let output = places[network.graph.output]
    let type = self.type(of: output)
    guard type.shape.first == batch else {
      throw VerificationError.cannotJoin("The output of '\(name)' is not one row an example.")
    }
    let count = type.shape.dropFirst().reduce(1) { $0 * $1.size }
    let row = try add(.reshape([batch, Dimension(count)]), [output])
    let dtype = self.type(of: features).dtype
    return type.dtype == dtype ? row : try add(.cast(dtype), [row])
  }
}

extension VerificationProperty {
  /// For each feature the number of the one that it becomes when those that all cases set equal are
  /// merged.
  fileprivate var sharedPlaces: [Int] {
    var pairs: Set<[Int]>?
    for item in cases {
      let own = item.equalFeatures
      pairs = pairs?.intersection(own) ?? own
    }
    var first = Array(0..<featureCount)
    func root(_ feature: Int) -> Int {
      var feature = feature
      while first[feature] != feature { feature = first[feature] }
      return feature
    }
    for pair in pairs ?? [] {
      let (a, b) = (root(pair[0]), root(pair[1]))
      first[max(a, b)] = min(a, b)
    }
    var (numbers, count): ([Int: Int], Int) = ([:], 0)
    return (0..<featureCount).map { feature in
      let own = root(feature)
      if let number = numbers[own] { return number }
      numbers[own] = count
      count += 1
      return count - 1
    }
  }

  /// The property over features that are merged; cases that this leaves without an input are dropped.
  fileprivate func merged(_ places: [Int], count: Int) -> VerificationProperty {
    guard count < featureCount else { return self }
    var vacuity = vacuity
    let index = Tensor(places)
    let merged = cases.compactMap { item -> Case? in
      var lower = [Double](repeating: -.infinity, count: count)
      var upper = [Double](repeating: .infinity, count: count)
      let ends = (
        item.box.lower.elements(as: Double.self), item.box.upper.elements(as: Double.self)
      )
      for (feature, place) in places.enumerated() {
        lower[place] = max(lower[place], ends.0[feature])
        upper[place] = min(upper[place], ends.1[feature])
      }
      if let empty = lower.indices.first(where: { lower[$0] > upper[$0] }) {
        vacuity = .emptyBox(
          input: places.firstIndex(of: empty)!, lower: lower[empty], upper: upper[empty])
        return nil
      }
      let rows = item.rowCount
      let inputs = Tensor.zeros([rows, count], dtype: .float64).scatterAdding(
        item.inputs, at: index.expandedDimension(at: 0).broadcast(to: [rows, featureCount]), axis: 1
      )
      // What sets merged features equal says nothing any more.
      let isBlank =
        (inputs .== 0).all(axes: [1]) .& (item.outputs .== 0).all(axes: [1])
        .& (item.acceptedConstants .<= 0)
      let kept = zip(isBlank.booleans, item.isStrict).enumerated()
        .filter { !$0.element.0 || $0.element.1 }.map(\.offset)
      let chosen = Tensor(kept)
      return Case(
        box: Box(lower: Tensor(lower), upper: Tensor(upper)), inputs: inputs.gathering(chosen),
        outputs: item.outputs.gathering(chosen), constants: item.constants.gathering(chosen),
        acceptedConstants: item.acceptedConstants.gathering(chosen),
        isStrict: kept.map { item.isStrict[$0] },
        polynomials: item.polynomials.map { $0.moved { places[$0] } })
    }
    return VerificationProperty(
      cases: merged, featureCount: count, outputCount: outputCount, vacuity: vacuity,
      networks: networks)
  }
}

extension VerificationProperty.Case {
  /// Pairs of features of which each is at most the other, the lower first.
  fileprivate var equalFeatures: Set<[Int]> {
    let isPlain =
      (outputs .== 0).all(axes: [1]) .& ((inputs .!= 0).cast(to: .int64).sum(axes: [1]) .== 2)
      .& (constants .== 0) .& (acceptedConstants .== 0)
    var below: Set<[Int]> = []
    for row in isPlain.nonzeroIndices().flattened().integers where !isStrict[row] {
      let own = inputs[row].elements(as: Double.self)
      let places = own.indices.filter { own[$0] != 0 }
      guard own[places[0]] == -own[places[1]] else { continue }
      below.insert(own[places[0]] > 0 ? places : [places[1], places[0]])
    }
    return below.filter { $0[0] < $0[1] && below.contains([$0[1], $0[0]]) }
  }
}

extension VerificationPolynomial {
  fileprivate func moved(_ place: (Int) -> Int) -> VerificationPolynomial {
    VerificationPolynomial(
      terms: terms.map {
        Term(coefficient: $0.coefficient, inputs: $0.inputs.map(place), outputs: $0.outputs)
      }, constant: constant, acceptedConstant: acceptedConstant, isStrict: isStrict)
  }
}
