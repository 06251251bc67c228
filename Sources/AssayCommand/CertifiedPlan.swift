import Arguments
import Certification
import Datasets
import Models
import Networks
import Tensors
import Training

/// The methods of certified training that the command line knows.
enum CertifiedMethod: String, ExpressibleByArgument, CaseIterable, Codable {
  case ibp
  case crownIBP = "crown-ibp"
  case lipschitz
}

/// How a classifier is trained for certified accuracy, and within which radius.
struct CertifiedPlan: Codable {
  var method: CertifiedMethod
  /// In input units; L∞, but L2 for `lipschitz`.
  var radius: Float

  /// What one epoch came to; the last two are of bounds over boxes only.
  struct Epoch: Codable {
    let epoch: Int
    let trainingLoss: Double
    let radius: Double?
    let provenShare: Double?
  }

  /// - Throws: `TrainingError.badRecipe`.
  func check() throws(TrainingError) {
    guard radius > 0, radius.isFinite else {
      throw .badRecipe(reason: "certified training within a radius of \(radius)")
    }
  }

  /// - Throws: what training throws.
  func train(
    _ network: Network, on data: Dataset, by recipe: TrainingRecipe, checkpoint: String?,
    report: (Epoch) throws -> Void
  ) throws -> Network {
    let method: CertifiedTraining.Method
    switch self.method {
    case .lipschitz:
      let training = LipschitzMarginTraining(
        recipe, loss: .emma(radius: Double(radius)), checkpoint: checkpoint)
      return try training.train(network, on: data) { epoch, loss in
        try report(Epoch(epoch: epoch, trainingLoss: loss, radius: nil, provenShare: nil))
      }
    case .ibp: method = .interval
    case .crownIBP: method = .crownInterval()
    }
    let training = CertifiedTraining(
      method, within: try ball(of: data), recipe: recipe, checkpoint: checkpoint)
    return try training.train(network, on: data) { epoch in
      try report(
        Epoch(
          epoch: epoch.epoch, trainingLoss: epoch.trainingLoss, radius: epoch.radius,
          provenShare: epoch.provenShare))
    }
  }

  /// The certified accuracy within the radius.
  ///
  /// - Throws: what the certificate throws.
  func provenAccuracy(_ network: Network, on data: Dataset) throws -> Estimate {
    if method == .lipschitz {
      return try MarginCertificate().certifiedAccuracy(network, on: data, radius: Double(radius))
    }
    let marks = try IntervalCertificate().certified(
      network, data.inputs, labels: Tensor(try data.requiredLabels()), within: try ball(of: data))
    return .proportion(marks.count { $0 }, of: marks.count)
  }

  private func ball(of data: Dataset) throws -> LinfBall {
    let (low, high) = (Float(data.inputs.min().item()), Float(data.inputs.max().item()))
    return try LinfBall(radius: radius, domain: min(low, 0)...max(high, 1))
  }
}
