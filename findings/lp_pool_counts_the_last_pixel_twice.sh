#!/bin/sh
# A power-average pool with ceil_mode counts the pixel at the border twice, except in onnxruntime.
#
# Versions: torch 2.13.0, onnx 1.23.2, onnxruntime 1.32.0, openvino 2026.4.1, numpy 2.4.6, Python 3.11, CPU.
#
# LPPool of norm 2, kernel 2 and stride 2 with ceil_mode over the numbers 1 to 7.  The last window holds 7 alone.
#
# Expected by most people: the formula of the documentation, the root of the sum of the squares that are in the window: 7.
#
# Seen: torch takes the average of the squares times the kernel, and the average leaves out what is beyond the image: the last
# number is the root of 2 * 49, 9.9.  ONNX's reference evaluator and OpenVINO say 9.9 too, and onnxruntime says 7.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet torch==2.13.0 onnx==1.23.2 onnxruntime==1.32.0 openvino==2026.4.1 numpy==2.4.6 2>/dev/null

cat > "$work/expected" <<'END'
LpPool
  inferred (1, 1, 4)
  reference (1, 1, 4) [2.24, 5.0, 7.81, 9.9]
  onnxruntime (1, 1, 4) [2.24, 5.0, 7.81, 7.0]
  openvino (1, 1, 4) [2.24, 5.0, 7.81, 9.9]
LPPool1d
  torch (1, 1, 4) [2.24, 5.0, 7.81, 9.9]
END

cat > "$work/norm.py" <<'END'
import torch
import numpy
import onnx
import onnxruntime
import openvino
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

onnxruntime.set_default_logger_severity(3)


def row(*sizes: int) -> numpy.ndarray:
    """The numbers from 1 on, in that shape."""
    return numpy.arange(1, 1 + numpy.prod(sizes), dtype=numpy.float32).reshape(sizes)


def results(kind: str, inputs: list, **attributes):
    """What shape inference states and what three programs compute of one node, the other inputs being constants."""
    names = [f"i{index}" if array is not None else "" for index, array in enumerate(inputs)]
    node = helper.make_node(kind, names, ["y"], **attributes)
    graph = helper.make_graph(
        [node],
        "one",
        [helper.make_tensor_value_info("i0", TensorProto.FLOAT, inputs[0].shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None] * 3)],
        [numpy_helper.from_array(array, name) for array, name in zip(inputs[1:], names[1:]) if name],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    onnx.checker.check_model(model)
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    yield "inferred", tuple(size.dim_value for size in inferred.graph.output[0].type.tensor_type.shape.dim)
    data = model.SerializeToString()
    core = openvino.Core()
    yield "reference", ReferenceEvaluator(model).run(None, {"i0": inputs[0]})[0]
    yield "onnxruntime", onnxruntime.InferenceSession(data).run(None, {"i0": inputs[0]})[0]
    yield "openvino", core.compile_model(core.read_model(data), "CPU")([inputs[0]])[0]


def show(title: str, found) -> None:
    print(title)
    for name, value in found:
        if name == "inferred":
            print(f"  inferred {value}")
        else:
            print(f"  {name} {tuple(value.shape)} {[round(float(number), 2) for number in value.ravel()]}")


show("LpPool", results("LpPool", [row(1, 1, 7)], kernel_shape=[2], strides=[2], ceil_mode=1))
pooled = torch.nn.LPPool1d(2, 2, ceil_mode=True)(torch.from_numpy(row(1, 1, 7)))
show("LPPool1d", [("torch", pooled)])
END

"$work/venv/bin/python" "$work/norm.py" > "$work/seen"
cat "$work/seen"
diff "$work/expected" "$work/seen"
