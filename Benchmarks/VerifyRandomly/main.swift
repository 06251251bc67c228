import Foundation
import Tensors
import VerificationOracle

// Compares the verifier with exact answers for so many seconds; the exit code is 1 after a mistake.

let words = CommandLine.arguments.dropFirst()
let seconds = words.first.flatMap(Double.init) ?? 60
let seed = words.dropFirst().first.flatMap(UInt64.init) ?? 0
let deadline = Date(timeIntervalSinceNow: seconds)
var comparisons = [12: VerificationComparison(), 0: VerificationComparison()]
var number: UInt64 = 0
while Date() < deadline {
  for inputs in [12, 0] {
    var generator = Generator(seed: seed &* 1_000_003 &+ number)
    let problem = RandomProblem(using: &generator)
    try comparisons[inputs]!.check(
      problem, name: "Problem \(number), splitting inputs up to \(inputs),",
      splitsInputsUpTo: inputs)
  }
  number += 1
}
for (inputs, result) in comparisons.sorted(by: { $0.key > $1.key }) {
  print(
    "splitting inputs up to \(inputs): \(result.held) hold, \(result.violated) violated,",
    "\(result.undecided) undecided, \(result.mistakes.count) mistakes")
  for mistake in result.mistakes { print("  " + mistake) }
}
exit(comparisons.values.allSatisfy(\.mistakes.isEmpty) ? 0 : 1)
