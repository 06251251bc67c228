"""Makes Tests/Golden/hostile: NPZ archives that attack whoever opens them.

Made with NumPy 2. Run from the package's root:
    python Tests/Golden/make/hostile_archives.py
"""

import io
import pathlib
import zipfile

import numpy as np

OUT = pathlib.Path("Tests/Golden/hostile")


def array(values):
    memory = io.BytesIO()
    np.save(memory, values)
    return memory.getvalue()


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(OUT / "dotdot.npz", "w") as archive:
        archive.writestr(zipfile.ZipInfo("../../x.npy"), array(np.zeros((2, 1, 8, 8), "f4")))
        archive.writestr(zipfile.ZipInfo("y.npy"), array(np.array([0, 1])))
    with zipfile.ZipFile(OUT / "bomb.npz", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        header = array(np.zeros((1, 1, 8, 8), "f4"))[:128].replace(b"(1, 1, 8, 8)", b"(999999,1,8,8)")
        info = zipfile.ZipInfo("x.npy")
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, header + bytes(200 << 20))
        archive.writestr(zipfile.ZipInfo("y.npy"), array(np.zeros(4, "i8")))


main()
