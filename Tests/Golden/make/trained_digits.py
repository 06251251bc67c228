"""A small network trained on the digits of the examples, which attacks' golden values are made with."""

import numpy as np
import torch
from torch import nn


def trained_digits():
    """Returns the network, in the default precision, and all images."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 6, 3), nn.ReLU(), nn.Flatten(), nn.Linear(216, 10)).eval()
    digits = np.load("Examples/digits/digits-test.npz")
    images = torch.tensor(digits["x"]).to(torch.get_default_dtype()).reshape(-1, 1, 8, 8)
    truth = torch.tensor(digits["y"]).long()
    descent = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(150):
        descent.zero_grad()
        nn.functional.cross_entropy(model(images), truth).backward()
        descent.step()
    return model, images


def flat_parameters(model):
    """Returns all parameters as one vector."""
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])
