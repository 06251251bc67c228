import Arguments
import Audit
import Certification
import Datasets
import Foundation
import Models
import Networks
import Tensors

/// The ways to bound outputs that the command line knows.
enum BoundChoice: String, ExpressibleByArgument, CaseIterable {
  case interval, forward, crown
  case crownInterval = "crown-ibp"
  case alphaCrown = "alpha-crown"

  var method: BoundMethod {
    switch self {
    case .interval: .interval
    case .forward: .forward
    case .crown: .crown
    case .crownInterval: .crownInterval
    case .alphaCrown: .alphaCrown()
    }
  }
}

/// The norms of the perturbation.
enum BallChoice: String, ExpressibleByArgument, CaseIterable {
  case linf, l2, l1

  func set(radius: Float, domain: ClosedRange<Float>) throws -> any PerturbationSet {
    switch self {
    case .linf: try LinfBall(radius: radius, domain: domain)
    case .l2: try L2Ball(radius: radius, domain: domain)
    case .l1: try L1Ball(radius: radius, domain: domain)
    }
  }
}

struct BoundsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bounds",
    abstract: "Bound a network's outputs over a ball around each input.",
    discussion: """
      Inputs are clipped to the data's range: 0 to 1 if all data are, else from the least to the \
      greatest value.
      """)

  @Argument(help: "An ONNX file.")
  var model: String

  @Argument(help: "Inputs: NPZ, NPY, CSV, IDX, or a folder of images.")
  var data: String

  @Option(help: "The perturbation radius, in input units.")
  var radius: Float

  @Option(help: "The norm of the perturbation.")
  var norm = BallChoice.linf

  @Option(
    help: "The bound propagation, loosest first: interval, forward, crown-ibp, crown, alpha-crown.")
  var method = BoundChoice.crown

  @Option(help: "The NPZ file to write; it gets arrays 'lower' and 'upper' in double precision.")
  var out: String

  @Option(help: "Use only the first so many examples.")
  var limit: Int?

  @Option(help: "The batch size.")
  var batch = 16

  @OptionGroup var reading: ModelOptions

  @OptionGroup var source: DataOptions

  @OptionGroup var machine: MachineOptions

  func validate() throws {
    guard radius >= 0, radius.isFinite else {
      throw ValidationError("'--radius' must be a number from 0 up, but is \(radius).")
    }
    guard batch > 0 else {
      throw ValidationError("'--batch' must be at least 1, but is \(batch).")
    }
    if let limit, limit < 1 {
      throw ValidationError("'--limit' must be at least 1, but is \(limit).")
    }
  }

  func run() throws {
    let options = self
    try machine.run { progress in try options.bound(progress) }
  }

  private func bound(_ progress: ProgressLine) throws {
    let pair = try reading.read(model, with: data, readsLabels: false)
    let network = pair.network
    try network.checkBudget()
    let all = try source.fit(pair, isQuiet: machine.quiet)
    let inputs = limit.map { all.prefix($0) }?.inputs ?? all.inputs
    let set = try norm.set(radius: radius, domain: all.domain())
    try OutputPath.check(file: out)
    let (count, size) = (inputs.size(0), network.fixedBatch == nil ? batch : 1)
    var (lower, upper): ([Tensor], [Tensor]) = ([], [])
    for start in stride(from: 0, to: count, by: size) {
      try Task.checkCancellation()
      let end = min(start + size, count)
      let box = try network.bounds(over: set, around: inputs[start..<end], method: method.method)
      lower.append(box.lower.cast(to: .float64))
      upper.append(box.upper.cast(to: .float64))
      progress.show(Double(end) / Double(count), "Bounding")
    }
    progress.end()
    let box = Box(lower: .concatenating(lower), upper: .concatenating(upper))
    try NPZ.write(["lower": box.lower, "upper": box.upper], to: out)
    let width = (box.upper - box.lower).mean().item()
    print("Bounds of \(count) examples, \(String(format: "%.6g", width)) wide on average: \(out)")
  }
}
