import Arguments
import Certification
import Networks

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show a model's layers, cost and supported operations.")

  @Argument(help: "An ONNX file.")
  var model: String?

  @Flag(help: "List the ONNX operators that can be read.")
  var operators = false

  @OptionGroup var reading: ModelOptions

  func validate() throws {
    guard operators != (model != nil) else {
      throw ValidationError("Name a model, or ask for '--operators'.")
    }
  }

  func run() throws {
    guard let model else {
      print(Network.readableOperators.joined(separator: "\n"))
      return
    }
    let network = try reading.read(model)
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
    for part in network.inputParts {
      let place = network.inputParts.count > 1 ? ", columns \(part.range)" : ""
      facts.append(
        ("input \(part.name)", "\(part.shape)\(part.isWhole ? " of integers" : "")\(place)"))
    }
    if let batch = network.fixedBatch { facts.append(("batch", "fixed to \(batch) by the file")) }
    for note in network.graph.notes { facts.append(("note", note)) }
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
