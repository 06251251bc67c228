"""Writes [[0, 1, 2], [3, 4, 5]] in every layout of NumPy's formats that Assay reads.

Run with any NumPy from 1.24: python3 Tests/Golden/make/numpy_arrays.py. The version used is kept in `version.txt`.
"""

import pathlib

import numpy as np
from numpy.lib import format as npy

folder = pathlib.Path(__file__).parent.parent / "numpy"
folder.mkdir(exist_ok=True)
values = np.arange(6).reshape(2, 3)

types = ["<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "|i1", "<i2", ">i2", "<i4", ">i4", "<i8", ">i8"]
types += ["|u1", "<u2", ">u2", "<u4", ">u4", "<u8", ">u8"]
names = {kind.replace("<", "little_").replace(">", "big_").replace("|", ""): kind for kind in types}
arrays = {name: values.astype(kind) for name, kind in names.items()}
arrays["column_major"] = np.asfortranarray(values.astype("<f4"))
arrays["big_column_major"] = np.asfortranarray(values.astype(">f8"))
np.savez(folder / "stored.npz", **arrays)
np.savez_compressed(folder / "deflated.npz", **arrays)
for version in [(1, 0), (2, 0), (3, 0)]:
    with open(folder / f"version{version[0]}.npy", "wb") as file:
        npy.write_array(file, values.astype("<f4"), version=version)
np.save(folder / "boolean.npy", values % 2 == 1)
np.save(folder / "scalar.npy", np.float64(2.5))
(folder / "version.txt").write_text(f"NumPy {np.__version__}\n")
