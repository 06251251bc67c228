"""Makes Tests/Golden/mixed.safetensors: one tensor of each element type, written by the format's own library.

Made with safetensors 0.8.0, torch 2.13.0. Run from the package's root:
    python Tests/Golden/make/safetensors_file.py
"""

import torch
from safetensors.torch import save_file

values = torch.tensor([[-1.5, 0.0, 2.25], [3.0, 1024.0, -0.125]])
types = {
    "f64": torch.float64, "f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16,
    "i64": torch.int64, "i32": torch.int32}
tensors = {name: values.to(kind) for name, kind in types.items()}
tensors |= {"u8": values.abs().to(torch.uint8), "bool": values > 0, "scalar": torch.tensor(7.0),
            "empty": torch.zeros(0, 3)}
save_file(tensors, "Tests/Golden/mixed.safetensors", metadata={"format": "pt", "note": "ä/\"quoted\""})
