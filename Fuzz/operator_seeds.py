"""Lays the models of Tests/Golden/operators.npz, and of the folders beside it, into a folder as seeds of `Fuzz/run onnx`.

Usage: operator_seeds.py FOLDER. One model is also written compressed, and one with its weight in another file.
"""

import ast
import gzip
import pathlib
import shutil
import struct
import sys
import zipfile

GOLDEN = pathlib.Path(__file__).parent.parent / "Tests/Golden"


def array(archive, name):
    """The bytes and the header of an array in an NPZ file."""
    data = archive.read(f"{name}.npy")
    size = struct.unpack("<H", data[8:10])[0]
    return data[10 + size:], ast.literal_eval(data[10:10 + size].decode())


def varint(number):
    parts = []
    while True:
        parts.append(number & 127 | (128 if number > 127 else 0))
        number >>= 7
        if not number:
            return bytes(parts)


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def external_model():
    """`x · w`, where `w` lies in `weights.data`."""
    entries = b"".join(
        field(13, field(1, key) + field(2, value))
        for key, value in [("location", "weights.data"), ("offset", "64"), ("length", "48")])
    weight = field(1, 4) + field(1, 3) + field(2, 1) + field(8, "w") + entries + field(14, 1)
    axes = field(2, field(1, field(2, "batch")) + field(1, field(1, 4)))
    graph = (field(1, field(1, "x") + field(1, "w") + field(2, "y") + field(4, "MatMul")) + field(5, weight)
             + field(11, field(1, "x") + field(2, field(1, field(1, 1) + axes)))
             + field(12, field(1, "y") + field(2, field(1, field(1, 1)))))
    return field(1, 8) + field(7, graph) + field(8, field(2, 17))


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(GOLDEN / "operators.npz") as archive:
        models, _ = array(archive, "models")
        index, header = array(archive, "index")
        count, width = header["shape"]
        start = 0
        for row in range(count):
            size = struct.unpack_from("<q", index, 8 * width * row)[0]
            (folder / f"operator-{row}.onnx").write_bytes(models[start:start + size])
            start += size
    for path in [*GOLDEN.glob("exporters/*.onnx"), *GOLDEN.glob("tables/*.onnx")]:
        if path.stat().st_size <= 32768:
            shutil.copy(path, folder / path.name)
    (folder / "external.onnx").write_bytes(external_model())
    (folder / "compressed.onnx").write_bytes(gzip.compress(models[:struct.unpack_from("<q", index, 0)[0]]))


main()
