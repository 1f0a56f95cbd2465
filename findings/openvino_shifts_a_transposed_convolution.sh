#!/bin/sh
# OpenVINO shifts a transposed convolution by a pixel when a node states both SAME_UPPER and its output shape.
#
# Versions: onnx 1.23.2, onnxruntime 1.32.0, openvino 2026.4.1, numpy 2.4.6, Python 3.11, CPU.
#
# The numbers 1 to 4 are widened with the kernel (1, 10, 100) and stride 2.  Nine pixels come out, and one is cut: at the end for
# SAME_UPPER, as ONNX's documentation says, so that the result begins with 1.
#
# Expected by most people: to state the output shape that SAME_UPPER gives anyway changes nothing.
#
# Seen: without output_shape all three programs begin with 1.  With output_shape 8 OpenVINO cuts the first pixel, as for
# SAME_LOWER, and begins with 10; the other two still begin with 1.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet onnx==1.23.2 onnxruntime==1.32.0 openvino==2026.4.1 numpy==2.4.6 2>/dev/null

cat > "$work/expected" <<'END'
SAME_UPPER {}
  inferred (1, 1, 8)
  reference (1, 1, 8) [1.0, 10.0, 102.0, 20.0, 203.0, 30.0, 304.0, 40.0]
  onnxruntime (1, 1, 8) [1.0, 10.0, 102.0, 20.0, 203.0, 30.0, 304.0, 40.0]
  openvino (1, 1, 8) [1.0, 10.0, 102.0, 20.0, 203.0, 30.0, 304.0, 40.0]
SAME_UPPER {'output_shape': [8]}
  inferred (1, 1, 8)
  reference (1, 1, 8) [1.0, 10.0, 102.0, 20.0, 203.0, 30.0, 304.0, 40.0]
  onnxruntime (1, 1, 8) [1.0, 10.0, 102.0, 20.0, 203.0, 30.0, 304.0, 40.0]
  openvino (1, 1, 8) [10.0, 102.0, 20.0, 203.0, 30.0, 304.0, 40.0, 400.0]
END

cat > "$work/widen.py" <<'END'
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


kernel = numpy.array([[[1, 10, 100]]], dtype=numpy.float32)
for stated in ({}, {"output_shape": [8]}):
    found = results("ConvTranspose", [row(1, 1, 4), kernel], strides=[2], auto_pad="SAME_UPPER", **stated)
    show(f"SAME_UPPER {stated}", found)
END

"$work/venv/bin/python" "$work/widen.py" > "$work/seen"
cat "$work/seen"
diff "$work/expected" "$work/seen"
