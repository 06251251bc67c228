import Foundation
import Synchronization

/// Shows on standard error how far long work is: a bar on a terminal, a line a step elsewhere.
final class ProgressLine: Sendable {
  private let isQuiet: Bool
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let last = Mutex("")

  init(isQuiet: Bool) {
    self.isQuiet = isQuiet
  }

  /// Shows that `share`, from 0 to 1, is done, and what is being done.
  func show(_ share: Double, _ step: String) {
    guard !isQuiet else { return }
    let percent = Int((min(1, max(0, share)) * 100).rounded(.down))
    if isTerminal {
      let filled = percent / 4
      let (done, left) = (Array(repeating: "█", count: filled), 25 - filled)
      let bar = done.joined() + String(repeating: "░", count: left)
      write("\r\u{1B}[K\(bar) \(percent)%  \(step)")
    } else {
      let isNew = last.withLock { last in
        defer { last = step }
        return last != step
      }
      if isNew { write("[\(percent)%] \(step)\n") }
    }
  }

  /// Clears the bar.
  func end() {
    if isTerminal, !isQuiet { write("\r\u{1B}[K") }
  }

  /// A progress that cannot be shown, to a closed or full file, is no reason to stop.
  private func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
