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
      let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 25 - filled)
      write("\r\u{1B}[K\(bar) \(percent) %  \(step)")
    } else {
      let isNew = last.withLock { last in
        defer { last = step }
        return last != step
      }
      if isNew { write("[\(percent) %] \(step)\n") }
    }
  }

  /// Clears the bar.
  func end() {
    if isTerminal, !isQuiet { write("\r\u{1B}[K") }
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
