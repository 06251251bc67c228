import Certification
import Datasets
import Foundation
import Networks
import Tensors

/// Verifies instances one after the other, keeping the network that was read last.
final class InstanceSolver {
  /// What paths of instances start from.
  private let folder: String?
  /// The files of networks that properties name.
  private let named: [NetworkFile]
  private var last: (path: String, features: Int?, network: Network)?

  init(folder: String?, named: [NetworkFile] = []) {
    (self.folder, self.named) = (folder, named)
  }

  /// - Throws: what reading the files throws; `VerificationError`; `CancellationError`.
  func answer(
    _ instance: VerificationInstance,
    report: (_ open: Int, _ proved: Int, _ seconds: Double) -> Void = { _, _, _ in }
  ) throws -> VerificationAnswer {
    let start = ContinuousClock.now
    func seconds() -> Double { (ContinuousClock.now - start) / .seconds(1) }
    let written = try VerificationProperty(vnnlib: path(instance.property))
    let (network, property, joint) = try question(written, instance)
    let verifier = Verifier(network, timeout: max(0, instance.timeout - seconds()))
    var outcome = try verifier.verify(property) { report($0.open, $0.proved, seconds()) }
    if case .violated(let found) = outcome, let joint { outcome = .violated(joint.expanded(found)) }
    return VerificationAnswer(
      instance: instance, outcome: outcome, seconds: seconds(), vacuity: property.vacuity)
  }

  /// What is to be verified: of a property of several networks, the one that they make together.
  private func question(
    _ property: VerificationProperty, _ instance: VerificationInstance
  ) throws -> (Network, VerificationProperty, JointQuery?) {
    func file(of model: String) throws -> String {
      if let file = named.first(where: { $0.name == model }) { return file.path }
      throw VerificationError.missingNetwork(model)
    }
    let models = Set(property.networks.map(\.model)).sorted()
    if property.networks.count < 2 {
      let own = try named.isEmpty ? instance.network : models.first.map(file) ?? named[0].path
      return (try network(at: path(own), features: property.featureCount), property, nil)
    }
    var networks: [String: Network] = [:]
    for model in models {
      // One file serves networks that are declared equal.
      let own = named.isEmpty && models.count == 1 ? instance.network : try file(of: model)
      networks[model] = try network(at: path(own))
    }
    let joint = try JointQuery(property, networks: networks)
    return (joint.network, joint.property, joint)
  }

  private func path(_ name: String) -> String {
    guard let folder, !name.hasPrefix("/") else { return name }
    return folder + "/" + name
  }

  /// - `features`: the size of a vector whose length the model leaves open.
  private func network(at path: String, features: Int? = nil) throws -> Network {
    if let last, last.path == path, last.features == features { return last.network }
    let network = try Network(
      onnx: path, precision: .stored, exampleShapes: features.map { ["": [$0]] } ?? [:])
    last = (path, features, network)
    return network
  }
}

/// What came of an instance.
struct VerificationAnswer: Sendable {
  let instance: VerificationInstance
  let outcome: VerificationResult
  let seconds: Double
  /// Why the property holds whatever the network does, if it does.
  var vacuity: VerificationProperty.Vacuity?

  /// One line; a second one says why nothing can be known, or why nothing had to be proved.
  var text: String {
    let line = "\(outcome.name) \(String(format: "%.2f", seconds)) s"
    return reason.map { line + "\n" + $0 } ?? line
  }

  private var reason: String? {
    if case .unknown(let reason) = outcome { return reason }
    return vacuity?.description
  }

  /// Writes the answer and, below it, the counterexample.
  func write(to path: String) throws {
    var text = outcome.name + "\n"
    if case .violated(let found) = outcome { text += found.text }
    try AtomicFile.write(Data(text.utf8), to: path)
  }

  private struct Record: Encodable {
    let network: String
    let property: String
    let result: String
    let seconds: Double
    let reason: String?
    let input: [Double]?
    let output: [Double]?
  }

  var jsonText: String {
    get throws {
      var found: Counterexample?
      if case .violated(let input) = outcome { found = input }
      let record = Record(
        network: instance.network, property: instance.property, result: outcome.name,
        seconds: seconds, reason: reason,
        input: found?.input.flattened().elements(as: Double.self),
        output: found?.output.flattened().elements(as: Double.self))
      return try JSONText.of(record)
    }
  }
}
