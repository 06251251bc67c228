"""Does a benchmark's work in another library and prints what it took as a line of JSON.

Usage: peers.py NAME PEER MODEL.onnx DATA.npz
"""

import json
import sys
import time

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn


def small_cnn(path):
    """The two-convolution network with the weights of an ONNX file."""
    module = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=1),
        nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(32 * 7 * 7, 10))
    weights = {t.name: numpy_helper.to_array(t) for t in onnx.load(path).graph.initializer}
    floats = [w for w in weights.values() if w.dtype == np.float32 and w.ndim > 0]
    with torch.no_grad():
        for parameter, value in zip(module.parameters(), floats, strict=True):
            parameter.copy_(torch.from_numpy(value.copy()))
    return module


def mlp():
    return nn.Sequential(
        nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 10))


def training_step(module, x, y):
    optimizer = torch.optim.SGD(module.parameters(), lr=0.01, momentum=0.9)
    criterion = nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad()
        loss = criterion(module(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()
    return step


def logits_torch(model, x, y):
    module = small_cnn(model).eval()

    def work():
        with torch.no_grad():
            return torch.cat([module(batch) for batch in x.split(100)]).sum().item()
    return work, 5, 40


def logits_onnxruntime(model, x, y):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    batches = [batch.numpy() for batch in x.split(100)]
    return lambda: float(sum(session.run(None, {"input": b})[0].sum() for b in batches)), 5, 40


def attack_torchattacks(model, x, y):
    import torchattacks
    module = small_cnn(model).eval()
    attack = torchattacks.PGD(module, eps=0.1, alpha=0.1 / 10, steps=40, random_start=True)

    def work():
        torch.manual_seed(0)
        changed = attack(x, y)
        with torch.no_grad():
            return (module(changed).argmax(1) == y).double().mean().item()
    return work, 0, 1


def smoothing_torch(model, x, y):
    """CERTIFY of randomized smoothing with whole batches of 1,000, as the paper's public code evaluates them."""
    from scipy import stats
    module = small_cnn(model).eval()
    sigma, alpha = 0.25, 0.001

    def votes(image, count, batch):
        found = np.zeros(10, dtype=int)
        while count > 0:
            size = min(batch, count)
            count -= size
            copies = image.repeat(size, 1, 1, 1)
            decisions = module(copies + torch.randn_like(copies) * sigma).argmax(1)
            found += np.bincount(decisions.numpy(), minlength=10)
        return found

    def radius(image):
        label = votes(image, 100, 1000).argmax()
        bound = stats.beta.ppf(alpha, (hits := votes(image, 10_000, 1000)[label]), 10_001 - hits)
        return sigma * stats.norm.ppf(bound) if bound > 0.5 else 0.0

    def work():
        torch.manual_seed(0)
        with torch.no_grad():
            return float(sum(radius(image) for image in x[:10]) / 10)
    return work, 0, 1


def shared_weights(module):
    """Weights that Assay makes as well: 2 / sqrt(inputs) · sin(0.37 k²) for the k-th of a tensor, and biases of 0."""
    with torch.no_grad():
        for parameter in module.parameters():
            if parameter.dim() < 2:
                parameter.zero_()
                continue
            place = np.arange(parameter.numel(), dtype=np.float64)
            scale = 2 / (parameter.numel() / parameter.shape[0]) ** 0.5
            value = (np.sin(place * place * 0.37) * scale).astype(np.float32)
            parameter.copy_(torch.from_numpy(value).view_as(parameter))
    return module


def bounded_mlp():
    widths = [784] + [256] * 6
    hidden = [layer for pair in zip(widths, widths[1:]) for layer in (nn.Linear(*pair), nn.ReLU())]
    return shared_weights(nn.Sequential(nn.Flatten(), *hidden, nn.Linear(256, 10)))


def bounded_cnn():
    return shared_weights(nn.Sequential(
        nn.Conv2d(1, 8, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.ReLU(),
        nn.Flatten(), nn.Linear(16 * 7 * 7, 64), nn.ReLU(), nn.Linear(64, 10)))


def bounds_auto_lirpa(module, method):
    def prepared(model, x, y):
        from auto_LiRPA import BoundedModule, BoundedTensor, PerturbationLpNorm
        x = x[:8]
        options = {"optimize_bound_args": {"iteration": 20}}
        network = BoundedModule(module().eval(), torch.empty_like(x), bound_opts=options, device="cpu")
        near = BoundedTensor(x, PerturbationLpNorm(norm=np.inf, eps=0.02))
        optimizes = method == "alpha-CROWN"

        def work():
            with torch.set_grad_enabled(optimizes):
                low, high = network.compute_bounds(x=(near,), method=method)
            return (high - low).mean().item()
        return work, 0 if optimizes else 2, 1 if optimizes else 5
    return prepared


WORK = {
    ("logits", "torch"): logits_torch,
    ("logits", "onnxruntime"): logits_onnxruntime,
    ("train-mlp", "torch"): lambda model, x, y: (training_step(mlp(), x[:128], y[:128]), 20, 300),
    ("train-cnn", "torch"): lambda model, x, y: (training_step(small_cnn(model), x[:64], y[:64]), 10, 100),
    ("attack", "torchattacks"): attack_torchattacks,
    ("smoothing", "torch"): smoothing_torch,
    **{(f"{name}-{kind}{arithmetic}", "auto_LiRPA"): bounds_auto_lirpa(module, method)
       for kind, module in [("mlp", bounded_mlp), ("cnn", bounded_cnn)]
       for name, method in [("interval", "IBP"), ("crown", "CROWN"), ("alpha-crown", "alpha-CROWN")]
       for arithmetic in ["", "-proven"]},
}


def main():
    name, peer, model, data = sys.argv[1:]
    arrays = np.load(data)
    x, y = torch.from_numpy(arrays["x"][:1000]), torch.from_numpy(arrays["y"][:1000])
    work, warmups, runs = WORK[name, peer](model, x, y)
    for _ in range(warmups):
        work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        result = work()
        times.append((time.perf_counter() - start) * 1000)
    print(json.dumps({"milliseconds": times, "result": result}))


main()
