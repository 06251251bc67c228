"""Models of PaddlePaddle by paddle2onnx. Golden values made with paddlepaddle 3.3, paddle2onnx 2.1."""

import numpy as np
import paddle
import paddle2onnx
from paddle import nn


def rows(*shape):
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


class Words(nn.Layer):
    def __init__(self):
        super().__init__()
        self.table, self.out = nn.Embedding(11, 4), nn.Linear(4, 3)

    def forward(self, x):
        return self.out(self.table(x).mean(1))


class Steps(nn.Layer):
    def __init__(self, kind):
        super().__init__()
        self.layer, self.out = kind(4, 3), nn.Linear(3, 2)

    def forward(self, x):
        return self.out(self.layer(x)[0][:, -1])


MODELS = {
    "dense": (lambda: nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 5), nn.GELU(), nn.Linear(5, 3),
                                    nn.Softmax()), rows(4, 6)),
    "convolutional": (lambda: nn.Sequential(
        nn.Conv2D(3, 4, 3, padding=1), nn.BatchNorm2D(4), nn.ReLU(), nn.MaxPool2D(2), nn.Conv2D(4, 6, 3, groups=2),
        nn.Hardswish(), nn.AdaptiveAvgPool2D(1), nn.Flatten(), nn.Linear(6, 3)), rows(2, 3, 8, 8)),
    "transposed": (lambda: nn.Sequential(nn.Conv2DTranspose(3, 4, 3, 2, 1, 1), nn.LeakyReLU(), nn.AvgPool2D(2)),
                   rows(2, 3, 4, 4)),
    "attentive": (lambda: nn.TransformerEncoderLayer(8, 2, 16), rows(2, 5, 8)),
    "lstm": (lambda: Steps(nn.LSTM), rows(3, 5, 4)),
    "gru": (lambda: Steps(nn.GRU), rows(3, 5, 4)),
    "words": (lambda: Words(), np.array([[1, 2, 3], [0, 9, 10]], np.int64)),
    "activations": (lambda: nn.Sequential(nn.Linear(6, 6), nn.Swish(), nn.Linear(6, 6), nn.ELU(), nn.Linear(6, 6),
                                          nn.Hardsigmoid(), nn.Tanh()), rows(4, 6)),
}


def make(folder):
    for number, (name, (model, inputs)) in enumerate(MODELS.items()):
        opset = [11, 13, 15, 18][number % 4]
        full = f"paddle-{name}-{opset}"
        if folder.wants(full):
            with folder.making(full) as path:
                paddle.seed(0)
                layer = model()
                layer.eval()
                kind = paddle.static.InputSpec([None, *inputs.shape[1:]], str(inputs.dtype), "input")
                paddle.onnx.export(layer, str(path.with_suffix("")), input_spec=[kind], opset_version=opset)
                folder.add(full, f"paddle2onnx {paddle2onnx.__version__}, paddlepaddle {paddle.__version__}", [inputs])
