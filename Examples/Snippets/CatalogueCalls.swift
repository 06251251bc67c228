import Assay

// The calls that the catalogue's cards show, compiled so that they stay true; a test compares them.

func boundingCalls(network: Network, inputs: Tensor, labels: Tensor, ball: LinfBall) throws {
  _ = try network.bounds(over: ball, around: inputs, method: .alphaCrown())
  _ = try network.localLipschitzBound(over: ball, around: inputs, norm: .linf)
  _ = try network.lipschitzBound(norm: .l2, method: .product(GramIteration()))
  _ = try LipSDP(activation: .groupSort(2), norm: .l2).bound(of: network)
  _ = network.orthogonality()
  _ = try PropagationTightness(of: network, around: inputs, within: ball)
}

func certifiedTrainingCalls(network: Network, data: Dataset, ball: LinfBall) throws {
  _ = try CertifiedTraining(.interval, within: ball).train(network, on: data)
  let residual = LiResNet(depth: 4, width: 32)
  let loss = CertifiedMarginLoss.emma(radius: 0.5)
  _ = try LipschitzMarginTraining(TrainingRecipe(), loss: loss).train(network, on: data)
  let bounded = LipschitzNetwork(layers: [784, 64, 10], bound: 2)
  print(residual, bounded)
}

func smoothingCalls(
  left: Network, right: Network, network: Network, diffusion: Diffusion, inputs: Tensor
) throws {
  var generator = Generator(seed: 0)
  let smoothing = RandomizedSmoothing(sigma: 0.5)
  let dual = DualRandomizedSmoothing(smoothing)
  _ = try dual.certify(left: left, right: right, inputs, using: &generator)
  let pretraining = ConsistencyPretraining(noise: 0.1...1)
  _ = try pretraining.pretrain(network, on: inputs, using: &generator)
  let shield = DiffusionShield(diffusion, sigma: 0.25)
  _ = try shield.certify(network, inputs, using: &generator)
}

func trainingCalls(network: Network, data: Dataset, groups: [Int], ball: LinfBall) throws {
  _ = try Trainer(TrainingRecipe(optimizer: .adam)).train(network, on: data)
  let flat = SharpnessAwareMinimization(radius: 0.05)
  _ = try Trainer(TrainingRecipe(sharpness: flat)).train(network, on: data)
  _ = try Trainer(TrainingRecipe(), loss: ActivePassiveLoss()).train(network, on: data)
  _ = try SmoothAdversarialTraining(CompSumLoss()).train(network, on: data, within: ball)
  _ = try GroupDRO(stepSize: 0.01, adjustment: 1).train(network, on: data, groups: groups)
}

func otherCalls(network: Network, inputs: Tensor, labels: Tensor) throws {
  var generator = Generator(seed: 0)
  _ = try SmoothGrad(samples: 50).maps(network, at: inputs, labels: labels, using: &generator)
  _ = try DeepFool(norm: .l2)(network, on: inputs, labels: labels)
  _ = try WeightNormalization()(network, initializedOn: inputs)
  _ = try network.replacingSoftmaxBySparsemax()
}
