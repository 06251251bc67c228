/// Corrections of p-values for the number of tests.
public enum Multiplicity {
  /// P-values that may each be compared with a level, so that the probability of one false finding
  /// or more stays below it, whatever the tests have in common.
  ///
  /// - Source: "A Simple Sequentially Rejective Multiple Test Procedure" (1979).
  public static func holm(_ pValues: [Double]) -> [Double] {
    let order = pValues.indices.sorted { pValues[$0] < pValues[$1] }
    var adjusted = pValues
    var largest = 0.0
    for (rank, index) in order.enumerated() {
      largest = max(largest, min(1, Double(pValues.count - rank) * pValues[index]))
      adjusted[index] = largest
    }
    return adjusted
  }

  /// P-values that may each be compared with a level, so that the share of false ones among the
  /// findings stays below it, for tests that are independent or positively dependent.
  ///
  /// - Source: "Controlling the False Discovery Rate: A Practical and Powerful Approach to Multiple
  ///   Testing" (1995).
  public static func benjaminiHochberg(_ pValues: [Double]) -> [Double] {
    let order = pValues.indices.sorted { pValues[$0] > pValues[$1] }
    var adjusted = pValues
    var smallest = 1.0
    for (rank, index) in order.enumerated() {
      let count = Double(pValues.count)
      smallest = min(smallest, count / (count - Double(rank)) * pValues[index])
      adjusted[index] = smallest
    }
    return adjusted
  }
}
