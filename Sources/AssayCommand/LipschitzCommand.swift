import Arguments
import Certification
import Foundation
import Networks

extension LipschitzNorm: ExpressibleByArgument {}

/// The ways to bound that the command line knows.
enum LipschitzChoice: String, ExpressibleByArgument, CaseIterable {
  case product, semidefinite

  var method: LipschitzMethod {
    switch self {
    case .product: .product()
    case .semidefinite: .semidefinite()
    }
  }
}

struct LipschitzCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lipschitz",
    abstract: "Bound how much farther apart scores can be than the inputs they belong to.")

  @Argument(help: "An ONNX file.")
  var model: String

  @Option(help: "How distances are measured.")
  var norm = LipschitzNorm.l2

  @Option(help: "How to bound: layer by layer, or a chain of linear layers at once.")
  var method = LipschitzChoice.product

  @Flag(help: "Write the result as JSON.")
  var json = false

  @OptionGroup var machine: MachineOptions

  /// What is written as JSON.
  private struct Record: Encodable {
    struct Layer: Encodable {
      let node: String
      let operation: String
      let bound: Double
      let gain: Double
    }
    let norm: String
    let method: String
    let bound: Double
    let layers: [Layer]
  }

  func run() throws {
    let options = self
    try machine.run { _ in try options.measure() }
  }

  private func measure() throws {
    let network = try Network(onnx: model).endingInLogits()
    let bound = try network.lipschitzBound(norm: norm, method: method.method)
    let layers = method == .product ? try network.layerLipschitzBounds(norm: norm) : []
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "infinite", negativeInfinity: "-infinite", nan: "unknown")
      let record = Record(
        norm: norm.rawValue, method: bound.method, bound: bound.value,
        layers: layers.map {
          .init(node: $0.node, operation: $0.operation, bound: $0.bound, gain: $0.gain)
        })
      print(String(decoding: try encoder.encode(record), as: UTF8.self))
      return
    }
    let rows =
      [["node", "operation", "gain", "bound so far"]]
      + layers.map { [$0.node, $0.operation, Self.text($0.gain), Self.text($0.bound)] }
    if !layers.isEmpty {
      let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
      for row in rows {
        let cells = zip(row, widths.dropLast() + [0]).map { $0.padded(to: $1) }
        print(cells.joined(separator: "  "))
      }
      print()
    }
    print(
      "Lipschitz constant (\(norm.rawValue), \(bound.method)): at most \(Self.text(bound.value))")
  }

  private static func text(_ value: Double) -> String { String(format: "%.6g", value) }
}

extension SemidefiniteProgramError: ExitCoding {
  public var exitCode: ExitCode { .dataError }
}
