import Certification
import Tensors
import Testing
import VerificationOracle

/// The verifier beside exact answers; `Scripts/verify-randomly` does the same for as long as
/// wished.
@Suite struct RandomVerificationTests {
  @Test(
    "Answers are those of enumerating every pattern of kinks",
    arguments: VerificationComparison.Mode.allCases)
  func answersAreExact(_ mode: VerificationComparison.Mode) throws {
    var comparison = VerificationComparison(mode)
    for number in 0..<12 {
      var generator = Generator(seed: UInt64(number))
      let problem = RandomProblem(depth: 2, width: 3, using: &generator)
      try comparison.check(problem, name: "Problem \(number)")
    }
    #expect(comparison.mistakes.isEmpty)
    #expect(comparison.held > 1 && comparison.violated > 1)
    #expect(comparison.undecided == 0)
  }

  @Test(
    "No answer about smooth functions is refuted by a search",
    arguments: VerificationComparison.Mode.allCases)
  func smoothAnswersAreSound(_ mode: VerificationComparison.Mode) throws {
    var comparison = VerificationComparison(mode)
    for number in 0..<10 {
      var generator = Generator(seed: UInt64(number))
      let problem = SmoothProblem(width: 3, using: &generator)
      try comparison.check(problem, name: "Problem \(number)", timeout: 1)
    }
    #expect(comparison.mistakes.isEmpty)
    #expect(comparison.held > 1 && comparison.violated > 0)
  }

  @Test("Enumeration finds what sampling finds, and a little more")
  func enumerationIsExact() {
    for number in 0..<8 {
      var generator = Generator(seed: 100 + UInt64(number))
      let problem = RandomProblem(depth: 2, width: 3, using: &generator)
      let exact = problem.leastViolation.lowerBound
      var sampled = Double.infinity
      for _ in 0..<400 {
        let x = zip(problem.lower, problem.upper).map {
          Double.random(in: $0...$1, using: &generator)
        }
        sampled = min(sampled, problem.violation(at: x))
      }
      #expect(exact <= sampled + 1e-7)
      #expect(exact > sampled - 3)
    }
  }

  @Test("A tiny region that breaks a property is never overlooked", arguments: [12, 0])
  func plantedViolations(splitsInputsUpTo: Int) throws {
    var generator = Generator(seed: 8)
    for steepness in [Float(1e3), 1e5] {
      for inputs in 2...3 {
        let planted = PlantedViolation(inputs: inputs, steepness: steepness, using: &generator)
        let verifier = Verifier(
          try planted.network.network(), timeout: 1, splitsInputsUpTo: splitsInputsUpTo)
        let result = try verifier.verify(planted.property)
        #expect(result.name != "holds", "\(inputs) inputs, steepness \(steepness)")
      }
    }
  }
}
