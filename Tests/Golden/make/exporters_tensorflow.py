"""Models of TensorFlow's Keras by tf2onnx. Golden values made with tensorflow 2.21, tf2onnx 1.17."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import numpy as np
import tensorflow as tf
import tf2onnx
from tensorflow import keras

MODELS = ["dense", "convolutional", "separable", "decoder", "residual", "attentive", "lstm", "gru", "lstm-both-ways",
          "words"]


def make(folder):
    from exporters_keras import MODELS as KERAS

    for number, name in enumerate(MODELS):
        maker, inputs = KERAS[name]
        opset = [13, 15, 17, 18][number % 4]
        full = f"tensorflow-{name}-{opset}"
        if not folder.wants(full):
            continue
        with folder.making(full) as path:
            keras.utils.set_random_seed(0)
            model = maker()
            kind = tf.TensorSpec((None, *inputs.shape[1:]), inputs.dtype, name="input")
            called = tf.function(lambda x: model(x, training=False), input_signature=[kind])
            tf2onnx.convert.from_function(called, input_signature=[kind], opset=opset, output_path=str(path))
            folder.add(full, f"tf2onnx {tf2onnx.__version__}, tensorflow {tf.__version__}", [inputs])
