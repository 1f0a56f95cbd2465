#!/bin/sh
# The last number of Keras's average pooling with "same" padding depends on the backend.
#
# Versions: keras 3.15.1, jax 0.10.2, torch 2.13.0, numpy 2.4.6, Python 3.11, CPU.
#
# Windows of three with a stride of two over the numbers 1 to 6.  "same" pads one pixel on the right, so the last window has
# the numbers 5 and 6 and one pixel of padding.
#
# Expected by most people: the same model gives the same numbers on each backend, up to rounding.
#
# Seen: on jax the padding is not counted, and the last average is 5.5; on torch the last pixel is repeated into the padding,
# and it is (5 + 6 + 6) / 3.  The layer AveragePooling1D does as the operation does.  Max pooling is equal, as it must be.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet keras==3.15.1 jax==0.10.2 torch==2.13.0 numpy==2.4.6 2>/dev/null

cat > "$work/expected" <<'END'
jax: operation [2.0, 4.0, 5.5], layer [2.0, 4.0, 5.5], maximum [3.0, 5.0, 6.0]
torch: operation [2.0, 4.0, 5.6667], layer [2.0, 4.0, 5.6667], maximum [3.0, 5.0, 6.0]
END

cat > "$work/pool.py" <<'END'
import keras
import numpy

row = numpy.arange(1, 7, dtype=numpy.float32).reshape(1, 6, 1)


def numbers(tensor) -> list[float]:
    return [round(float(number), 4) for number in keras.ops.convert_to_numpy(tensor).ravel()]


average = numbers(keras.ops.average_pool(row, 3, 2, "same"))
layer = numbers(keras.layers.AveragePooling1D(3, 2, "same")(row))
maximum = numbers(keras.ops.max_pool(row, 3, 2, "same"))
print(f"{keras.backend.backend()}: operation {average}, layer {layer}, maximum {maximum}")
END

for backend in jax torch; do
    KERAS_BACKEND=$backend KERAS_HOME=$work "$work/venv/bin/python" "$work/pool.py" 2> "$work/errors"
done > "$work/seen"
cat "$work/seen"
diff "$work/expected" "$work/seen"
