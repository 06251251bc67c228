import Architectures
import Audit
import Foundation
import Methods
import Models
import Training

/// What is kept beside a trained model: how it came about, so that it can be made again.
struct TrainingRecord: Codable {
  struct DataFile: Codable {
    let name: String
    let sha256: String
  }

  var model: StandardClassifier
  /// The validation share of the data.
  var validation: Double
  var recipe: TrainingRecipe
  /// What is minimized; nil for cross-entropy.
  var loss: MethodChoice?
  /// The certified training; nil for ordinary training.
  var certified: CertifiedPlan?
  var data: DataFile?
  var epochs: [Trainer.EpochReport]?
  var certifiedEpochs: [CertifiedPlan.Epoch]?

  init(model: StandardClassifier, validation: Double, recipe: TrainingRecipe) {
    (self.model, self.validation, self.recipe) = (model, validation, recipe)
  }

  /// Reads a record, or what someone wrote: the model, the validation share and the recipe.
  ///
  /// - Throws: `MissingFile`, or `TrainingError.badRecipe` if it cannot be followed.
  init(path: String) throws {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw MissingFile(path: path, hint: "It was named as the recipe.")
    }
    do {
      self = try JSONDecoder().decode(TrainingRecord.self, from: bytes)
    } catch {
      throw TrainingError.badRecipe(reason: "\(path) is not what 'assay train' writes")
    }
  }

  /// - Throws: `TrainingError.badRecipe`.
  func check() throws(TrainingError) {
    guard 0..<1 ~= validation else {
      throw .badRecipe(reason: "a validation share of \(validation), not from 0 to below 1")
    }
    try recipe.check()
    try certified?.check()
    _ = try trainingLoss()
    guard certified == nil || loss == nil else {
      throw .badRecipe(
        reason: "certified training has a loss of its own, so that there is no other")
    }
    guard certified == nil || recipe.patience == nil else {
      throw .badRecipe(
        reason: "certified training ends with its last epoch, whatever the patience")
    }
  }

  /// What is minimized.
  ///
  /// - Throws: `TrainingError.badRecipe`.
  func trainingLoss() throws(TrainingError) -> any ScoreLoss {
    guard let loss else { return ClassificationLoss.crossEntropy }
    do {
      return try MethodRegistry.losses.make(loss.name, settings: loss.assignments)
    } catch {
      throw .badRecipe(reason: "the loss: \(error)")
    }
  }

  /// The record as JSON.
  func json() throws -> Data {
    Data(try JSONText.of(self).utf8)
  }
}

extension StandardClassifier: Codable {}
