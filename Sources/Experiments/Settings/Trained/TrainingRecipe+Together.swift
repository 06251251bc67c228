import Networks
import Tensors
import Training

extension TrainingRecipe {
  /// Minimizes one loss of several networks without running statistics, and returns them after the
  /// last step.
  ///
  /// - Parameter loss: takes the networks as they are and the indices of a batch's examples, and
  ///   returns one number.
  /// - Throws: as `minimize`.
  func trainTogether(
    _ networks: [Network], examples: Int, using generator: inout Generator,
    loss: ([Network], Tensor, inout Generator) throws -> Tensor
  ) throws -> [Network] {
    let sizes = networks.map(\.parameters.values.count)
    let dealt = { (values: Tensor) in
      zip(networks, values.split(sizes: sizes)).map { $0.with(parameters: $1) }
    }
    let values = try minimize(
      from: .concatenating(networks.map(\.parameters.values)), examples: examples,
      using: &generator
    ) { try loss(dealt($0), $1, &$2) }
    return dealt(values)
  }
}
