#!/bin/sh
# safetensors 0.8.0 saves a numpy array of Fortran order with the right shape and its numbers in another order.
#
# Versions: safetensors 0.8.0 and 0.7.0, numpy 2.4.6, scipy 1.17.1, Python 3.11.
#
# Three arrays that are contiguous and dense, as the docstring asks, though in Fortran order: a matrix of 2 x 3 from
# numpy.asfortranarray, the same one read from an .npy file whose header says fortran_order, and what scipy's LU
# decomposition returns as it comes, since LAPACK writes by columns.
#
# Expected by most people: what was saved; a safetensors file is in C order by its specification, so the writer has to put it
# so.  Release 0.7.0 did, since it took numpy's tobytes().  Or a refusal, as safetensors.torch gives to a transposed tensor.
#
# Seen: 0.8.0 takes the memory as it lies, and [[0, 1, 2], [3, 4, 5]] comes back as [[0, 3, 1], [4, 2, 5]].
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet safetensors==0.8.0 numpy==2.4.6 scipy==1.17.1 2>/dev/null
"$work/venv/bin/pip" install --quiet --no-deps --target "$work/before" safetensors==0.7.0 2>/dev/null

cat > "$work/expected" <<'END'
safetensors 0.7.0
  asfortranarray: shape (2, 3), same True, [[0, 1, 2], [3, 4, 5]]
  read from .npy: shape (2, 3), same True, [[0, 1, 2], [3, 4, 5]]
  lu_factor: shape (2, 2), same True, [[2, 4], [0, 8]]
safetensors 0.8.0
  asfortranarray: shape (2, 3), same False, [[0, 3, 1], [4, 2, 5]]
  read from .npy: shape (2, 3), same False, [[0, 3, 1], [4, 2, 5]]
  lu_factor: shape (2, 2), same False, [[2, 0], [4, 8]]
END

cat > "$work/save.py" <<'END'
import sys

import numpy
import safetensors
from safetensors.numpy import load, save
from scipy.linalg import lu_factor

fortran = numpy.asfortranarray(numpy.arange(6.0).reshape(2, 3))
numpy.save(sys.argv[1], fortran)
arrays = {
    "asfortranarray": fortran,
    "read from .npy": numpy.load(sys.argv[1]),
    "lu_factor": lu_factor(numpy.array([[2.0, 4.0], [0.0, 8.0]]))[0],
}
print("safetensors", safetensors.__version__)
for name, array in arrays.items():
    assert array.flags.f_contiguous and not array.flags.c_contiguous
    read = load(save({"matrix": array}))["matrix"]
    print(f"  {name}: shape {read.shape}, same {numpy.array_equal(read, array)}, {read.astype(int).tolist()}")
END

PYTHONPATH="$work/before" "$work/venv/bin/python" "$work/save.py" "$work/matrix.npy" > "$work/seen"
"$work/venv/bin/python" "$work/save.py" "$work/matrix.npy" >> "$work/seen"
cat "$work/seen"
diff "$work/expected" "$work/seen"
