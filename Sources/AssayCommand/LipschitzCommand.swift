import Arguments
import Audit
import Certification
import Datasets
import Foundation
import Models
import Networks
import Tensors

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
    abstract: "Bound the Lipschitz constant of a network's scores.")

  @Argument(help: "An ONNX file.")
  var model: String

  @Option(help: "The norm of inputs and scores.")
  var norm = LipschitzNorm.l2

  @Option(help: "The method: a product of layers' bounds, or a semidefinite program (LipSDP).")
  var method = LipschitzChoice.product

  @Option(help: "Bound locally, around each of these examples: a data file; needs '--radius'.")
  var local: String?

  @Option(help: "The L∞ radius around an example, in input units.")
  var radius: Float?

  @Option(help: "The number of splits of each example's box.")
  var branching = 0

  @Option(help: "With '--local', use only the first so many examples.")
  var limit = 20

  @Flag(help: "Write the result as JSON.")
  var json = false

  @OptionGroup var reading: ModelOptions

  @OptionGroup var source: DataOptions

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

  func validate() throws {
    guard (local == nil) == (radius == nil) else {
      throw ValidationError("'--local' and '--radius' go together.")
    }
    if let radius, !(radius >= 0 && radius.isFinite) {
      throw ValidationError("'--radius' must be a number from 0 up, but is \(radius).")
    }
    guard branching >= 0, limit > 0 else {
      throw ValidationError("'--branching' must be at least 0 and '--limit' at least 1.")
    }
  }

  func run() throws {
    let options = self
    try machine.run { progress in
      if let local = options.local, let radius = options.radius {
        try options.measure(around: local, radius: radius, progress)
      } else {
        try options.measure()
      }
    }
  }

  /// Bounds around each example, and the largest of them.
  private func measure(around data: String, radius: Float, _ progress: ProgressLine) throws {
    let pair = try reading.read(model, with: data, readsLabels: false)
    let network = pair.network.endingInLogits()
    let all = try source.fit(pair, isQuiet: machine.quiet)
    let ball = try LinfBall(radius: radius, domain: all.domain())
    var values: [Double] = []
    let count = min(limit, all.inputs.size(0))
    for example in 0..<count {
      try Task.checkCancellation()
      let bound = try network.localLipschitzBound(
        over: ball, around: all.inputs[example..<example + 1], norm: norm, branching: branching)
      values.append(bound.largest.item())
      progress.show(Double(example + 1) / Double(count), "Bounding")
    }
    progress.end()
    if json {
      print(try Self.json(LocalRecord(norm: norm.rawValue, radius: radius, bounds: values)))
      return
    }
    let sorted = values.sorted()
    print(
      """
      Local Lipschitz constants (\(norm.rawValue), jacobian bounds), \(count) examples, radius \(radius):
      median \(Self.text(sorted[count / 2])), largest \(Self.text(sorted[count - 1]))
      """)
  }

  /// What is written as JSON of local constants.
  private struct LocalRecord: Encodable {
    let norm: String
    let radius: Float
    /// One for each example, the largest of its scores'.
    let bounds: [Double]
  }

  private static func json(_ record: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "infinite", negativeInfinity: "-infinite", nan: "unknown")
    return String(decoding: try encoder.encode(record), as: UTF8.self)
  }

  private func measure() throws {
    let network = try reading.read(model).endingInLogits()
    let bound = try network.lipschitzBound(norm: norm, method: method.method)
    let layers = method == .product ? try network.layerLipschitzBounds(norm: norm) : []
    if json {
      let record = Record(
        norm: norm.rawValue, method: bound.method, bound: bound.value,
        layers: layers.map {
          .init(node: $0.node, operation: $0.operation, bound: $0.bound, gain: $0.gain)
        })
      print(try Self.json(record))
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
