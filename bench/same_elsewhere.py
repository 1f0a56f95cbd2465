"""Is the table of docs/same.md what other frameworks compute?

Each case is run in every framework that is installed here, and its numbers are compared with those that the table gives;
``tests/test_same_elsewhere.py`` compares the PyTorch spellings with the same numbers.  The input counts 1, 2, 3, ... and the
kernel is 1, 10, 100, ..., so that the decimals of a number show which pixels were under which weight.

    pip install jax==0.10.2 flax==0.12.8 equinox==0.13.8 keras==3.15.1 onnxruntime==1.32.0 onnx==1.23.2
    pip install openvino==2026.4.1 paddlepaddle==3.3.1 tensorflow-cpu==2.21.0
    python bench/same_elsewhere.py

Prints a line for each case and framework; exits with 1 if a number differs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

__all__ = ["CASES", "Case"]


class Case(NamedTuple):
    """``kind``: conv, transposed, max or avg; ``seen``: the numbers; ``spelling``: PyTorch, of ``x`` and the weight ``w``."""

    name: str
    kind: str
    length: int
    kernel: int
    stride: int
    dilation: int
    padding: str
    frameworks: tuple[str, ...]
    seen: tuple[float, ...]
    spelling: str


_KERAS = ("keras-jax", "keras-torch", "keras-tensorflow")
_UPPER = ("jax", "flax", "equinox", *_KERAS, "paddle", "onnxruntime", "openvino")
_LOWER = ("jax", "flax", "equinox", "onnxruntime", "openvino")
_ACROSS = ("jax", "flax", *_KERAS, "paddle", "onnxruntime", "openvino")
CASES = (
    Case("SAME, L6 k3 s2", "conv", 6, 3, 2, 1, "SAME", _UPPER, (321, 543, 65), "F.conv1d(F.pad(x, (0, 1)), w, stride=2)"),
    Case("SAME_LOWER, L6 k3 s2", "conv", 6, 3, 2, 1, "SAME_LOWER", _LOWER, (210, 432, 654), "F.conv1d(x, w, stride=2, padding=1)"),
    Case("SAME, L6 k4 s1", "conv", 6, 4, 1, 1, "SAME", _UPPER, (3210, 4321, 5432, 6543, 654, 65), "F.conv1d(x, w, padding='same')"),
    Case("SAME, L8 k3 d2", "conv", 8, 3, 1, 2, "SAME", tuple(name for name in _UPPER if name not in ("paddle", "onnxruntime")),
         (310, 420, 531, 642, 753, 864, 75, 86), "F.conv1d(x, w, padding='same', dilation=2)"),
    Case("SAME, L8 k3 d2", "conv", 8, 3, 1, 2, "SAME", ("paddle",), (210, 321, 432, 543, 654, 765, 876, 87),
         "F.conv1d(x, w, padding=1)"),
    Case("causal, L6 k3 s2", "conv", 6, 3, 2, 1, "CAUSAL", _KERAS, (100, 321, 543), "F.conv1d(F.pad(x, (2, 0)), w, stride=2)"),
    Case("max pool SAME, L6 k3 s2", "max", 6, 3, 2, 1, "SAME", (*_KERAS, "paddle", "onnxruntime", "openvino"), (3, 5, 6),
         "F.max_pool1d(x, 3, 2, ceil_mode=True)"),
    Case("average pool SAME, L6 k3 s2", "avg", 6, 3, 2, 1, "SAME",
         ("keras-jax", "keras-tensorflow", "paddle", "onnxruntime", "openvino"), (2, 4, 5.5),
         "F.avg_pool1d(x, 3, 2, ceil_mode=True)"),
    Case("average pool SAME, L6 k3 s2", "avg", 6, 3, 2, 1, "SAME", ("keras-torch",), (2, 4, 17 / 3),
         "F.avg_pool1d(F.pad(x, (0, 1), mode='replicate'), 3, 2)"),
    Case("transposed SAME, L4 k3 s2", "transposed", 4, 3, 2, 1, "SAME", _ACROSS, (1, 10, 102, 20, 203, 30, 304, 40),
         "F.conv_transpose1d(x, w, stride=2)[..., :8]"),
    Case("transposed SAME_LOWER, L4 k3 s2", "transposed", 4, 3, 2, 1, "SAME_LOWER", ("onnxruntime", "openvino"),
         (10, 102, 20, 203, 30, 304, 40, 400), "F.conv_transpose1d(x, w, stride=2)[..., 1:]"),
    Case("transposed SAME, L4 k4 s2", "transposed", 4, 4, 2, 1, "SAME", _ACROSS, (10, 102, 1020, 203, 2030, 304, 3040, 400),
         "F.conv_transpose1d(x, w, stride=2, padding=1)"),
    Case("transposed SAME, L4 k5 s2", "transposed", 4, 5, 2, 1, "SAME", _ACROSS, (10, 102, 1020, 10203, 2030, 20304, 3040, 30400),
         "F.conv_transpose1d(x, w, stride=2, padding=1)[..., :8]"),
)  # fmt: skip


def _inputs(case: Case) -> tuple[Any, Any]:
    """The row of pixels and the kernel."""
    import numpy

    return numpy.arange(1, case.length + 1, dtype=numpy.float32), numpy.float32(10) ** numpy.arange(
        case.kernel, dtype=numpy.float32
    )


def _jax(case: Case) -> Any:
    from jax import lax

    x, w = _inputs(case)
    row, kernel = x[None, :, None], w[:, None, None]
    numbers = ("NWC", "WIO", "NWC")
    if case.kind == "transposed":  # lax correlates where a transposed convolution convolves
        return lax.conv_transpose(row, kernel[::-1], (case.stride,), case.padding, dimension_numbers=numbers)
    return lax.conv_general_dilated(
        row, kernel, (case.stride,), case.padding, rhs_dilation=(case.dilation,), dimension_numbers=numbers
    )


def _flax(case: Case) -> Any:
    from flax import linen

    x, w = _inputs(case)
    row, size = x[None, :, None], (case.kernel,)
    if case.kind == "transposed":
        layer = linen.ConvTranspose(1, size, (case.stride,), case.padding, use_bias=False)
        return layer.apply({"params": {"kernel": w[::-1, None, None]}}, row)
    layer = linen.Conv(1, size, (case.stride,), case.padding, kernel_dilation=(case.dilation,), use_bias=False)
    return layer.apply({"params": {"kernel": w[:, None, None]}}, row)


def _equinox(case: Case) -> Any:
    import equinox
    import jax

    x, w = _inputs(case)
    layer = equinox.nn.Conv1d(
        1, 1, case.kernel, case.stride, case.padding, case.dilation, use_bias=False, key=jax.random.key(0)
    )
    return equinox.tree_at(lambda made: made.weight, layer, jax.numpy.asarray(w[None, None]))(x[None])


def _keras(case: Case) -> Any:
    import keras

    x, w = _inputs(case)
    row, kernel, padding = x[None, :, None], w[:, None, None], case.padding.lower()
    match case.kind:
        case "max":
            made = keras.ops.max_pool(row, case.kernel, case.stride, padding)
        case "avg":
            made = keras.ops.average_pool(row, case.kernel, case.stride, padding)
        case "transposed":
            made = keras.ops.conv_transpose(row, kernel, case.stride, padding)
        case _:
            layer = keras.layers.Conv1D(
                1, case.kernel, case.stride, padding, dilation_rate=case.dilation, use_bias=False
            )
            layer.build(row.shape)
            layer.set_weights([kernel])
            made = layer(row)
    return keras.ops.convert_to_numpy(made)


def _paddle(case: Case) -> Any:
    import paddle
    from paddle.nn import functional

    x, w = _inputs(case)
    row, kernel = paddle.to_tensor(x[None, None]), paddle.to_tensor(w[None, None])
    match case.kind:
        case "max":
            return functional.max_pool1d(row, case.kernel, case.stride, case.padding).numpy()
        case "avg":
            return functional.avg_pool1d(row, case.kernel, case.stride, case.padding).numpy()
        case "transposed":
            return functional.conv1d_transpose(row, kernel, stride=case.stride, padding=case.padding).numpy()
    return functional.conv1d(row, kernel, stride=case.stride, padding=case.padding, dilation=case.dilation).numpy()


def _onnx_model(case: Case) -> bytes:
    from onnx import TensorProto, helper

    names = {"conv": "Conv", "transposed": "ConvTranspose", "max": "MaxPool", "avg": "AveragePool"}
    padding = "SAME_UPPER" if case.padding == "SAME" else case.padding
    weighted = case.kind in ("conv", "transposed")
    given = ["x", "w"] if weighted else ["x"]
    dilation = {"dilations": [case.dilation]} if case.dilation > 1 else {}
    node = helper.make_node(
        names[case.kind], given, ["y"], kernel_shape=[case.kernel], strides=[case.stride], auto_pad=padding, **dilation
    )
    shapes = {"x": [1, 1, case.length], "w": [1, 1, case.kernel]}
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shapes[name]) for name in given]
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, [None] * 3)
    graph = helper.make_graph([node], "same", inputs, [output])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    return bytes(model.SerializeToString())


def _onnxruntime(case: Case) -> Any:
    import onnxruntime

    x, w = _inputs(case)
    session = onnxruntime.InferenceSession(_onnx_model(case))
    given = {"x": x[None, None], "w": w[None, None]}
    return session.run(None, {one.name: given[one.name] for one in session.get_inputs()})[0]


def _openvino(case: Case) -> Any:
    import openvino

    x, w = _inputs(case)
    core = openvino.Core()
    compiled = core.compile_model(core.read_model(_onnx_model(case)), "CPU")
    return compiled([x[None, None], w[None, None]][: len(compiled.inputs)])[0]


_RUNNERS: dict[str, Callable[[Case], Any]] = {
    "jax": _jax, "flax": _flax, "equinox": _equinox, "keras-jax": _keras, "keras-torch": _keras, "keras-tensorflow": _keras,
    "paddle": _paddle, "onnxruntime": _onnxruntime, "openvino": _openvino,
}  # fmt: skip


def _results(framework: str) -> Iterator[tuple[Case, list[float]]]:
    import numpy

    for case in CASES:
        if framework in case.frameworks:
            yield case, numpy.asarray(_RUNNERS[framework](case)).ravel().tolist()


def _run(framework: str) -> int:
    """Every case of one framework; the number of those that differ."""
    wrong = 0
    for case, numbers in _results(framework):
        fits = len(numbers) == len(case.seen) and all(
            abs(a - b) < 1e-3 for a, b in zip(numbers, case.seen, strict=True)
        )
        wrong += not fits
        print(f"{framework:16} {case.name:34} {'ok' if fits else f'{numbers} instead of {case.seen}'}", flush=True)
    return wrong


def main() -> int:
    """Each framework in a process of its own: Keras fixes its backend when it is imported."""
    if len(sys.argv) > 1:
        return min(_run(sys.argv[1]), 1)
    codes = []
    for framework in _RUNNERS:
        backend = framework.partition("-")[2]
        env = {**os.environ, **({"KERAS_BACKEND": backend} if backend else {}), "TF_CPP_MIN_LOG_LEVEL": "3"}
        codes.append(subprocess.run([sys.executable, __file__, framework], env=env, check=False).returncode)
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
