"""Makes Tests/Golden/student.npz: quantiles of Student's distribution, and paired intervals.

Made with scipy 1.17.1, numpy 2.4.6, seed 6. Run from the package's root:
    python Tests/Golden/make/student.py
"""

import numpy as np
from scipy import stats

freedom, probability = np.meshgrid(
    [1, 2, 3, 4, 9, 29, 99, 999, 1e6], [0.001, 0.025, 0.2, 0.5, 0.8, 0.95, 0.975, 0.995, 0.999999])

random = np.random.default_rng(6)
baseline = random.normal(size=12)
method = baseline + random.normal(0.3, 0.4, size=12)
interval = stats.ttest_rel(method, baseline).confidence_interval(0.95)

np.savez(
    "Tests/Golden/student.npz", freedom=freedom.ravel(), probability=probability.ravel(),
    quantile=stats.t.ppf(probability, freedom).ravel(), baseline=baseline, method=method,
    interval=np.array([interval.low, interval.high]))
