import Datasets
import Foundation
import Tensors

/// Shapes and textures that are computed and not photographed, in ten classes.
///
/// Every image has its own place, size, angle, phase and brightness. They look like nothing that a
/// network for digits was trained on, and are cheap to classify.
package enum DrawnImages {
  /// The classes, in the order of their labels.
  package enum Kind: Int, CaseIterable, Sendable {
    case disk, square, triangle, cross, ring, stripes, checkers, dots, gradient, noise
  }

  /// Draws images, of every class as many as of any other, but for one.
  ///
  /// - Shape: inputs `[count, 1, side, side]`, gray levels from 0 to 1.
  /// - Throws: `DataError.noExamples` if `count` is 0.
  package static func draw(
    _ count: Int, side: Int = 14, using generator: inout Generator
  ) throws -> Dataset {
    let labels = (0..<count).map { $0 % Kind.allCases.count }.shuffled(using: &generator)
    var pixels: [Float] = []
    pixels.reserveCapacity(count * side * side)
    for label in labels {
      let pose = Pose(using: &generator)
      for row in 0..<side {
        for column in 0..<side {
          pixels.append(
            pose.level(
              of: Kind.allCases[label], row: row, column: column, side: side, using: &generator))
        }
      }
    }
    return try Dataset(
      name: "drawn-images", inputs: Tensor(pixels, shape: [count, 1, side, side]), labels: labels,
      classNames: Kind.allCases.map { "\($0)" })
  }
}

/// Where and how one image is drawn, in units of half its side.
private struct Pose {
  let x: Double
  let y: Double
  let size: Double
  let angle: Double
  let waves: Double
  let phase: Double
  let brightness: Double

  init(using generator: inout Generator) {
    x = .random(in: -0.25...0.25, using: &generator)
    y = .random(in: -0.25...0.25, using: &generator)
    size = .random(in: 0.45...0.7, using: &generator)
    angle = .random(in: 0...(2 * .pi), using: &generator)
    waves = .random(in: 1.2...1.8, using: &generator)
    phase = .random(in: 0...1, using: &generator)
    brightness = .random(in: 0.6...1, using: &generator)
  }

  /// The gray level of a pixel.
  func level(
    of kind: DrawnImages.Kind, row: Int, column: Int, side: Int, using generator: inout Generator
  ) -> Float {
    let across = (Double(column) + 0.5) * 2 / Double(side) - 1 - x
    let down = (Double(row) + 0.5) * 2 / Double(side) - 1 - y
    let u = across * cos(angle) + down * sin(angle)
    let v = down * cos(angle) - across * sin(angle)
    let share =
      switch kind {
      case .disk: covered(size - hypot(u, v), side)
      case .square: covered(size * 0.85 - max(abs(u), abs(v)), side)
      case .triangle: covered(size * 0.5 - max(v, abs(u) * 0.866 - v * 0.5), side)
      case .cross:
        covered(
          max(
            min(size - abs(u), size * 0.25 - abs(v)), min(size - abs(v), size * 0.25 - abs(u))),
          side)
      case .ring: covered(size * 0.25 - abs(hypot(u, v) - size * 0.8), side)
      case .stripes: wave(u)
      case .checkers: 0.5 + 2 * (wave(u) - 0.5) * (wave(v) - 0.5)
      case .dots: min(1, max(0, 4 * (wave(u) * wave(v)) - 2))
      case .gradient: min(1, max(0, 0.5 + u * 0.5))
      case .noise: Double.random(in: 0...1, using: &generator)
      }
    return Float(brightness * share)
  }

  /// How much of a pixel is covered whose center is so far inside of an edge.
  private func covered(_ depth: Double, _ side: Int) -> Double {
    min(1, max(0, 0.5 + depth * Double(side) / 2))
  }

  private func wave(_ place: Double) -> Double {
    0.5 + 0.5 * sin(2 * .pi * (waves * place + phase))
  }
}
