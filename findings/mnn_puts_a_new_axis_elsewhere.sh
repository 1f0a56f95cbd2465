#!/bin/sh
# MNN's numpy puts a new last axis before the last one, and takes an axis and an order without looking at them.
#
# Versions: mnn 3.6.1, numpy 2.4.6, Python 3.11, CPU.
#
# MNN.numpy is the array interface of MNN's inference engine, with numpy's functions, arguments and subscripts.  It is given an
# array of (2, 3, 4), which numpy is given too.
#
# Expected by most people: numpy's shapes, or an error for what is not there, as MNN raises for many functions.
#
# Seen: x[..., None] has the shape (2, 3, 1, 4), and x[..., None, :] has (2, 1, 3, 4): the new axis counts as one of the three,
# so that the ellipsis ends an axis too early.  repeat(x, 2, axis=1) repeats all numbers in one row, and ravel(x, order="F")
# reads by rows.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet mnn==3.6.1 numpy==2.4.6 2>/dev/null

cat > "$work/expected" <<'END'
x[None]: numpy (1, 2, 3, 4), MNN (1, 2, 3, 4)
x[:, :, None]: numpy (2, 3, 1, 4), MNN (2, 3, 1, 4)
x[..., None]: numpy (2, 3, 4, 1), MNN (2, 3, 1, 4)
x[..., None, :]: numpy (2, 3, 1, 4), MNN (2, 1, 3, 4)
x[0, ..., None]: numpy (3, 4, 1), MNN (3, 1, 4)
repeat(x, 2): numpy (48,), MNN (48,)
repeat(x, 2, axis=1): numpy (2, 6, 4), MNN (48,)
ravel(x, order="F"): numpy [0, 12, 4, 16], MNN [0, 1, 2, 3]
END

cat > "$work/axis.py" <<'END'
import sys

import MNN.numpy
import numpy

theirs = numpy.arange(24, dtype=numpy.float32).reshape(2, 3, 4)
ours = MNN.numpy.array(theirs)
with open(sys.argv[1], "w") as seen:
    for subscript, index in (
        ("None", None),
        (":, :, None", (slice(None), slice(None), None)),
        ("..., None", (..., None)),
        ("..., None, :", (..., None, slice(None))),
        ("0, ..., None", (0, ..., None)),
    ):
        print(f"x[{subscript}]: numpy {theirs[index].shape}, MNN {tuple(ours[index].shape)}", file=seen)
    for call, further in (("repeat(x, 2)", {}), ("repeat(x, 2, axis=1)", {"axis": 1})):
        shapes = numpy.repeat(theirs, 2, **further).shape, tuple(MNN.numpy.repeat(ours, 2, **further).shape)
        print(f"{call}: numpy {shapes[0]}, MNN {shapes[1]}", file=seen)
    rows = numpy.ravel(theirs, order="F"), MNN.numpy.ravel(ours, order="F").read()
    first = [row.astype(int).tolist()[:4] for row in rows]
    print(f'ravel(x, order="F"): numpy {first[0]}, MNN {first[1]}', file=seen)
END

# MNN tells of the processor on the standard output, hence a file.
"$work/venv/bin/python" "$work/axis.py" "$work/seen" > "$work/processor"
cat "$work/seen"
diff "$work/expected" "$work/seen"
