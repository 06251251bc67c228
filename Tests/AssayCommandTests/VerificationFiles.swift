import Foundation
import Networks
import Tensors

/// A network and properties of it, as files in a folder.
struct VerificationFiles {
  let folder: String

  /// Writes `net.onnx`, which computes `|x_0| + |x_1|`; `holds.vnnlib`, `violated.vnnlib`; and
  /// `list.csv`, which names each of them `repeats` times under other names.
  init(in folder: String, repeats: Int = 1) throws {
    self.folder = folder
    var builder = GraphBuilder()
    let input = builder.addInput(ValueType([.batch, 2]))
    let magnitude = try builder.add(.map(.absolute), [input])
    let weight = builder.addParameter(Tensor([Float(1), 1], shape: [1, 2]), name: "w")
    let output = try builder.add(.linear, [magnitude, weight])
    try builder.network(output: output).write(onnx: folder + "/net.onnx")
    var list = ""
    for (name, bound) in [("holds", 2.5), ("violated", 1.5)] {
      for number in 0..<repeats {
        let file = name + (number == 0 ? "" : "\(number)") + ".vnnlib"
        try write(Self.property(atLeast: bound), to: file)
        list += "net.onnx,\(file),20\n"
      }
    }
    try write(list, to: "list.csv")
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
  }

  func read(_ name: String) throws -> String {
    try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
  }

  /// The rows of a table of answers, without their times.
  func answers(_ name: String) throws -> [String] {
    try read(name).split(separator: "\n").dropFirst().map {
      $0.split(separator: ",").prefix(3).joined(separator: ",")
    }
  }

  /// Broken where the output reaches `bound` on the box from -1 to 1.
  private static func property(atLeast bound: Double) -> String {
    """
    (declare-const X_0 Real)
    (declare-const X_1 Real)
    (declare-const Y_0 Real)
    (assert (and (<= X_0 1) (>= X_0 -1) (<= X_1 1) (>= X_1 -1)))
    (assert (>= Y_0 \(bound)))
    """
  }
}
