#!/bin/sh
# A tensor that the gguf package reads has one shape, and its array has another.
#
# Versions: gguf 0.19.0, numpy 2.4.6, Python 3.11.
#
# GGUF, the format of llama.cpp, stores the sizes of a tensor with the fastest one first, the reverse of numpy and PyTorch.
# A matrix of 2 x 3 is written with the package's writer and read with its reader; and one of 2 x 64 in blocks of eight bits.
#
# Expected by most people: tensor.shape is tensor.data.shape, and what was written.
#
# Seen: shape is (3, 2), the order of the file, while data has been brought into numpy's, (2, 3).  For the quantised one shape
# is (64, 2), which counts elements, and data (2, 68), which counts bytes: two blocks of 34 in each row.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet gguf==0.19.0 numpy==2.4.6 2>/dev/null

cat > "$work/expected" <<'END'
plain: written (2, 3), shape (3, 2), data (2, 3), equal True
blocks: written (2, 64), shape (64, 2), data (2, 68), equal True
END

cat > "$work/order.py" <<'END'
import logging
import sys

import numpy
from gguf import GGMLQuantizationType, GGUFReader, GGUFWriter
from gguf.quants import quantize

logging.disable(logging.CRITICAL)
plain = numpy.arange(6, dtype=numpy.float32).reshape(2, 3)
wide = numpy.arange(128, dtype=numpy.float32).reshape(2, 64)
blocks = quantize(wide, GGMLQuantizationType.Q8_0)
writer = GGUFWriter(sys.argv[1], "llama")
writer.add_tensor("plain", plain)
writer.add_tensor("blocks", blocks, raw_dtype=GGMLQuantizationType.Q8_0)
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
written = {"plain": (plain.shape, plain), "blocks": (wide.shape, blocks)}
for tensor in GGUFReader(sys.argv[1]).tensors:
    shape, array = written[tensor.name]
    same = numpy.array_equal(tensor.data, array)
    print(f"{tensor.name}: written {shape}, shape {tuple(map(int, tensor.shape))}, data {tensor.data.shape}, equal {same}")
END

"$work/venv/bin/python" "$work/order.py" "$work/order.gguf" > "$work/seen"
cat "$work/seen"
diff "$work/expected" "$work/seen"
