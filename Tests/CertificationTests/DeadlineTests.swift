import Models
import Networks
import Tensors
import Testing

@testable import Certification

@Suite struct DeadlineTests {
  private let network: Network
  private let box: Box

  init() throws {
    network = try Network(input: [3], seed: 2) {
      Linear(6)
      ReLU()
      Linear(6)
      ReLU()
      Linear(2)
    }
    box = Box(lower: -.ones([1, 3], dtype: .float64), upper: .ones([1, 3], dtype: .float64))
  }

  @Test("Bounds, their optimization and attacks stop when the time is over")
  func workStops() throws {
    let (plan, region) = (try RelaxationPlan(network), InputRegion(box))
    let over = Deadline(seconds: 0)
    #expect(throws: DeadlinePassed.self) { try LinearBounds(plan, over: region, until: over) }
    let bounds = try LinearBounds(plan, over: region)
    let late = LinearBounds(
      plan, over: region, intermediateBounds: bounds.intermediateBounds, sizes: nil, until: over)
    let objectives = LinearObjectives.elements(
      .range(0..<2), of: plan.steps[plan.output].shape, dtype: .float64)
    #expect(throws: DeadlinePassed.self) {
      try SlopeOptimization().lowerBounds(of: objectives, at: plan.output, in: late)
    }
    let group = CaseGroup.groups(
      of: VerificationProperty.robustness(over: box, label: 0, classes: 2).cases)[0]
    let search = CounterexampleSearch(network: network, group: group, deadline: over)
    var generator = Generator(seed: 1)
    #expect(throws: DeadlinePassed.self) {
      try search.attack(restarts: 1, steps: 1, using: &generator)
    }
  }

  @Test("No deadline, or one beyond what clocks can tell, is never over")
  func farDeadlines() {
    #expect(!Deadline.never.isOver && !Deadline(seconds: .infinity).isOver)
    #expect(!Deadline(seconds: 1e300).isOver && Deadline(seconds: -1).isOver)
  }
}

@Test("Cases are grouped by their boxes, in order")
func casesAreGrouped() {
  let cases = [0, 1, 0, 2, 1, 0].map { place in
    VerificationProperty.Case(
      box: Box(lower: Tensor([Double(place)]), upper: Tensor([Double(place) + 0.5])),
      outputs: .ones([1, 1], dtype: .float64), constants: Tensor([0.0]))
  }
  let groups = CaseGroup.groups(of: cases)
  #expect(groups.map(\.caseCount) == [3, 2, 1])
  #expect(groups.map { $0.box.lower.item() } == [0, 1, 2])
}
