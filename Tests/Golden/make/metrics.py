"""Makes Tests/Golden/metrics.npz: scores of a classifier, metrics by their libraries, and a temperature.

Made with scikit-learn 1.9.1, netcal 1.4.0, scipy 1.17.1, numpy seed 4; Wilson's interval by its formula. Run from the
package's root:
    python Tests/Golden/make/metrics.py
"""

import numpy as np
from netcal.metrics import ECE
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.metrics import confusion_matrix, log_loss

random = np.random.default_rng(4)
labels = random.integers(0, 5, 403)
logits = random.normal(size=(403, 5)) + 2.0 * np.eye(5)[labels] * random.uniform(0, 1, (403, 1))
logits = (logits * 1.8).astype(np.float32)
probabilities = softmax(logits.astype(np.float64), axis=1)
confidence, decision = probabilities.max(1), probabilities.argmax(1)
hits = decision == labels

# Equal counts: rank r of n falls into bin floor(r * bins / n).
order = np.argsort(confidence, kind="stable")
bins = np.arange(403) * 15 // 403
adaptive = sum(
    abs(confidence[order][bins == b].sum() - hits[order][bins == b].sum()) for b in range(15)) / 403

ranked = ~hits[np.argsort(-confidence, kind="stable")]
aurc = np.mean(np.cumsum(ranked) / np.arange(1, 404))

z, n, p = 1.959963984540054, 403, hits.mean()
middle = (p + z * z / (2 * n)) / (1 + z * z / n)
spread = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))


def nll(log_temperature):
    scores = log_softmax(logits.astype(np.float64) / np.exp(log_temperature), axis=1)
    return -scores[np.arange(403), labels].mean()


best = minimize_scalar(nll, bounds=(-3, 3), method="bounded", options={"xatol": 1e-12})
np.savez_compressed(
    "Tests/Golden/metrics.npz", logits=logits, labels=labels,
    ece15=ECE(15).measure(probabilities, labels), adaptive=adaptive,
    nll=log_loss(labels, probabilities), brier=np.mean(np.sum((probabilities - np.eye(5)[labels]) ** 2, 1)),
    aurc=aurc, wilson=np.array([p, middle - spread, middle + spread]),
    confusion=confusion_matrix(labels, decision), temperature=np.exp(best.x), calibrated=best.fun)
