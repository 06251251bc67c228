"""Makes Tests/Golden/smoothing.npz: binomial bounds, tests and radii of randomized smoothing.

Made with scipy 1.17.1, numpy 2.4.6. The radius is what github.com/locuslab/smoothing computes from counts: its bound is
statsmodels' proportion_confint(method="beta") at twice alpha, which is the quantile below. Run from the package's root:
    python Tests/Golden/make/smoothing.py
"""

import numpy as np
from scipy import stats

rows = [
    (successes, trials, alpha)
    for trials in [1, 10, 100, 1000, 10_000, 100_000]
    for successes in sorted({1, trials // 3, trials // 2, trials - trials // 10, trials - 1, trials} - {0})
    for alpha in [0.05, 0.001, 1e-6]]
successes, trials, alpha = (np.array(column) for column in zip(*rows))
bound = stats.beta.ppf(alpha, successes, trials - successes + 1)
tests = [(50, 100), (51, 100), (60, 100), (40, 100), (99, 100), (100, 100), (5200, 10_000), (1, 3), (0, 0)]
probability = np.concatenate([10.0 ** -np.arange(1, 300, 13), [0.25, 0.5, 0.6, 0.975, 0.999, 1 - 1e-10]])
np.savez(
    "Tests/Golden/smoothing.npz", successes=successes, trials=trials, alpha=alpha, bound=bound,
    radius=0.5 * stats.norm.ppf(bound), tested=np.array(tests),
    p_value=np.array([stats.binomtest(k, n).pvalue if n else 1.0 for k, n in tests]), probability=probability,
    quantile=stats.norm.ppf(probability))
