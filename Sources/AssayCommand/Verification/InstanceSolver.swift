import Certification
import Datasets
import Foundation
import Networks
import Tensors

/// Settles instances one after the other, keeping the network that was read last.
final class InstanceSolver {
  /// What paths of instances start from.
  private let folder: String?
  private var last: (path: String, network: Network)?

  init(folder: String?) {
    self.folder = folder
  }

  /// - Throws: what reading the files throws; `VerificationError`; `CancellationError`.
  func answer(
    _ instance: VerificationInstance,
    report: (_ open: Int, _ proved: Int, _ seconds: Double) -> Void = { _, _, _ in }
  ) throws -> VerificationAnswer {
    let start = ContinuousClock.now
    func seconds() -> Double { (ContinuousClock.now - start) / .seconds(1) }
    let network = try network(at: path(instance.network))
    let property = try VerificationProperty(vnnlib: path(instance.property))
    let verifier = Verifier(network, timeout: max(0, instance.timeout - seconds()))
    let outcome = try verifier.settle(property) { report($0.open, $0.proved, seconds()) }
    return VerificationAnswer(
      instance: instance, outcome: outcome, seconds: seconds(), vacuity: property.vacuity)
  }

  private func path(_ name: String) -> String {
    guard let folder, !name.hasPrefix("/") else { return name }
    return folder + "/" + name
  }

  private func network(at path: String) throws -> Network {
    if let last, last.path == path { return last.network }
    let network = try Network(onnx: path, precision: .stored)
    last = (path, network)
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
