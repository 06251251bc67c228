"""Makes Tests/Golden/propagation_tightness.npz: local tightness of a network with rectifiers.

Made with github.com/eth-sri/ibp-propagation-tightness at commit 9a2d6ec, torch 2.13.0, seed 3. Run from the package's root,
with that repository on PYTHONPATH:
    python Tests/Golden/make/propagation_tightness.py
"""

import sys
import types

import numpy as np
import torch
from torch import nn

# The peer's module imports loaders of data and architectures, which the computation does not use.
for name, member in [("PARC_networks", "get_network"), ("loaders", "get_loaders"), ("utils", "seed_everything")]:
    sys.modules[name] = types.ModuleType(name)
    setattr(sys.modules[name], member, None)

from AIDomains.abstract_layers import Sequential
from PI_functions import compute_tightness

torch.manual_seed(3)
network = nn.Sequential(nn.Linear(5, 7), nn.ReLU(), nn.Linear(7, 6), nn.ReLU(), nn.Linear(6, 3))
inputs = torch.rand(4, 5)
ratios = compute_tightness(
    Sequential.from_concrete_network(network, (5,)), inputs, None, 0.1, data_range=(0, 1), num_classes=3,
    relu_adjust="local")
values = torch.cat([parameter.detach().flatten() for parameter in network.parameters()])
np.savez(
    "Tests/Golden/propagation_tightness.npz", inputs=inputs.numpy(), parameters=values.numpy(),
    ratios=ratios.detach().numpy())
