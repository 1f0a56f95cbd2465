#!/bin/sh
# Where the only row of an affine grid lies is answered in four ways.
#
# Versions: torch 2.13.0, onnx 1.23.2, onnxruntime 1.32.0, openvino 2026.4.1, numpy 2.4.6, Python 3.11, CPU.
#
# AffineGrid with align_corners and the identity, for an image of one row and three columns.  Columns lie at -1, 0 and 1; with
# one row "the corners" are one pixel, and the formula divides by zero.
#
# Expected by most people: the middle, 0, as torch has it, or at least the same from every program.
#
# Seen: torch says 0, ONNX's reference evaluator -1, onnxruntime 1.  OpenVINO says 0, but its grid has two rows, while ONNX
# infers (1, 1, 3, 2): one row.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet torch==2.13.0 onnx==1.23.2 onnxruntime==1.32.0 openvino==2026.4.1 numpy==2.4.6 2>/dev/null

cat > "$work/expected" <<'END'
inferred (1, 1, 3, 2)
reference (1, 1, 3, 2), rows at [-1.0, -1.0, -1.0]
onnxruntime (1, 1, 3, 2), rows at [1.0, 1.0, 1.0]
openvino (1, 2, 3, 2), rows at [0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
torch (1, 1, 3, 2), rows at [0.0, 0.0, 0.0]
END

cat > "$work/grid.py" <<'END'
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
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None] * 4)],
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


identity = numpy.array([[[1, 0, 0], [0, 1, 0]]], dtype=numpy.float32)
size = numpy.array([1, 1, 1, 3], dtype=numpy.int64)
for name, value in results("AffineGrid", [identity, size], align_corners=1):
    if name == "inferred":
        print(f"inferred {value}")
    else:
        print(f"{name} {value.shape}, rows at {value[..., 1].ravel().tolist()}")
grid = torch.nn.functional.affine_grid(torch.from_numpy(identity), size.tolist(), align_corners=True)
print(f"torch {tuple(grid.shape)}, rows at {grid[..., 1].ravel().tolist()}")
END

"$work/venv/bin/python" "$work/grid.py" > "$work/seen"
cat "$work/seen"
diff "$work/expected" "$work/seen"
