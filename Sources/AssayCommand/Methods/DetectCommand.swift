import Arguments
import Audit
import Confidence
import Datasets
import Methods

struct DetectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detect",
    abstract: "Detect out-of-distribution inputs: anomaly scores, a threshold, and AUROC.",
    discussion: """
      Half of the data fits the detector, the other half is evaluated, beside the inputs of \
      '--against'. '--out' gets the arrays 'inDistribution' (the anomaly scores of the evaluated \
      'rows'), 'outOfDistribution' and 'threshold'.
      """)

  private static let usual = "energy"

  @OptionGroup var choice: MethodOptions

  @Option(help: "Out-of-distribution inputs: NPZ, NPY, CSV, IDX, or a folder of images.")
  var against: String?

  @Option(help: "The share of in-distribution inputs to accept.")
  var acceptance = 0.95

  @Option(help: "The NPZ file to write the anomaly scores to.")
  var out: String?

  @OptionGroup var trial: TrialOptions

  func validate() throws {
    guard acceptance > 0, acceptance < 1 else {
      throw ValidationError("'--acceptance' must be between 0 and 1, but is \(acceptance).")
    }
  }

  func run() throws {
    let registry = MethodRegistry.detectors
    guard !choice.methods else { return print(registry.text(usual: Self.usual)) }
    let (name, settings, detector) = try choice.make(from: registry, usual: Self.usual)
    let (against, acceptance, layout) = (against, acceptance, trial.source.layout)
    try trial.run("detect: \(name)", settings: settings, out: out, needsLabels: false) { subject in
      let others = try against.map {
        try DatasetLoader(readsLabels: false).load(path: $0)
          .fitted(to: subject.network, layout: layout).data.inputs
      }
      return DetectionTrial(name, detector, others: others, acceptance: acceptance)
    } write: { outcome, path in
      try NPZ.write(outcome.arrays, to: path)
      return "Anomaly scores: \(path)"
    }
  }
}
