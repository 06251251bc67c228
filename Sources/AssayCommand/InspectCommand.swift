import Arguments
import Certification
import Foundation
import Networks

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what a model is made of, and what is not supported.")

  @Argument(help: "An ONNX file.")
  var model: String

  func run() throws {
    let network = try Network(onnx: model)
    let graph = network.graph
    let costs = network.costs
    var rows = [["node", "operation", "output", "operations", "parameters"]]
    for (node, cost) in zip(graph.nodes, costs) where !node.isLeaf {
      let weights = node.operands.map { graph.nodes[$0] }.filter(\.isParameter)
      rows.append([
        node.name, node.operation.name, "\(node.type)", Self.count(cost.flops),
        Self.count(Double(weights.reduce(0) { $0 + $1.type.count })),
      ])
    }
    print(Self.table(rows))
    print(
      """

      input            \(graph.inputType)
      output           \(graph.outputType)
      parameters       \(network.parameters.count)\(network.buffers.count > 0 ? " and \(network.buffers.count) running statistics" : "")
      operations       \(Self.count(network.cost.flops)) an example (a multiplication and an addition are two)
      memory           \(Self.bytes(4 * (network.parameters.count + network.buffers.count))) of parameters, \
      \(Self.bytes(network.peakActivationBytes)) of activations an example
      """)
    if let batch = network.fixedBatch { print("batch            fixed to \(batch) by the file") }
    print("evaluation       every operation is supported")
    do throws(NetworkError) {
      try network.checkIntervalSupport()
      print("interval bounds  every operation is supported")
    } catch {
      print("interval bounds  not supported: \(error)")
    }
  }

  private static func table(_ rows: [[String]]) -> String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
        .joined(separator: "  ").trimmingCharacters(in: .whitespaces)
    }.joined(separator: "\n")
  }

  private static func count(_ number: Double) -> String {
    switch number {
    case 1e9...: String(format: "%.2f G", number / 1e9)
    case 1e6...: String(format: "%.2f M", number / 1e6)
    case 1e4...: String(format: "%.1f k", number / 1e3)
    default: String(format: "%.0f", number)
    }
  }

  private static func bytes(_ number: Int) -> String {
    number >= 1 << 20
      ? String(format: "%.1f MiB", Double(number) / 0x1p20)
      : String(format: "%.1f KiB", Double(number) / 0x1p10)
  }
}

extension Graph.Node {
  fileprivate var isParameter: Bool { if case .parameter = operation { true } else { false } }
  fileprivate var isLeaf: Bool {
    switch operation {
    case .input, .parameter, .buffer, .constant: true
    default: false
    }
  }
}
