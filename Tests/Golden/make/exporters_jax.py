"""Models of JAX and Flax by jax2onnx. Golden values made with jax 0.10, flax 0.12, jax2onnx 0.17."""

import jax
import jax.numpy as jnp
import jax2onnx
import numpy as np
from flax import nnx


def rows(*shape):
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


WEIGHT, BIAS = rows(6, 3) / 2, rows(3)


class Convolutional(nnx.Module):
    def __init__(self, seeds):
        self.first = nnx.Conv(3, 4, (3, 3), rngs=seeds)
        self.norm = nnx.BatchNorm(4, use_running_average=True, rngs=seeds)
        self.second = nnx.Conv(4, 6, (3, 3), strides=2, padding="VALID", rngs=seeds)
        self.out = nnx.Linear(6, 3, rngs=seeds)

    def __call__(self, x):
        x = nnx.max_pool(nnx.relu(self.norm(self.first(x))), window_shape=(2, 2), strides=(2, 2))
        return self.out(jnp.mean(self.second(x), axis=(1, 2)))


class Dense(nnx.Module):
    def __init__(self, seeds):
        self.first, self.norm = nnx.Linear(6, 8, rngs=seeds), nnx.LayerNorm(8, rngs=seeds)
        self.out = nnx.Linear(8, 3, rngs=seeds)

    def __call__(self, x):
        return nnx.softmax(self.out(nnx.gelu(self.norm(self.first(x)))))


class Attentive(nnx.Module):
    def __init__(self, seeds):
        self.attend = nnx.MultiHeadAttention(num_heads=2, in_features=8, decode=False, rngs=seeds)
        self.out = nnx.Linear(8, 3, rngs=seeds)

    def __call__(self, x):
        return self.out(self.attend(x).mean(1))


class Words(nnx.Module):
    def __init__(self, seeds):
        self.table, self.out = nnx.Embed(11, 4, rngs=seeds), nnx.Linear(4, 3, rngs=seeds)

    def __call__(self, x):
        return self.out(self.table(x).mean(1))


MODELS = {
    "function": (lambda: lambda x: jnp.tanh(x @ WEIGHT + BIAS), rows(4, 6)),
    "activations": (lambda: lambda x: jnp.concatenate([
        jax.nn.silu(x), jax.nn.elu(x), jax.nn.leaky_relu(x), jax.nn.softplus(x), jax.nn.log_sigmoid(x), jnp.sin(x)], 1),
        rows(4, 6)),
    "einsum": (lambda: lambda x: jnp.einsum("bij,bkj->bik", x, x * 0.5), rows(2, 3, 4)),
    "dense": (lambda: Dense(nnx.Rngs(0)), rows(4, 6)),
    "convolutional": (lambda: Convolutional(nnx.Rngs(0)), rows(2, 8, 8, 3)),
    "attentive": (lambda: Attentive(nnx.Rngs(0)), rows(2, 5, 8)),
    "words": (lambda: Words(nnx.Rngs(0)), np.array([[1, 2, 3], [0, 9, 10]], np.int32)),
}


def make(folder):
    for name, (model, inputs) in MODELS.items():
        full = f"jax-{name}"
        if folder.wants(full):
            with folder.making(full) as path:
                shape = ("B", *inputs.shape[1:])
                if name == "words":
                    shape = jax.ShapeDtypeStruct(inputs.shape, inputs.dtype)
                jax2onnx.to_onnx(model(), [shape], return_mode="file", output_path=str(path))
                folder.add(full, f"jax2onnx {jax.__version__}", [inputs])
