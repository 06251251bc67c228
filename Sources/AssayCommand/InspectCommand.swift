import Arguments
import Certification
import Networks

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what a model is made of, and what is not supported.")

  @Argument(help: "An ONNX file.")
  var model: String

  func run() throws {
    let network = try Network(onnx: model)
    print(NetworkTable(network).text)
    print()
    print(facts(network).map { $0.padded(to: 16) + $1 }.joined(separator: "\n"))
  }

  private func facts(_ network: Network) -> [(name: String, value: String)] {
    let statistics = network.buffers.count
    let stored = 4 * (network.parameters.count + statistics)
    var facts = [
      ("input", "\(network.graph.inputType)"), ("output", "\(network.graph.outputType)"),
      (
        "parameters",
        "\(network.parameters.count)" + (statistics > 0 ? " and \(statistics) constants" : "")
      ),
      ("operations", network.cost.flops.shortCount + " an example (multiply and add are two)"),
      (
        "memory",
        "\(stored.shortBytes) of parameters, "
          + "\(network.peakActivationBytes.shortBytes) of activations an example"
      ),
    ]
    if let batch = network.fixedBatch { facts.append(("batch", "fixed to \(batch) by the file")) }
    // Import refuses what cannot be evaluated, and evaluation records its own derivatives.
    facts.append(("evaluation", "every operation is supported"))
    facts.append(("gradients", "every operation is supported"))
    facts.append(
      (
        "interval bounds",
        support { () throws(NetworkError) in
          try network.checkIntervalSupport()
        }
      ))
    facts.append(
      (
        "ONNX export",
        support { () throws(NetworkError) in
          try network.checkExportSupport()
        }
      ))
    return facts
  }

  private func support(_ check: () throws(NetworkError) -> Void) -> String {
    do throws(NetworkError) {
      try check()
      return "every operation is supported"
    } catch {
      return "not supported: \(error)"
    }
  }
}
