import Models

/// What a count of successes in independent trials says about their probability, exactly.
public enum BinomialBound {
  /// Returns a number that the probability of success is at least, in a share `1 - alpha` of all
  /// samples or more.
  ///
  /// It is 0 without successes, and `alpha` to the power `1 / trials` if there is nothing else.
  ///
  /// - Precondition: `successes` is in `0...trials`; `alpha` is above 0 and below 1.
  /// - Source: "The Use of Confidence or Fiducial Limits Illustrated in the Case of the Binomial"
  ///   (1934), one-sided; the form with the beta distribution is in "Certified Adversarial
  ///   Robustness via Randomized Smoothing" (2019), section 3.2.2.
  public static func lower(successes: Int, of trials: Int, alpha: Double) -> Double {
    precondition(0...trials ~= successes, "\(successes) successes of \(trials)")
    precondition(alpha > 0 && alpha < 1, "alpha \(alpha) is not above 0 and below 1")
    guard successes > 0 else { return 0 }
    return BetaDistribution(Double(successes), Double(trials - successes + 1)).quantile(alpha)
  }

  /// Returns how likely a count is that lies as far from half of the trials or farther, on either
  /// side, if success is as likely as failure.
  ///
  /// - Precondition: `successes` is in `0...trials`.
  public static func evennessPValue(successes: Int, of trials: Int) -> Double {
    precondition(0...trials ~= successes, "\(successes) successes of \(trials)")
    let more = max(successes, trials - successes)
    guard 2 * more > trials else { return 1 }
    let tail = BetaDistribution(Double(more), Double(trials - more + 1))
    return min(1, 2 * tail.probability(upTo: 0.5))
  }
}
