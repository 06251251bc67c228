import Datasets
import Models
import Tensors
import TestSupport
import Testing
import Training

struct ActivePassiveLossTests {
  private static func logits() -> Tensor {
    var generator = Generator(seed: 3)
    return Tensor.normal([7, 6], dtype: .float64, using: &generator) * 2
  }

  /// The sum of a loss over all labels, for each row.
  private static func sum(_ loss: ActivePassiveLoss) -> Tensor {
    let logits = logits()
    let terms = (0..<6).map { label in
      loss.perExample(logits, labels: Tensor([Int](repeating: label, count: 7)))
    }
    return Tensor.stacking(terms).sum(axes: [0])
  }

  @Test("Over all labels each term adds up to the same number at every input")
  func symmetry() {
    let one = Tensor.ones([7], dtype: .float64)
    expectClose(Self.sum(.init(passiveWeight: 0)), one, absolute: 1e-12)
    expectClose(
      Self.sum(.init(active: .normalizedFocal, focus: 2, passiveWeight: 0)), one, absolute: 1e-12)
    expectClose(
      Self.sum(.init(activeWeight: 0, passive: .meanAbsoluteError)), one * 10, absolute: 1e-12)
    expectClose(
      Self.sum(
        .init(activeWeight: 0, passive: .reverseCrossEntropy, passiveWeight: 3, logOfZero: 4)),
      one * 60,
      absolute: 1e-11)
  }

  /// `Tests/Golden/make/active_passive.py` made the golden values with the authors' code, whose
  /// mean absolute error is half of the paper's.
  static let cases: [(String, ActivePassiveLoss)] = [
    ("nce", ActivePassiveLoss(passiveWeight: 0)),
    ("nce-rce", ActivePassiveLoss(passiveWeight: 10)),
    (
      "nce-mae", ActivePassiveLoss(activeWeight: 2, passive: .meanAbsoluteError, passiveWeight: 1.5)
    ),
    ("nfl-rce", ActivePassiveLoss(active: .normalizedFocal, focus: 0.5, passiveWeight: 2)),
  ]

  @Test("Values and slopes are those of the authors' code", arguments: cases)
  func parity(_ name: String, _ loss: ActivePassiveLoss) throws {
    let golden = try NPZ(reading: TestFiles.golden("active_passive.npz"))
    let labels = try golden.array("labels")
    let (value, slope) = try valueAndGradient(at: golden.array("logits")) {
      loss.mean($0, labels: labels)
    }
    expectClose(value, try golden.array("\(name).value"), absolute: 1e-6, relative: 1e-6)
    // The authors' focal factors have no slope.
    guard !name.hasPrefix("nfl") else { return }
    expectClose(slope, try golden.array("\(name).slope"), absolute: 1e-6, relative: 1e-5)
  }

  @Test("Slopes are finite where one label is certain")
  func certainty() {
    let logits = Tensor([200, 0, -200, 0, 0, 0] as [Float], shape: [2, 3])
    for loss in [
      ActivePassiveLoss(), .init(active: .normalizedFocal, focus: 0.5, passive: .meanAbsoluteError),
    ] {
      for label in 0..<3 {
        let slope = gradient(at: logits) { loss.mean($0, labels: Tensor([label, label])) }
        #expect(slope.isFinite.all().booleans[0])
      }
    }
  }

  @Test("A trainer takes it, and its checkpoints are no other loss's")
  func training() throws {
    let data = try Blobs.dataset()
    let recipe = TrainingRecipe(epochs: 6, batchSize: 16, learningRate: 0.02)
    let loss = ActivePassiveLoss()
    try TestFiles.withTemporaryFolder { folder in
      let path = folder + "/state.npz"
      let trained = try Trainer(recipe, loss: loss, checkpoint: path)
        .train(Blobs.network(), on: data)
      #expect(try trained.output(of: data.inputs).argmax(axis: 1).integers == data.labels)
      #expect(throws: TrainingError.self) {
        try Trainer(recipe, checkpoint: path).train(Blobs.network(), on: data)
      }
    }
  }
}
