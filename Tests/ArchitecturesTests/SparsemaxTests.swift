import Architectures
import Datasets
import Models
import Networks
import Tensors
import TestSupport
import Testing

struct SparsemaxTests {
  @Test("It is the nearest point of the simplex, in closed form for two scores")
  func twoScores() {
    let scores = Tensor([0.3, 0.1, 2, -1, -5, 0.25], shape: [3, 2])
    let share = ((scores.selecting(0, axis: 1) - scores.selecting(1, axis: 1) + 1) * 0.5)
      .clamped(from: 0, through: 1)
    expectClose(scores.sparsemax(), .stacking([share, 1 - share], axis: 1), absolute: 1e-12)
  }

  @Test("A shift and an axis change nothing, and ties share")
  func invariance() {
    var generator = Generator(seed: 2)
    let scores = Tensor.normal([3, 4, 5], dtype: .float64, using: &generator)
    expectClose((scores + 1000).sparsemax(), scores.sparsemax(), absolute: 1e-9)
    expectClose(
      scores.sparsemax(axis: 1), scores.transposed(1, 2).sparsemax().transposed(1, 2),
      absolute: 1e-15)
    expectClose(
      Tensor([2.0, 2, 2, 2]).sparsemax(), Tensor.full(0.25, [4], dtype: .float64), absolute: 0)
  }

  /// `Tests/Golden/make/sparsemax.py` made the golden values with entmax.
  @Test(
    "Values, Jacobian products, losses and their gradients are entmax's",
    arguments: [2, 3, 10, 100, 1000])
  func parity(_ size: Int) throws {
    let golden = try NPZ(reading: TestFiles.golden("sparsemax.npz"))
    func array(_ name: String) throws -> Tensor { try golden.array("\(size).\(name)") }
    let (scores, tangent) = (try array("scores"), try array("tangent"))
    let (value, back) = vectorJacobianProduct(of: { $0.sparsemax() }, at: scores, with: tangent)
    let forth = jacobianVectorProduct(of: { $0.sparsemax() }, at: scores, with: tangent).product
    expectClose(value, try array("value"), absolute: 1e-12)
    // The Jacobian is symmetric.
    expectClose(back, try array("product"), absolute: 1e-11)
    expectClose(forth, try array("product"), absolute: 1e-11)
    let labels = try array("labels")
    let loss = SparsemaxLoss()
    expectClose(loss.perExample(scores, labels: labels), try array("loss"), absolute: 1e-11)
    let slope = gradient(at: scores) { loss.perExample($0, labels: labels).sum() }
    expectClose(slope, try array("slope"), absolute: 1e-11)
    expectClose(
      slope, value - labels.oneHot(classes: size).cast(to: .float64), absolute: 1e-11)
  }

  /// Three numbers of each vector are kept; `Tests/Golden/make/sparsemax.py` has the formula.
  @Test("So they are for 10000 vectors of 2 to 1000 scores, to a millionth")
  func manyVectors() throws {
    let golden = try NPZ(reading: TestFiles.golden("sparsemax.npz"))
    func counted(from first: Int, _ count: Int) -> Tensor {
      Tensor.range(first..<first + count).cast(to: .float64)
    }
    for block in 0..<100 {
      let size = 2 + (998 * block * block) / (99 * 99)
      let columns = counted(from: 1, size)
      let rows = counted(from: 100 * block + 1, 100).expandedDimension(at: 1)
      let scores = (rows * columns * 0.739).sin() * Double(1 + block % 3)
      let probe = (columns * 1.7).cos().broadcast(to: [100, size])
      let labels = Tensor((0..<100).map { ($0 + block) % size })
      let (value, product) = vectorJacobianProduct(
        of: { $0.sparsemax() }, at: scores, with: probe)
      let numbers = Tensor.stacking([
        (value * probe).sum(axes: [1]), (product * columns.sin()).sum(axes: [1]),
        SparsemaxLoss().perExample(scores, labels: labels),
      ])
      expectClose(
        numbers, try golden.array("many.\(block)").cast(to: .float64), absolute: 1e-6,
        relative: 1e-6)
    }
  }

  @Test("The loss is zero exactly where the label leads by 1")
  func margin() {
    let scores = Tensor([1, 0, -1, 0.999, 0, -1, 5, 4, 3], shape: [3, 3])
    let losses = SparsemaxLoss().perExample(scores, labels: Tensor([0, 0, 0]))
    let numbers = losses.elements(as: Double.self)
    #expect(numbers[0] == 0 && numbers[1] > 0 && numbers[2] == 0)
  }

  @Test("The layer, made of ordinary operations, agrees with the function and its gradients")
  func layer() throws {
    let network = try Network(input: [3, 6]) { Sparsemax() }
    var generator = Generator(seed: 4)
    let inputs = Tensor.normal([5, 3, 6], using: &generator) * 1.5
    expectClose(try network.output(of: inputs), inputs.sparsemax(), absolute: 1e-6)
    let weight = Tensor.normal([5, 3, 6], using: &generator)
    let slope = try gradient(at: inputs) { (try network.output(of: $0) * weight).sum() }
    expectClose(
      slope, gradient(at: inputs) { ($0.sparsemax() * weight).sum() }, absolute: 1e-5)
  }

  @Test("Attention becomes sparse, its parameters stay, and the network goes through ONNX")
  func replacement() throws {
    let network = try Network(input: [5, 8], seed: 1) {
      SelfAttention(heads: 2)
      Flatten()
      Linear(3)
    }
    var sharp = network
    sharp.parameters = 6 * network.parameters
    let sparse = try sharp.replacingSoftmaxBySparsemax()
    #expect(sparse.parameters.layout == network.parameters.layout)
    var generator = Generator(seed: 1)
    let inputs = Tensor.normal([4, 5, 8], using: &generator)
    let softmaxes = sharp.graph.nodes.indices.filter {
      if case .softmax = sharp.graph.nodes[$0].operation { true } else { false }
    }
    let scores = try sharp.values(of: inputs)[sharp.graph.nodes[softmaxes[0]].operands[0]]
    let weights = scores.sparsemax()
    #expect((weights .== 0).any().booleans[0])
    let found = try sparse.values(of: inputs).contains { value in
      value.shape == weights.shape && value.dtype == .float32
        && (value - weights).magnitude().max().item() < 1e-5
    }
    #expect(found)
    try TestFiles.withTemporaryFolder { folder in
      try sparse.write(onnx: folder + "/sparse.onnx")
      let again = try Network(onnx: folder + "/sparse.onnx")
      expectClose(try again.output(of: inputs), try sparse.output(of: inputs), absolute: 1e-5)
    }
  }
}
