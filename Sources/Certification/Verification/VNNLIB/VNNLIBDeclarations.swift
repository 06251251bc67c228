/// Which variables of a kind are declared, and where.
struct VNNLIBDeclarations {
  let letter: String
  private var offsets: [Int] = []
  private(set) var count = 0

  init(letter: String) {
    self.letter = letter
  }

  func contains(_ index: Int) -> Bool { index < offsets.count && offsets[index] >= 0 }

  func offset(of index: Int) -> Int { offsets[index] }

  /// - Returns: false if it is declared already.
  mutating func declare(_ index: Int, at offset: Int) -> Bool {
    if contains(index) { return false }
    while offsets.count <= index { offsets.append(-1) }
    offsets[index] = offset
    count += 1
    return true
  }

  /// Why the variables cannot be those of a network, and where that shows.
  var flaw: (reason: VNNLIBError.Reason, offset: Int)? {
    guard count > 0 else { return (.noVariables(letter), 0) }
    guard count < offsets.count, let gap = offsets.firstIndex(of: -1) else { return nil }
    let last = offsets.count - 1
    return (.gap(missing: "\(letter)_\(gap)", declared: "\(letter)_\(last)"), offsets[last])
  }
}
