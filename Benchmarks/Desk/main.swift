// Measures the desk on papers that are drawn at random: search by words and meaning, and digests.
//
// Usage: DeskBenchmarks MODEL_FOLDER STORE [PAPERS]; a store that is there already is used again.

import Desk
import Evidence
import Foundation
import LanguageModels
import Tensors

let arguments = CommandLine.arguments
guard arguments.count >= 3 else {
  print("usage: DeskBenchmarks MODEL_FOLDER STORE [PAPERS]")
  exit(64)
}
let count = arguments.count > 3 ? Int(arguments[3]) ?? 100_000 : 100_000
let store = try PaperStore(address: arguments[2])
let desk = try PaperDesk(
  store: store, evidence: EvidenceStore(path: "Evidence"), modelFolder: arguments[1])
let search = try desk.search()
try search.prepare()

/// The words of the catalogue, each as often as it is used.
let words = desk.catalogue.cards.flatMap {
  ($0.title + " " + $0.what).split(separator: " ").map(String.init)
}
var generator = Generator(seed: 1)

@MainActor
func text(_ count: Int) -> String {
  (0..<count).map { _ in words[Int(generator.next() % UInt64(words.count))] }.joined(separator: " ")
}

func milliseconds(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  return (ContinuousClock.now - start) / .milliseconds(1)
}

/// Median, 95th percentile and maximum of the times of searching for each text.
@MainActor
func measure(_ name: String, _ texts: [String]) throws {
  _ = try search.results(for: "warm up")
  let times = try texts.map { text in try milliseconds { _ = try search.results(for: text) } }
    .sorted()
  print(
    String(
      format: "%@: median %.1f ms, 95%% %.1f ms, most %.1f ms", name, times[times.count / 2],
      times[times.count * 95 / 100], times.last!))
}

let titles = desk.catalogue.cards.map(\.title)
let claims = desk.catalogue.cards.map { String($0.what.prefix(80)) }
let texts =
  Array(titles.shuffled(using: &generator).prefix(100))
  + claims.shuffled(using: &generator).prefix(100)

if try store.counts().papers < 1000 {
  try measure("search over \(try store.counts().papers) papers", texts)
  let right = try titles.filter { title in
    try search.results(for: title, limit: 1).items.first?.paper.rawTitle == title
  }
  print("first result right for \(right.count) of \(titles.count) exact titles")
}
if try store.counts().papers < count {
  // As meaning takes long to compute, random directions stand in for it.
  for start in stride(from: 0, to: count, by: 5000) {
    var ids: [Int] = []
    try store.database.transaction {
      for number in start..<min(count, start + 5000) {
        let entry = PaperEntry(title: "\(text(9)) \(number)", abstract: text(120))
        ids.append(try store.merge(entry, from: "synthetic").paper)
      }
    }
    let vectors = Tensor.normal([ids.count, 384], using: &generator)
    let lengths = vectors.square().sum(axes: [1], keepingAxes: true).squareRoot()
    try store.keep(vectors / lengths, of: ids, model: search.vectorName ?? "")
  }
}
try measure("search over \(try store.counts().papers) papers", texts)

try store.follow("certified robustness of neural networks")
let recommender = Recommender(store, search: search)
var digest: Digest?
let choosing = try milliseconds {
  digest = Digest(
    items: try recommender.recommendations(since: 0), since: "2026-01-01", day: "2026-01-02",
    desk: "http://desk")
}
print(String(format: "choosing among %d papers: %.0f ms", try store.counts().imported, choosing))
let people = try (0..<100).map { try store.subscribe(MailAddress("reader\($0)@example.org")!) }
let mailer = DigestMailer(store, sender: MailAddress("desk@example.org")!, desk: "http://desk")
let posting = try milliseconds { try mailer.post(digest!, to: people) }
print(String(format: "writing 100 digests into the outbox: %.0f ms", posting))
