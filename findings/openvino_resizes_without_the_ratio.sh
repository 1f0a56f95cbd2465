#!/bin/sh
# OpenVINO leaves keep_aspect_ratio_policy and antialias of an ONNX Resize unread.
#
# Versions: onnx 1.23.2, onnxruntime 1.32.0, openvino 2026.4.1, numpy 2.4.6, Python 3.11, CPU.
#
# An image of 4 x 5 pixels is resized to 3 x 9: plainly; as a size that is not exceeded (3 x 4 with the ratio of the image); and
# linearly to 2 x 2, without and with antialias, which takes every pixel into account.
#
# Expected by most people: what ONNX infers and its reference evaluator and onnxruntime give, or a refusal.
#
# Seen: OpenVINO gives 3 x 9 where the others give 3 x 4, so that all shapes that follow differ; and its small image is the one
# without antialias.  It says nothing of either.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet onnx==1.23.2 onnxruntime==1.32.0 openvino==2026.4.1 numpy==2.4.6 2>/dev/null

cat > "$work/expected" <<'END'
[3, 9] {'mode': 'nearest'}
  inferred (1, 1, 3, 9)
  reference (1, 1, 3, 9), its first row [1.0, 1.0, 2.0, 2.0, 3.0, 4.0, 4.0, 5.0, 5.0]
  onnxruntime (1, 1, 3, 9), its first row [1.0, 1.0, 2.0, 2.0, 3.0, 4.0, 4.0, 5.0, 5.0]
  openvino (1, 1, 3, 9), its first row [1.0, 1.0, 2.0, 2.0, 3.0, 4.0, 4.0, 5.0, 5.0]
[3, 9] {'mode': 'nearest', 'keep_aspect_ratio_policy': 'not_larger'}
  inferred (1, 1, 3, 4)
  reference (1, 1, 3, 4), its first row [1.0, 2.0, 4.0, 5.0]
  onnxruntime (1, 1, 3, 4), its first row [1.0, 2.0, 4.0, 5.0]
  openvino (1, 1, 3, 9), its first row [1.0, 1.0, 2.0, 2.0, 3.0, 4.0, 4.0, 5.0, 5.0]
[2, 2] {'mode': 'linear'}
  inferred (1, 1, 2, 2)
  reference (1, 1, 2, 2), its first row [4.25, 6.75]
  onnxruntime (1, 1, 2, 2), its first row [4.25, 6.75]
  openvino (1, 1, 2, 2), its first row [4.25, 6.75]
[2, 2] {'mode': 'linear', 'antialias': 1}
  inferred (1, 1, 2, 2)
  reference (1, 1, 2, 2), its first row [5.01, 7.24]
  onnxruntime (1, 1, 2, 2), its first row [5.01, 7.24]
  openvino (1, 1, 2, 2), its first row [4.25, 6.75]
END

cat > "$work/resize.py" <<'END'
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


for sizes, attributes in (
    ([3, 9], {"mode": "nearest"}),
    ([3, 9], {"mode": "nearest", "keep_aspect_ratio_policy": "not_larger"}),
    ([2, 2], {"mode": "linear"}),
    ([2, 2], {"mode": "linear", "antialias": 1}),
):
    target = numpy.array(sizes, dtype=numpy.int64)
    print(f"{sizes} {attributes}")
    for name, value in results("Resize", [row(1, 1, 4, 5), None, None, target], axes=[2, 3], **attributes):
        if name == "inferred":
            print(f"  inferred {value}")
        else:
            print(f"  {name} {value.shape}, its first row {[round(float(number), 2) for number in value[0, 0, 0]]}")
END

"$work/venv/bin/python" "$work/resize.py" > "$work/seen"
cat "$work/seen"
diff "$work/expected" "$work/seen"
