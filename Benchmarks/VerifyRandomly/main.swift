import Foundation
import Tensors
import VerificationOracle

// Compares the verifier with exact answers for so many seconds, and with what a search finds where
// functions are smooth; the exit code is 1 after a mistake.

let words = CommandLine.arguments.dropFirst()
let seconds = words.first.flatMap(Double.init) ?? 60
let seed = words.dropFirst().first.flatMap(UInt64.init) ?? 0
let deadline = Date(timeIntervalSinceNow: seconds)
var exact = VerificationComparison.Mode.allCases.map { VerificationComparison($0) }
var smooth = exact
var number: UInt64 = 0
while Date() < deadline {
  for place in exact.indices {
    var generator = Generator(seed: seed &* 1_000_003 &+ number)
    try exact[place].check(RandomProblem(using: &generator), name: "Problem \(number)")
    try smooth[place].check(
      SmoothProblem(using: &generator), name: "Smooth problem \(number)", timeout: 2)
  }
  number += 1
}
for (name, comparisons) in [("kinks", exact), ("smooth functions", smooth)] {
  for result in comparisons {
    print(
      "\(name), \(result.mode.rawValue): \(result.held) hold, \(result.violated) violated,",
      "\(result.undecided) undecided, \(result.mistakes.count) mistakes")
    for mistake in result.mistakes { print("  " + mistake) }
  }
}
exit((exact + smooth).allSatisfy(\.mistakes.isEmpty) ? 0 : 1)
