import Datasets
import TestSupport
import Testing

@testable import Evidence

struct StudentDistributionTests {
  @Test("Quantiles are those of scipy")
  func quantiles() throws {
    let golden = try NPZ(reading: goldenPath("student.npz"))
    let values = { try golden.array($0).elements(as: Double.self) }
    let (freedom, probability) = (try values("freedom"), try values("probability"))
    for (index, expected) in try values("quantile").enumerated() {
      let student = StudentDistribution(freedom: freedom[index])
      let found = student.quantile(probability[index])
      let place = "freedom \(freedom[index]), probability \(probability[index])"
      #expect(abs(found - expected) <= 1e-9 * max(1, abs(expected)), "\(place)")
    }
  }

  @Test("With one degree of freedom it is Cauchy's distribution")
  func cauchy() {
    let student = StudentDistribution(freedom: 1)
    #expect(abs(student.probability(upTo: 1) - 0.75) < 1e-14)
    #expect(abs(student.probability(upTo: -1) - 0.25) < 1e-14)
    #expect(student.probability(upTo: 0) == 0.5)
  }
}
