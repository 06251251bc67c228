"""Recurrent networks by PyTorch's two exporters. Golden values made with torch 2.13, onnxruntime 1.32."""

import torch
from exporters_torch import Fn, NAMES, export, random
from torch import nn


def last(layer, width):
    """The scores of the last step."""
    return lambda: Fn(lambda m, x: m.out(m.layer(x)[0][:, -1]), layer=layer(), out=nn.Linear(width, 3))


def steps(layer):
    return lambda: Fn(lambda m, x: m.layer(x)[0], layer=layer())


def final(layer, part):
    """The state after the last step, of the last layer, as the scores."""
    return lambda: Fn(lambda m, x: part(m.layer(x)[1])[-1], layer=layer())


def packed():
    """Words, a recurrent layer, scores: the usual classifier of sentences."""
    return Fn(lambda m, x: m.out(m.layer(m.table(x))[0].amax(1)), table=nn.Embedding(11, 4),
              layer=nn.LSTM(4, 3, batch_first=True, bidirectional=True), out=nn.Linear(6, 2))


ROWS = (random(3, 5, 4),)
WORDS = (torch.tensor([[1, 2, 3, 4], [5, 6, 7, 0], [9, 9, 1, 10]]),)

MODELS = {
    "lstm": (last(lambda: nn.LSTM(4, 6, batch_first=True), 6), ROWS),
    "lstm-steps": (steps(lambda: nn.LSTM(4, 3, batch_first=True)), ROWS),
    "lstm-both-ways": (last(lambda: nn.LSTM(4, 3, 2, batch_first=True, bidirectional=True), 6), ROWS),
    "lstm-final": (final(lambda: nn.LSTM(4, 3, batch_first=True), lambda state: state[0]), ROWS),
    "lstm-cell": (final(lambda: nn.LSTM(4, 3, batch_first=True), lambda state: state[1]), ROWS),
    "lstm-no-bias": (last(lambda: nn.LSTM(4, 3, batch_first=True, bias=False), 3), ROWS),
    "lstm-open": (last(lambda: nn.LSTM(4, 3, batch_first=True), 3), ROWS, {"axes": {0: [1]}}),
    "lstm-fixed": (last(lambda: nn.LSTM(4, 3, batch_first=True), 3), (random(1, 5, 4),),
                   {"batch": False, "data": ROWS}),
    "lstm-words": (packed, WORDS),
    "lstm-turned": (lambda: Fn(lambda m, x: m.layer(x.transpose(0, 1))[0][-1], layer=nn.LSTM(4, 3)), ROWS),
    "gru": (last(lambda: nn.GRU(4, 6, batch_first=True), 6), ROWS),
    "gru-both-ways": (last(lambda: nn.GRU(4, 3, 2, batch_first=True, bidirectional=True), 6), ROWS),
    "gru-final": (final(lambda: nn.GRU(4, 3, batch_first=True), lambda state: state), ROWS),
    "rnn": (last(lambda: nn.RNN(4, 6, batch_first=True), 6), ROWS),
    "rnn-relu": (last(lambda: nn.RNN(4, 3, 2, nonlinearity="relu", batch_first=True), 3), ROWS),
    "cells": (lambda: Fn(lambda m, x: m.cell(x[:, 1], m.cell(x[:, 0])), cell=nn.GRUCell(4, 3)), ROWS),
}


def make(folder):
    older, newer = [11, 14, 17, 13, 16], [18, 21, 20, 22]
    for number, (name, (model, inputs, *options)) in enumerate(MODELS.items()):
        for dynamo, opsets in ((False, older), (True, newer)):
            # The newer exporter fixes the number of steps.
            if dynamo and name == "lstm-open":
                continue
            opset = opsets[number % len(opsets)]
            export(folder, f"{NAMES[dynamo]}-{name}-{opset}", model, inputs, dynamo=dynamo, opset=opset,
                   **(options[0] if options else {}))
