"""Models by Keras's own exporter, which goes through PyTorch's. Golden values made with keras 3.15, torch 2.13."""

import os

os.environ["KERAS_BACKEND"] = "torch"
import keras
import numpy as np
from keras import layers


def rows(*shape):
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


def dense():
    return keras.Sequential([
        layers.Input((6,)), layers.Dense(8, "relu"), layers.Dropout(0.2), layers.Dense(3, "softmax")])


def convolutional():
    return keras.Sequential([
        layers.Input((8, 8, 3)), layers.Conv2D(4, 3, padding="same", activation="relu"), layers.BatchNormalization(),
        layers.MaxPooling2D(), layers.Conv2D(6, 3, strides=2, padding="same"), layers.ReLU(), layers.Flatten(),
        layers.Dense(4)])


def separable():
    return keras.Sequential([
        layers.Input((8, 8, 3)), layers.SeparableConv2D(4, 3, activation="swish"), layers.DepthwiseConv2D(3),
        layers.GlobalAveragePooling2D(), layers.Dense(3)])


def decoder():
    return keras.Sequential([
        layers.Input((4, 4, 3)), layers.UpSampling2D(interpolation="bilinear"), layers.Conv2DTranspose(
            2, 3, 2, padding="same"), layers.ZeroPadding2D(1), layers.Cropping2D(2), layers.AveragePooling2D(2)])


def residual():
    given = keras.Input((6,))
    wide = layers.Dense(6, "gelu")(given)
    joined = layers.Concatenate()([layers.Add()([given, wide]), layers.Multiply()([given, wide])])
    return keras.Model(given, layers.Dense(3)(layers.Activation("tanh")(joined)))


def attentive():
    given = keras.Input((5, 8))
    seen = layers.MultiHeadAttention(2, 4)(given, given)
    return keras.Model(given, layers.Dense(3)(layers.GlobalAveragePooling1D()(seen)))


def recurrent(layer):
    return lambda: keras.Sequential([layers.Input((5, 4)), layer(3), layers.Dense(2)])


def words():
    return keras.Sequential([
        layers.Input((6,), dtype="int32"), layers.Embedding(11, 4), layers.GlobalMaxPooling1D(),
        layers.Dense(2, "sigmoid")])


def normalized():
    layer = layers.Normalization()
    layer.adapt(rows(20, 6) * 3 + 1)
    return keras.Sequential([layers.Input((6,)), layer, layers.Dense(3, "elu"), layers.UnitNormalization()])


MODELS = {
    "dense": (dense, rows(4, 6)), "convolutional": (convolutional, rows(2, 8, 8, 3)),
    "separable": (separable, rows(2, 8, 8, 3)), "decoder": (decoder, rows(2, 4, 4, 3)),
    "residual": (residual, rows(4, 6)), "attentive": (attentive, rows(3, 5, 8)),
    "lstm": (recurrent(layers.LSTM), rows(3, 5, 4)), "gru": (recurrent(layers.GRU), rows(3, 5, 4)),
    "lstm-both-ways": (recurrent(lambda width: layers.Bidirectional(layers.LSTM(width))), rows(3, 5, 4)),
    "simple": (recurrent(layers.SimpleRNN), rows(3, 5, 4)),
    "words": (words, np.array([[1, 2, 3, 4, 5, 6], [0, 9, 10, 2, 2, 1]], np.int32)),
    "normalized": (normalized, rows(4, 6)),
}


def make(folder):
    for name, (model, inputs) in MODELS.items():
        full = f"keras-{name}"
        if folder.wants(full):
            with folder.making(full) as path:
                keras.utils.set_random_seed(0)
                built = model()
                built(inputs)
                built.export(str(path), format="onnx", verbose=False)
                folder.add(full, f"keras {keras.__version__}", [inputs])
