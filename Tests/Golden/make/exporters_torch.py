"""Models by PyTorch's two exporters: the one of TorchScript, and the one of `torch.export`, whose weights lie in
a file of their own. Golden values made with torch 2.13, onnxscript 0.7, onnxruntime 1.32.
"""

import zlib

import onnxscript  # noqa: F401  (the newer exporter needs it)
import torch
import torch.nn.functional as F
from torch import nn

# The fused kernels of transformers have no counterpart in ONNX.
torch.backends.mha.set_fastpath_enabled(False)
NAMES = {False: "torchscript", True: "dynamo"}


class Fn(nn.Module):
    """A module made of named parts and of a function of the module and its inputs."""

    def __init__(self, function, **parts):
        super().__init__()
        self.function = function
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, *inputs):
        return self.function(self, *inputs)


def random(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def tokens(*shape, below=11):
    return torch.randint(0, below, shape, generator=torch.Generator().manual_seed(1))


def export(folder, name, model, inputs, *, dynamo, opset, axes=None, batch=True, data=None, by_torch=False, **noted):
    """`axes` are axes beside the batch that the file leaves open, a list for each input; `data` are other inputs
    to note than those that are exported with."""
    if not folder.wants(name):
        return
    with folder.making(name) as path:
        torch.manual_seed(0)
        model = model().eval()
        names = [f"input_{index}" for index in range(len(inputs))] if len(inputs) > 1 else ["input"]
        opened = [([0] if batch else []) + list((axes or {}).get(index, [])) for index in range(len(inputs))]
        with torch.no_grad():
            if dynamo:
                shapes = tuple({axis: torch.export.Dim.DYNAMIC for axis in some} for some in opened)
                shapes = (shapes,) if isinstance(model, Fn) else shapes
                torch.onnx.export(
                    model, inputs, str(path), dynamo=True, opset_version=opset, input_names=names,
                    dynamic_shapes=shapes if any(opened) else None, verbose=False)
            else:
                sizes = {n: {a: f"d{a}" for a in some} for n, some in zip(names, opened) if some}
                torch.onnx.export(
                    model, inputs, str(path), dynamo=False, opset_version=opset, input_names=names,
                    output_names=["output"], dynamic_axes=sizes or None)
        # Other examples, and more of them, than the export saw, so that a size that it wrote down shows.
        choices = [data] if data else [tuple(map(more, inputs)), inputs] if batch else [inputs]
        for given in choices:
            if by_torch:
                with torch.no_grad():
                    noted["expected"] = model(*given).float().numpy()
            arrays = [array.float().numpy() if array.dtype == torch.bfloat16 else array.numpy() for array in given]
            try:
                return folder.add(name, f"torch {torch.__version__} {NAMES[dynamo]}", arrays, **noted)
            except Exception:
                if given is choices[-1]:
                    raise


def more(rows):
    """The rows and one more."""
    return torch.cat([rows, rows[:1].flip(-1)])


def images(channels=3, size=8):
    return (random(2, channels, size, size),)


def head(channels):
    """Few numbers from feature maps, so that the files stay small."""
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 4))


class Block(nn.Module):
    def __init__(self, channels, out, stride):
        super().__init__()
        self.first, self.second = nn.Conv2d(channels, out, 3, stride, 1, bias=False), nn.Conv2d(out, out, 3, 1, 1)
        self.norms = nn.ModuleList([nn.BatchNorm2d(out), nn.BatchNorm2d(out)])
        self.short = nn.Conv2d(channels, out, 1, stride)
        for norm in self.norms:
            nn.init.uniform_(norm.running_mean, -0.3, 0.3)
            nn.init.uniform_(norm.running_var, 0.5, 2)

    def forward(self, x):
        y = F.relu(self.norms[0](self.first(x)))
        return F.relu(self.norms[1](self.second(y)) + self.short(x))


class Attention(nn.Module):
    def __init__(self, causal=False, masked=False):
        super().__init__()
        self.inner, self.outer, self.causal, self.masked = nn.Linear(8, 24), nn.Linear(8, 8), causal, masked

    def forward(self, x):
        b, t, _ = x.shape
        q, k, v = self.inner(x).reshape(b, t, 3, 2, 4).permute(2, 0, 3, 1, 4).unbind(0)
        mask = (torch.arange(t)[:, None] - torch.arange(t)[None, :]).abs() < 3 if self.masked else None
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=self.causal)
        return self.outer(y.transpose(1, 2).reshape(b, t, 8))


class Positions(nn.Module):
    """Sines and cosines of positions, computed in the model."""

    def __init__(self, computed):
        super().__init__()
        self.tokens, self.computed, self.out = nn.Embedding(11, 8), computed, nn.Linear(8, 3)
        self.learned = nn.Embedding(16, 8)

    def forward(self, x):
        places = torch.arange(x.shape[1])
        if self.computed:
            waves = places[:, None] * torch.exp(torch.arange(4) * -0.7)
            added = torch.cat([waves.sin(), waves.cos()], dim=1)
        else:
            added = self.learned(places)
        return self.out((self.tokens(x) + added).mean(1))


def pairs(size):
    return (random(2, 3, size), random(2, 3, size, seed=5))


ACTIVATIONS = [
    nn.ReLU(), nn.LeakyReLU(0.2), nn.ELU(1.5), nn.SELU(), nn.CELU(0.7), nn.GELU(), nn.SiLU(), nn.Mish(), nn.Sigmoid(),
    nn.Tanh(), nn.Softplus(), nn.Softplus(2.0), nn.Softsign(), nn.Hardtanh(-0.5, 0.7), nn.ReLU6(), nn.Hardsigmoid(),
    nn.Hardswish(), nn.PReLU(8), nn.LogSigmoid(), nn.Tanhshrink(), nn.Softshrink(0.3), nn.Hardshrink(0.4),
    nn.Threshold(0.1, -2.0), nn.GLU(), nn.Softmax(1), nn.LogSoftmax(1), nn.Softmin(1), nn.GELU("tanh"),
]

SEQUENCE = (random(2, 5, 8),)
WORDS = (tokens(2, 6),)

# Names, with a maker of the module, its inputs, and options of the export.
MODELS = {
    "cnn": (lambda: nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(64, 5)), images()),
    "conv-1d": (lambda: nn.Sequential(nn.Conv1d(3, 4, 3, 2, 1, 1), nn.ReLU(), nn.Flatten(), nn.Linear(16, 3)),
                (random(2, 3, 8),)),
    "conv-3d": (lambda: nn.Sequential(nn.Conv3d(2, 3, 3, padding=1), nn.ReLU(), nn.AvgPool3d(2), nn.Flatten(),
                                      nn.Linear(24, 3)), (random(2, 2, 4, 4, 4),)),
    "depthwise": (lambda: nn.Sequential(
        nn.Conv2d(4, 4, 3, groups=4, padding=2, dilation=2), nn.ReLU6(), nn.Conv2d(4, 6, 1), head(6)), images(4)),
    "conv-same": (lambda: nn.Sequential(nn.Conv2d(3, 4, (3, 4), padding="same"), nn.ReLU(), head(4)), images()),
    "transposed": (lambda: nn.Sequential(
        nn.ConvTranspose2d(3, 4, 3, 2, 1, output_padding=1), nn.ReLU(), nn.ConvTranspose2d(4, 2, 2, 2, groups=2)),
        images(3, 4)),
    "pixel-shuffle": (lambda: nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.PixelShuffle(2)), images(3, 4)),
    "pixel-unshuffle": (lambda: nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(12, 2, 1)), images(3, 4)),
    "channel-shuffle": (lambda: nn.Sequential(nn.Conv2d(3, 6, 1), nn.ChannelShuffle(3), head(6)), images(3, 4)),
    "group-norm": (lambda: nn.Sequential(nn.Conv2d(3, 6, 3), nn.GroupNorm(3, 6), nn.SiLU(), head(6)), images()),
    "instance-norm": (lambda: nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.InstanceNorm2d(4, affine=True), nn.ReLU(), head(4)), images()),
    "layer-norm": (lambda: nn.Sequential(nn.LayerNorm([3, 8, 8]), nn.Conv2d(3, 4, 3), head(4)), images()),
    "rms-norm": (lambda: nn.Sequential(nn.Linear(8, 6), nn.RMSNorm(6), nn.Linear(6, 3)), (random(3, 8),)),
    "batch-norm-1d": (lambda: nn.Sequential(nn.Linear(8, 6), nn.BatchNorm1d(6), nn.Tanh()), (random(3, 8),)),
    "response-norm": (lambda: nn.Sequential(nn.Conv2d(3, 6, 3), nn.LocalResponseNorm(3, 0.1, 0.75, 2.0), head(6)),
                      images()),
    "max-pool-ceil": (lambda: nn.Sequential(nn.Conv2d(3, 4, 1), nn.MaxPool2d(3, 2, 1, ceil_mode=True), head(4)),
                      images()),
    "max-pool-dilated": (lambda: nn.Sequential(nn.MaxPool2d(2, 1, dilation=2), nn.Conv2d(3, 4, 3)), images()),
    "average-pool-ceil": (lambda: nn.Sequential(nn.AvgPool2d(3, 2, 1, ceil_mode=True), nn.Conv2d(3, 4, 3)), images()),
    "average-pool-uncounted": (lambda: nn.Sequential(
        nn.AvgPool2d(3, 2, 1, ceil_mode=True, count_include_pad=False), nn.Conv2d(3, 4, 3)), images()),
    "adaptive-average": (lambda: nn.Sequential(nn.AdaptiveAvgPool2d((2, 4)), nn.Flatten(), nn.Linear(24, 3)),
                         images()),
    "adaptive-max": (lambda: nn.Sequential(nn.AdaptiveMaxPool2d((4, 2)), nn.Flatten(), nn.Linear(24, 3)), images()),
    "norm-pool": (lambda: nn.Sequential(nn.LPPool2d(2, 2), nn.Conv2d(3, 4, 3)), images()),
    "upsample-nearest": (lambda: nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(3, 2, 3)), images(3, 4)),
    "upsample-fraction": (lambda: nn.Sequential(nn.Upsample(size=(7, 5)), nn.Conv2d(3, 2, 3)), images(3, 4)),
    "upsample-bilinear": (lambda: nn.Sequential(nn.Upsample(scale_factor=2, mode="bilinear"), nn.Conv2d(3, 2, 3)),
                          images(3, 4)),
    "upsample-corners": (lambda: nn.Upsample(size=(7, 9), mode="bilinear", align_corners=True), images(3, 4)),
    "upsample-bicubic": (lambda: nn.Upsample(scale_factor=2, mode="bicubic"), images(3, 4)),
    "shrink-bilinear": (lambda: nn.Upsample(size=(3, 5), mode="bilinear"), images()),
    "shrink-smoothly": (lambda: Fn(lambda m, x: F.interpolate(x, (3, 5), mode="bilinear", antialias=True)), images()),
    "resnet": (lambda: nn.Sequential(Block(3, 4, 1), Block(4, 6, 2), head(6)), images()),
    "pad-reflect": (lambda: nn.Sequential(nn.ReflectionPad2d((1, 2, 2, 1)), nn.Conv2d(3, 2, 3)), images()),
    "pad-replicate": (lambda: nn.Sequential(nn.ReplicationPad2d(2), nn.Conv2d(3, 2, 3)), images()),
    "pad-circular": (lambda: nn.Conv2d(3, 2, 3, padding=1, padding_mode="circular"), images()),
    "pad-zero": (lambda: nn.Sequential(nn.ZeroPad2d((0, 1, 2, 0)), nn.Conv2d(3, 2, 3)), images()),
    "pad-value": (lambda: nn.Sequential(nn.ConstantPad2d((1, 0, -1, 1), 0.5), nn.Conv2d(3, 2, 3)), images()),
    "embedding": (lambda: Fn(lambda m, x: m.out(m.table(x).mean(1)), table=nn.Embedding(11, 6), out=nn.Linear(6, 3)),
                  WORDS),
    "embedding-masked": (lambda: Fn(
        lambda m, x: m.out((m.table(x) * (x != 0).float().unsqueeze(-1)).sum(1)
                           / (x != 0).float().sum(1, keepdim=True).clamp(min=1)),
        table=nn.Embedding(11, 6, padding_idx=0), out=nn.Linear(6, 3)), WORDS),
    "text-cnn": (lambda: Fn(
        lambda m, x: m.out(F.relu(m.conv(m.table(x).transpose(1, 2))).amax(2)),
        table=nn.Embedding(11, 6), conv=nn.Conv1d(6, 4, 3), out=nn.Linear(4, 3)), WORDS),
    "positions-computed": (lambda: Positions(True), WORDS),
    "positions-learned": (lambda: Positions(False), WORDS),
    "transformer": (lambda: nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), SEQUENCE),
    "transformer-norm-first": (lambda: nn.Sequential(
        nn.TransformerEncoderLayer(8, 2, 16, activation="gelu", batch_first=True, norm_first=True)), SEQUENCE),
    "multihead": (lambda: Fn(lambda m, x: m.attend(x, x, x, need_weights=False)[0],
                             attend=nn.MultiheadAttention(8, 2, batch_first=True)), SEQUENCE),
    "multihead-weights": (lambda: Fn(lambda m, x: m.attend(x, x, x)[0],
                                     attend=nn.MultiheadAttention(8, 2, batch_first=True)), SEQUENCE),
    "attention": (lambda: Attention(), SEQUENCE),
    "attention-causal": (lambda: Attention(causal=True), SEQUENCE),
    "attention-masked": (lambda: Attention(masked=True), SEQUENCE),
    "einsum": (lambda: Fn(lambda m, x: torch.einsum("bij,bkj->bik", m.a(x), m.b(x)), a=nn.Linear(8, 4),
                          b=nn.Linear(8, 4)), SEQUENCE),
    "einsum-heads": (lambda: Fn(lambda m, x: torch.einsum("btd,hde->bhte", x, m.w.weight.reshape(2, 8, 3)),
                                w=nn.Linear(8, 6)), SEQUENCE),
    "bilinear": (lambda: Fn(lambda m, x: m.form(x, x.flip(1)), form=nn.Bilinear(4, 4, 3)), (random(3, 4),)),
    "two-inputs": (lambda: Fn(lambda m, x, y: m.out(torch.cat([m.a(x), m.b(y)], 1)), a=nn.Linear(4, 3),
                              b=nn.Linear(2, 3), out=nn.Linear(6, 2)), (random(3, 4), random(3, 2, seed=2))),
    "image-and-tokens": (lambda: Fn(
        lambda m, x, y: m.conv(x).mean((2, 3)) + m.table(y).sum(1), conv=nn.Conv2d(3, 4, 3),
        table=nn.Embedding(11, 4)), images() + WORDS),
    "embedding-dot": (lambda: Fn(lambda m, u, v: (m.a(u) * m.b(v)).sum(1, keepdim=True), a=nn.Embedding(11, 4),
                                 b=nn.Embedding(11, 4)), (tokens(5), tokens(5).flip(0))),
    "siamese": (lambda: Fn(lambda m, x, y: F.cosine_similarity(m.f(x), m.f(y), dim=1).unsqueeze(1),
                           f=nn.Linear(4, 5)), (random(3, 4), random(3, 4, seed=2))),
    "open-length": (lambda: nn.Sequential(nn.Conv1d(3, 4, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool1d(1),
                                          nn.Flatten(), nn.Linear(4, 2)), (random(2, 3, 9),), {"axes": {0: [2]}}),
    "open-image": (lambda: nn.Sequential(nn.Conv2d(3, 4, 3, 2, 1), nn.ReLU(), nn.Conv2d(4, 2, 1)), images(),
                   {"axes": {0: [2, 3]}}),
    "open-words": (lambda: Positions(True), WORDS, {"axes": {0: [1]}}),
    "open-attention": (lambda: Attention(), SEQUENCE, {"axes": {0: [1]}}),
    "fixed-one": (lambda: nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(64, 3)),
                  (random(1, 3, 4, 4),), {"batch": False, "data": (random(3, 3, 4, 4),)}),
    "fixed-four": (lambda: Fn(lambda m, x: m.out(x.view(4, -1)), out=nn.Linear(12, 3)), (random(4, 3, 4),),
                   {"batch": False}),
    "fixed-vector": (lambda: nn.Sequential(nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, 2)), (random(6),),
                     {"batch": False, "data": (random(3, 6),)}),
    "fixed-attention": (lambda: Attention(), (random(1, 5, 8),),
                        {"batch": False, "data": (random(3, 5, 8),)}),
    "time-first": (lambda: nn.TransformerEncoderLayer(8, 2, 16), (random(5, 1, 8),), {"batch": False}),
    "where": (lambda: Fn(lambda m, x: torch.where(x > 0.2, m.a(x), x.masked_fill(x < -0.5, -1.0)), a=nn.Linear(6, 6)),
              (random(3, 6),)),
    "splits": (lambda: Fn(lambda m, x: torch.stack([a * b for a, b in zip(m.a(x).chunk(3, 1), x.split([2, 2, 2], 1))],
                                                   1).flatten(1), a=nn.Linear(6, 6)), (random(3, 6),)),
    "statistics": (lambda: Fn(lambda m, x: torch.cat([
        x.mean(1), x.std(1), x.var(1, unbiased=False), x.amax(1), x.amin(1), x.logsumexp(1), x.norm(dim=1),
        x.abs().sum(1), x.prod(1)], 1)), SEQUENCE),
    "normalized": (lambda: Fn(lambda m, x: F.normalize(m.a(x), dim=1) @ F.normalize(m.b.weight, dim=1).t(),
                              a=nn.Linear(6, 4), b=nn.Linear(4, 3)), (random(3, 6),)),
    "cumulative": (lambda: Fn(lambda m, x: m.a(x.cumsum(1)), a=nn.Linear(8, 2)), SEQUENCE),
    "top": (lambda: Fn(lambda m, x: x.topk(3, dim=1)[0]), (random(3, 6),)),
    "sorted": (lambda: Fn(lambda m, x: x.sort(dim=1, descending=True)[0]), (random(3, 6),)),
    "rolled": (lambda: Fn(lambda m, x: x.roll(2, 1) + x.flip(2)), SEQUENCE),
    "triangles": (lambda: Fn(lambda m, x: torch.tril(x @ x.transpose(1, 2)) + torch.triu(x @ x.transpose(1, 2), 1)),
                  SEQUENCE),
    "one-hot": (lambda: Fn(lambda m, x: m.a(F.one_hot(x, 11).float()).flatten(1), a=nn.Linear(11, 2)), WORDS),
    "gathered": (lambda: Fn(lambda m, x: x.gather(2, x.argmax(2, keepdim=True))), SEQUENCE),
    "picked": (lambda: Fn(lambda m, x: x[:, [3, 0, 1]][:, :, ::2] + x[:, -1:, 1::2]), SEQUENCE),
    "distances": (lambda: Fn(lambda m, x: (x.unsqueeze(2) - m.a.weight).norm(dim=3), a=nn.Linear(8, 3)), SEQUENCE),
    "arithmetic": (lambda: Fn(lambda m, x: torch.cat([
        x.exp().log1p(), x.sigmoid().rsqrt(), x.floor(), x.ceil(), x.round(), x.remainder(0.7), x.fmod(0.7),
        x.clamp(-0.5, 0.5), x.sign(), x.erf(), x.tan(), x.atan(), x.pow(3), x.reciprocal(), x.abs().pow(0.5)], 1)),
        (random(3, 4),)),
    "more-arithmetic": (lambda: Fn(lambda m, x: torch.cat([
        x.frac(), x.sinh(), x.cosh(), x.tanh().asin(), x.tanh().acos(), x.asinh(), x.expm1(), x.exp2(), x.trunc(),
        torch.maximum(x, -x), x.xlogy(x.abs()), torch.atan2(x, x + 0.3)], 1)), (random(3, 4),)),
    "logic": (lambda: Fn(lambda m, x: ((x > 0) & ~(x > 1) | (x < -1) ^ (x == 0)).float() @ m.a.weight.t(),
                         a=nn.Linear(6, 3)), (random(3, 6),)),
    "two-outputs": (lambda: Fn(lambda m, x: (m.a(x), m.a(x).argmax(1)), a=nn.Linear(6, 3)), (random(3, 6),)),
    "unfold": (lambda: Fn(lambda m, x: F.unfold(x, 3, stride=2).mean(2)), images(2, 6)),
    "grid-sample": (lambda: Fn(lambda m, x: F.grid_sample(
        x, F.affine_grid(torch.eye(2, 3).expand(x.shape[0], 2, 3) * 0.8, [x.shape[0], 3, 8, 8], align_corners=False),
        align_corners=False)), images()),
    "windows": (lambda: Fn(lambda m, x: x.view(-1, 3, 2, 4, 2, 4).permute(0, 2, 4, 3, 5, 1).reshape(-1, 16, 3).mean(1)
                           .view(-1, 12)), images()),
    "class-token": (lambda: Fn(
        lambda m, x: m.a(torch.cat([m.t.weight[None].expand(x.shape[0], -1, -1), x], 1))[:, 0], a=nn.Linear(8, 3),
        t=nn.Embedding(1, 8)), SEQUENCE),
    "patches": (lambda: Fn(lambda m, x: m.out(m.conv(x).flatten(2).transpose(1, 2)).mean(1), conv=nn.Conv2d(3, 8, 4, 4),
                           out=nn.Linear(8, 3)), images()),
    "squeeze-excite": (lambda: Fn(
        lambda m, x: (lambda y: m.h(y * torch.sigmoid(m.b(F.relu(m.a(y.mean((2, 3))))))[:, :, None, None]))(m.c(x)),
        c=nn.Conv2d(3, 4, 3), a=nn.Linear(4, 2), b=nn.Linear(2, 4), h=head(4)), images()),
    "weight-norm": (lambda: nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Linear(6, 4)), nn.Tanh()),
                    (random(3, 6),)),
    "dropout": (lambda: nn.Sequential(nn.Dropout(0.5), nn.Linear(6, 4), nn.AlphaDropout(0.2)), (random(3, 6),)),
}

# Which operator sets each exporter is asked for, one of them for each model.
OPSETS = {False: [11, 13, 14, 17, 12, 16, 18, 15, 20], True: [18, 20, 21, 23, 22, 19]}
# What the older exporter does not know.
NEWER = ["channel-shuffle", "rms-norm", "bilinear", "more-arithmetic", "shrink-smoothly", "transformer", "time-first"]
PINNED = {"attention": 23, "attention-causal": 23, "group-norm": 21, "rms-norm": 23, "attention-masked": 23}


def make(folder):
    for name, (model, inputs, *options) in MODELS.items():
        for dynamo in (True,) if name in NEWER else (False, True):
            kind = OPSETS[dynamo]
            opset = kind[zlib.crc32(name.encode()) % len(kind)]
            if dynamo:
                opset = PINNED.get(name, opset)
            elif any(word in name for word in ("attention", "unshuffle", "layer-norm", "norm-first", "multihead")):
                opset = 17
            elif name == "grid-sample":
                opset = 20
            export(folder, f"{NAMES[dynamo]}-{name}-{opset}", model, inputs, dynamo=dynamo, opset=opset,
                   **(options[0] if options else {}))
    for activation in ACTIVATIONS:
        title = repr(activation).lower()
        words = "".join(letter if letter.isalnum() else " " for letter in title).split()
        name = "-".join(w for w in words if w not in ("approximate", "none", "beta", "dim", "inplace"))[:32]
        for dynamo, opset in ((False, 12), (True, 18), (True, 23)):
            if not dynamo and isinstance(activation, nn.Threshold):
                continue
            export(folder, f"{NAMES[dynamo]}-activation-{name}-{opset}", lambda: nn.Sequential(
                nn.Linear(6, 8), activation), (random(4, 6) * 2,), dynamo=dynamo, opset=opset)
    small = lambda: nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(16, 3))  # noqa: E731
    image = random(2, 3, 4, 4)
    for dynamo, opset in ((False, 17), (True, 20)):
        kind = NAMES[dynamo]
        export(folder, f"{kind}-half-{opset}", lambda: small().half(), (image.half(),), dynamo=dynamo, opset=opset,
               tolerance=5e-3)
        export(folder, f"{kind}-bfloat16-{opset}", lambda: small().bfloat16(), (image.bfloat16(),), dynamo=dynamo,
               opset=opset, tolerance=4e-2, by_torch=True)
        export(folder, f"{kind}-double-{opset}", lambda: small().double(), (image.double(),), dynamo=dynamo,
               opset=opset, by_torch=True)
        export(folder, f"{kind}-double-linear-{opset}", lambda: nn.Sequential(
            nn.Linear(6, 4), nn.Sigmoid(), nn.Linear(4, 3)).double(), (random(3, 6).double(),), dynamo=dynamo,
            opset=opset)
        # Weights of half precision, computed with in single precision.
        export(folder, f"{kind}-half-weights-{opset}", lambda: Fn(
            lambda m, x: F.linear(x, m.a.weight.float(), m.a.bias.float()), a=nn.Linear(6, 3).half()),
            (random(3, 6),), dynamo=dynamo, opset=opset)
