"""Writes the seeds in Fuzz/Corpus/npz: small archives and arrays of every kind that the readers distinguish.

Run with any NumPy from 1.24: python3 Fuzz/make_corpus.py.
"""

import gzip
import io
import pathlib
import struct
import zipfile

import numpy as np
from numpy.lib import format as npy

folder = pathlib.Path(__file__).parent / "Corpus" / "npz"
folder.mkdir(parents=True, exist_ok=True)
values = np.arange(6).reshape(2, 3)

for kind in ["<f2", ">f4", "<f4", ">f8", "|i1", ">i2", "<i4", "<i8", "|u1", ">u2", "<u4", "<u8", "?"]:
    name = kind.strip("<>|?") or "b1"
    np.save(folder / f"array-{name}-{'big' if kind[0] == '>' else 'little'}.npy", values.astype(kind))
np.save(folder / "array-column-major.npy", np.asfortranarray(values.astype("<f4")))
for version in [(2, 0), (3, 0)]:
    with open(folder / f"array-version{version[0]}.npy", "wb") as file:
        npy.write_array(file, values.astype("<f4"), version=version)

arrays = {"x": values.astype("f4"), "y": np.array([0, 1])}
np.savez(folder / "stored.npz", **arrays)
np.savez_compressed(folder / "deflated.npz", **arrays)
np.savez(folder / "images.npz", images=np.zeros((2, 3, 3), "u1"), labels=np.array([1, 0], "i4"))

memory = io.BytesIO()
npy.write_array(memory, values)
with zipfile.ZipFile(folder / "plain-zip.npz", "w") as archive:
    archive.comment = b"with a comment"
    archive.writestr("x.npy", memory.getvalue())
    archive.writestr("notes.txt", "not an array")

idx = struct.pack(">BBBBII", 0, 0, 8, 2, 2, 2) + bytes([1, 2, 3, 4])
(folder / "images.idx").write_bytes(idx)
(folder / "images.idx.gz").write_bytes(gzip.compress(idx, mtime=0))
