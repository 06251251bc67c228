// Written by Scripts/lists.
// swift-format-ignore-file
import Assay

/// The calls that the catalogue's cards show, compiled so that they stay true.
struct CatalogueCalls {
  var (network, left, right): (Network, Network, Network)
  var diffusion: Diffusion
  var data: Dataset
  var (inputs, labels): (Tensor, Tensor)
  var groups: [Int]
  var ball: LinfBall
  var generator = Generator(seed: 0)

  /// From Softmax to Sparsemax: A Sparse Model of Attention and Multi-Label Classification
  mutating func sparsemax() throws {
    _ = try network.replacingSoftmaxBySparsemax()
  }

  /// Weight Normalization: A Simple Reparameterization to Accelerate Training of Deep Neural Networks
  mutating func weightNorm() throws {
    _ = try WeightNormalization()(network, initializedOn: inputs)
  }

  /// DeepFool: a simple and accurate method to fool deep neural networks
  mutating func deepfool() throws {
    _ = try DeepFool(norm: .l2)(network, on: inputs, labels: labels)
  }

  /// Automatic Perturbation Analysis for Scalable Certified Robustness and Beyond
  mutating func autoLirpa() throws {
    _ = try network.bounds(over: ball, around: inputs, method: .alphaCrown())
  }

  /// Mitigating the Curse of Dimensionality for Certified Robustness via Dual Randomized Smoothing
  mutating func drs() throws {
    _ = try DualRandomizedSmoothing(RandomizedSmoothing(sigma: 0.5)).certify(left: left, right: right, inputs, using: &generator)
  }

  /// Efficient Bound of Lipschitz Constant for Convolutional Layers by Gram Iteration
  mutating func gramIteration() throws {
    _ = try network.lipschitzBound(norm: .l2, method: .product(GramIteration()))
  }

  /// On the Effectiveness of Interval Bound Propagation for Training Verifiably Robust Models
  mutating func ibp() throws {
    _ = try CertifiedTraining(.interval, within: ball).train(network, on: data)
  }

  /// Understanding Certified Training with Interval Bound Propagation
  mutating func ibpTightness() throws {
    _ = try PropagationTightness(of: network, around: inputs, within: ball)
  }

  /// Direct Parameterization of Lipschitz-Bounded Deep Networks
  mutating func lbdnSandwich() {
    _ = LipschitzNetwork(layers: [784, 64, 10], bound: 2)
  }

  /// Novel Quadratic Constraints for Extending LipSDP beyond Slope-Restricted Activations
  mutating func lipsdpGroupsort() throws {
    _ = try LipSDP(activation: .groupSort(2), norm: .l2).bound(of: network)
  }

  /// Unlocking Deterministic Robustness Certification on ImageNet
  mutating func liresnetEmma() throws {
    _ = try LipschitzMarginTraining(TrainingRecipe(), loss: .emma(radius: 0.5)).train(network, on: data)
  }

  /// Efficiently Computing Local Lipschitz Constants of Neural Networks via Bound Propagation
  mutating func localLipschitzBp() throws {
    _ = try network.localLipschitzBound(over: ball, around: inputs, norm: .linf)
  }

  /// Existence, Stability and Scalability of Orthogonal Convolutional Neural Networks
  mutating func orthogonalConv() {
    _ = network.orthogonality()
  }

  /// Robust Representation Consistency Model via Contrastive Denoising
  mutating func rrcm() throws {
    _ = try ConsistencyPretraining(noise: 0.1...1).pretrain(network, on: inputs, using: &generator)
  }

  /// Adversarial Robustification via Text-to-Image Diffusion Models
  mutating func t2iRobustification() throws {
    _ = try DiffusionShield(diffusion, sigma: 0.25).certify(network, inputs, using: &generator)
  }

  /// SmoothGrad: removing noise by adding noise
  mutating func smoothgrad() throws {
    _ = try SmoothGrad(samples: 50).maps(network, at: inputs, labels: labels, using: &generator)
  }

  /// Distributionally Robust Neural Networks for Group Shifts: On the Importance of Regularization for Worst-Case Generalization
  mutating func groupDro() throws {
    _ = try GroupDRO(stepSize: 0.01, adjustment: 1).train(network, on: HardeningData(data, groups: groups))
  }

  /// Normalized Loss Functions for Deep Learning with Noisy Labels
  mutating func activePassiveLoss() throws {
    _ = try Trainer(TrainingRecipe(), loss: ActivePassiveLoss()).train(network, on: data)
  }

  /// Adam: A Method for Stochastic Optimization
  mutating func adam() throws {
    _ = try Trainer(TrainingRecipe(optimizer: .adam)).train(network, on: data)
  }

  /// Cross-Entropy Loss Functions: Theoretical Analysis and Applications
  mutating func compSumLosses() throws {
    _ = try SmoothAdversarialTraining(CompSumLoss()).train(network, on: data, within: ball)
  }

  /// Sharpness-Aware Minimization for Efficiently Improving Generalization
  mutating func sam() throws {
    _ = try Trainer(TrainingRecipe(sharpness: SharpnessAwareMinimization(radius: 0.05))).train(network, on: data)
  }
}
