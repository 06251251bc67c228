"""Makes Tests/Golden/lipschitz.npz: weights of small networks with the Lipschitz bounds that CVXPY with Clarabel finds from the
same quadratic constraints, stated with all of their multipliers, and values of the margin losses by a formula of their own.

NAME.w0, NAME.w1, … are weights, NAME.l2 and NAME.linf the bounds; names begin with relu, maxmin, groupsort or
householder. margins.logits, .labels and .reach are arguments, .emma, .fixed and .globally the losses for radius 0.3.

Made with numpy 2, torch 2.13.0, cvxpy 1.9.3 and its Clarabel, seed 11. Run from the package's root:
    python Tests/Golden/make/lipschitz.py
"""

import cvxpy as cp
import numpy as np
import torch

rng = np.random.default_rng(11)
normal = np.array([np.sin(0.6), -np.cos(0.6)])


def constraint(kind, n):
    """Returns multipliers' constraints and the three blocks of the form."""
    if kind == "relu":
        t = cp.Variable(n, nonneg=True)
        return [], 0 * cp.diag(t), cp.diag(t), -2 * cp.diag(t)
    size = {"maxmin": 2, "groupsort": 4, "householder": 2}[kind]
    kept = np.eye(2) - np.outer(normal, normal) if kind == "householder" else np.ones((size, size))
    groups = n // size
    l = cp.Variable(groups, nonneg=True)
    g, nu, tau = (cp.Variable(groups) for _ in range(3))
    t = cp.kron(cp.diag(l), np.eye(size)) + cp.kron(cp.diag(g), kept)
    p, s = cp.kron(cp.diag(nu), kept), cp.kron(cp.diag(tau), kept)
    return [], t - 2 * s, p + s, -t - 2 * p


def solve(kind, weights, norm):
    if norm == "linf" and weights[-1].shape[0] > 1:
        return max(solve(kind, weights[:-1] + [row[None]], norm) for row in weights[-1])
    widths = [w.shape[1] for w in weights]
    total = sum(widths) + (norm == "linf")
    starts = np.cumsum([0] + widths)

    def place(index, width):
        e = np.zeros((width, total))
        e[:, index:index + width] = np.eye(width)
        return e

    layers = [place(starts[i], widths[i]) for i in range(len(widths))]
    if norm == "l2":
        rho = cp.Variable()
        last = weights[-1] @ layers[-1]
        matrix = rho * (layers[0].T @ layers[0]) - last.T @ last
        objective = rho
    else:
        beta, mu = cp.Variable(), cp.Variable(widths[0])
        one = place(total - 1, 1)
        last = weights[-1] @ layers[-1]
        matrix = beta * (one.T @ one) + layers[0].T @ cp.diag(mu) @ layers[0] - one.T @ last - last.T @ one
        objective = (beta + cp.sum(mu)) / 2
    rules = []
    for i, w in enumerate(weights[:-1]):
        more, a, c, b = constraint(kind, w.shape[0])
        rules += more
        z, x = w @ layers[i], layers[i + 1]
        matrix = matrix - z.T @ a @ z - z.T @ c @ x - x.T @ c @ z - x.T @ b @ x
    problem = cp.Problem(cp.Minimize(objective), rules + [(matrix + matrix.T) / 2 >> 0])
    problem.solve(solver=cp.CLARABEL)
    return float(np.sqrt(objective.value)) if norm == "l2" else float(objective.value)


def main():
    arrays = {}
    for kind, depths in {"relu": (2, 3), "maxmin": (2, 3), "groupsort": (2,), "householder": (2,)}.items():
        for depth in depths:
            widths = [3] + [8] * (depth - 1) + [2]
            weights = [rng.normal(size=(o, i)) / np.sqrt(i) for i, o in zip(widths, widths[1:])]
            name = f"{kind}{depth}"
            for index, weight in enumerate(weights):
                arrays[f"{name}.w{index}"] = weight
            for norm in ("l2", "linf"):
                arrays[f"{name}.{norm}"] = np.array(solve(kind, weights, norm))
                print(name, norm, arrays[f"{name}.{norm}"])
    torch.manual_seed(11)
    logits = torch.randn(6, 4, dtype=torch.float64)
    labels = torch.tensor([0, 1, 2, 3, 1, 0])
    head = torch.randn(4, 5, dtype=torch.float64)
    reach = 1.7 * torch.cdist(head, head)
    losses = {"emma": 0.0, "fixed": 0.0, "globally": 0.0}
    for z, y in zip(logits, labels):
        gap = z - z[y]
        shares = torch.stack([(-gap[j] / max(float(reach[y, j]) * 0.3, 1e-8)).clamp(0.01, 1) for j in range(4)])
        for name, raised in (("emma", gap + shares * 0.3 * reach[y]), ("fixed", gap + 0.3 * reach[y])):
            losses[name] += float(torch.logsumexp(raised, 0) - raised[y]) / 6
        top = int(z.argmax())
        best = max(float(z[j] + 0.3 * reach[top, j]) for j in range(4) if j != top)
        both = torch.cat([z, torch.tensor([best], dtype=torch.float64)])
        losses["globally"] += float(torch.logsumexp(both, 0) - z[y]) / 6
    arrays.update({"margins.logits": logits.numpy(), "margins.labels": labels.numpy(), "margins.reach": reach.numpy()})
    arrays.update({f"margins.{name}": np.array(value) for name, value in losses.items()})
    np.savez_compressed("Tests/Golden/lipschitz.npz", **arrays)


main()
