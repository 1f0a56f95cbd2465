#!/bin/sh
# ONNX's reference evaluator does not reach the last pixel when it resizes with align_corners.
#
# Versions: torch 2.13.0, onnx 1.23.2, onnxruntime 1.32.0, openvino 2026.4.1, numpy 2.4.6, Python 3.11, CPU.
#
# Five numbers, 1 to 5, are resized linearly by 1.5 with align_corners: 7 numbers, since 7.5 is rounded down.
#
# Expected by most people: the first and the last stay where they are, which is what "align corners" says: 1 and 5.
#
# Seen: onnxruntime, OpenVINO and torch end in 5.  The reference evaluator divides by 6.5 steps for 6, takes 7.5 for the length
# of the result, and ends in 4.69.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet torch==2.13.0 onnx==1.23.2 onnxruntime==1.32.0 openvino==2026.4.1 numpy==2.4.6 2>/dev/null

cat > "$work/expected" <<'END'
Resize
  inferred (1, 1, 7)
  reference (1, 1, 7) [1.0, 1.62, 2.23, 2.85, 3.46, 4.08, 4.69]
  onnxruntime (1, 1, 7) [1.0, 1.67, 2.33, 3.0, 3.67, 4.33, 5.0]
  openvino (1, 1, 7) [1.0, 1.67, 2.33, 3.0, 3.67, 4.33, 5.0]
Upsample
  torch (1, 1, 7) [1.0, 1.67, 2.33, 3.0, 3.67, 4.33, 5.0]
END

cat > "$work/corner.py" <<'END'
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


scales = numpy.array([1, 1, 1.5], dtype=numpy.float32)
attributes = {"mode": "linear", "coordinate_transformation_mode": "align_corners"}
show("Resize", results("Resize", [row(1, 1, 5), None, scales], **attributes))
resized = torch.nn.Upsample(scale_factor=1.5, mode="linear", align_corners=True)(torch.from_numpy(row(1, 1, 5)))
show("Upsample", [("torch", resized)])
END

"$work/venv/bin/python" "$work/corner.py" > "$work/seen"
cat "$work/seen"
diff "$work/expected" "$work/seen"
