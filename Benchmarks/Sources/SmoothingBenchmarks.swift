import Certification
import Tensors

extension Benchmark {
  /// Certificates of 10 images by 10,000 noisy copies each; the result is the mean radius.
  ///
  /// The work is the same for every image, so that 100 take ten times as long.
  static let smoothing = Benchmark(name: "smoothing", warmups: 0, runs: 1) { input in
    let smoothing = RandomizedSmoothing(sigma: 0.25)
    let images = input.inputs[0..<10]
    return {
      var generator = Generator(seed: 0)
      let certificates = try smoothing.certify(input.network, images, using: &generator)
      return certificates.reduce(0) { $0 + $1.radius } / Double(certificates.count)
    }
  }
}
