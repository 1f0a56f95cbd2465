#!/bin/sh
# Paddle's convolutions with padding="SAME" leave out the dilation that they are given, without a word.
#
# Versions: paddlepaddle 3.3.1, numpy 2.4.6, Python 3.11, CPU.
#
# A convolution of the numbers 1 to 8 with the kernel (1, 10, 100), whose decimals show which of them each weight meets.
#
# Expected by most people: padding="SAME" chooses the padding, and dilation=2 the distance of the weights.  So jax, Keras,
# ONNX's auto_pad and PyTorch (padding="same") have it, and so has Paddle itself with the padding written out: padding=2.
#
# Seen: with "SAME" the weights meet neighbours, as without a dilation; in one dimension and in two, and the layer too.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet paddlepaddle==3.3.1 numpy==2.4.6 setuptools 2>/dev/null

cat > "$work/expected" <<'END'
conv1d, padding 2, dilation 2: [310.0, 420.0, 531.0, 642.0, 753.0, 864.0, 75.0, 86.0]
conv1d, SAME, dilation 2: [210.0, 321.0, 432.0, 543.0, 654.0, 765.0, 876.0, 87.0]
conv1d, SAME, dilation 1: [210.0, 321.0, 432.0, 543.0, 654.0, 765.0, 876.0, 87.0]
conv2d, SAME, dilation 2: [210.0, 321.0, 432.0, 543.0, 654.0, 765.0, 876.0, 87.0]
Conv1D, SAME, dilation 2: [210.0, 321.0, 432.0, 543.0, 654.0, 765.0, 876.0, 87.0]
END

cat > "$work/conv.py" <<'END'
import numpy
import paddle
from paddle.nn import functional

row = paddle.to_tensor(numpy.arange(1, 9, dtype=numpy.float32)).reshape([1, 1, 8])
kernel = paddle.to_tensor(numpy.array([1, 10, 100], numpy.float32)).reshape([1, 1, 3])
layer = paddle.nn.Conv1D(1, 1, 3, padding="SAME", dilation=2, bias_attr=False)
layer.weight.set_value(kernel)


def told(what: str, result: paddle.Tensor) -> None:
    print(f"{what}: {result.numpy().ravel().tolist()}")


told("conv1d, padding 2, dilation 2", functional.conv1d(row, kernel, padding=2, dilation=2))
told("conv1d, SAME, dilation 2", functional.conv1d(row, kernel, padding="SAME", dilation=2))
told("conv1d, SAME, dilation 1", functional.conv1d(row, kernel, padding="SAME"))
told("conv2d, SAME, dilation 2", functional.conv2d(row[:, :, None], kernel[:, :, None], padding="SAME", dilation=2))
told("Conv1D, SAME, dilation 2", layer(row))
END

"$work/venv/bin/python" "$work/conv.py" > "$work/seen" 2> "$work/errors"
cat "$work/seen"
diff "$work/expected" "$work/seen"
